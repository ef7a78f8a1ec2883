"""
Back the database up into one file, and restore that file into an empty database.

Both kinds of database are copied as they are at one moment, while others go on writing. When the
last backup was made is kept in the database itself, in the table of counters: a file beside one
process would be unknown to the other hosts, and lost with a container.
"""

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from django.apps import apps
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from accounts.kernel import lifecycle
from accounts.models import User
from vectice_admin.caches import CounterCache
from vectice_admin.operations import postgresql, sqlite, unfinished
from vectice_admin.operations.files import move_in_place, private_file
from vectice_admin.operations.refused import Refused, first_line

LAST = "operations.last-backup"
TRIGGERS = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": "SELECT tgname FROM pg_trigger WHERE tgenabled <> 'D'",
}
# By the migration that sets them: an older backup has not all of them yet.
GUARDS = {
    "sqlite": {
        "0002_audit_trail_is_append_only": {"audit_event_no_update", "audit_event_no_delete"},
        "0013_audit_trail_is_not_replaced": {"audit_event_no_replace"},
        "0015_personal_details_are_not_rewritten": {
            "personal_detail_no_update",
            "personal_detail_no_late_insert",
        },
    },
    "postgresql": {
        "0002_audit_trail_is_append_only": {"audit_event_no_change", "audit_event_no_truncate"},
        "0015_personal_details_are_not_rewritten": {
            "personal_detail_no_update",
            "personal_detail_no_truncate",
            "personal_detail_no_late_insert",
        },
    },
}


@dataclass(frozen=True)
class Restored:
    """
    What a database holds after a restore; `missing` counts the migrations that `migrate` would
    still apply.
    """

    users: int
    migrations: int
    missing: int


def make(path):
    """
    Write a backup to `path`, mode 0600, and return its size in bytes.

    It is written under another name in the same folder and moved in place when it is whole. On
    SQLite it is compressed where the name ends in .gz; on PostgreSQL always.

    :raises Refused: if there is something at `path`, or there is nothing to back up.
    """
    path = Path(path)
    if path.exists():
        raise Refused(f"{path} is there already, and no backup is written over. Take another name.")
    if not path.parent.is_dir():
        raise Refused(f"{path.parent} is no folder.")
    if not our_tables():
        raise Refused(
            "There is nothing to back up: the database has none of our tables. Is DATABASE_URL "
            "right?"
        )
    if unfinished.is_marked():
        raise Refused(f"There is nothing to back up: {unfinished.SAID}")
    with private_file(path) as part:
        _kind().dump(connection, part, compressed=path.suffix == ".gz")
        size = part.stat().st_size
        move_in_place(part, path)
    _note(path)
    return size


def restore(path):
    """
    Put the backup at `path` into the database of DATABASE_URL, which must be empty, and return what
    is Restored.

    What may have been ended since the backup is ended in it (accounts/kernel/lifecycle.py).

    :raises Refused: if the database is not empty, or the file is no backup for it: nothing has
        changed then. Also if what was restored turns out incomplete, or newer than this version of
        the product.
    """
    path = Path(path)
    if not path.is_file():
        raise Refused(f"{path} is no file.")
    if tables := our_tables():
        raise Refused(
            f"The database is not empty: {len(tables)} of our tables are there. Name an empty one."
        )
    _kind().load(connection, path)
    # It comes before all verification: what is refused there could still be served by another
    # version.
    end_what_may_have_ended()
    _require_complete()
    unfinished.clear()
    return _restored()


def last_made_at():
    """Return when `make` last made a backup of this database, or None if it never has."""
    seconds = CounterCache("", {}).get(LAST)
    return datetime.fromtimestamp(seconds, UTC) if seconds else None


def our_tables():
    """Return the names of those tables in the database that are the product's."""
    ours = {model._meta.db_table for model in apps.get_models(include_auto_created=True)} | {
        "django_migrations"
    }
    return ours & set(connection.introspection.table_names())


def audit_trail_is_guarded():
    """
    Return whether the database refuses changes of the audit trail: the triggers of its migrations
    are set.
    """
    applied = MigrationRecorder(connection).applied_migrations()
    needed = (
        names for name, names in GUARDS[connection.vendor].items() if ("accounts", name) in applied
    )
    with connection.cursor() as cursor:
        cursor.execute(TRIGGERS[connection.vendor])
        return set().union(*needed) <= {name for (name,) in cursor.fetchall()}


def _note(path):
    try:
        CounterCache("", {}).set(LAST, int(time.time()), None)
    except DatabaseError as error:
        text = (
            f"{path} is whole, but the database could not note that it was made: "
            f"{first_line(error)}"
        )
        raise Refused(text) from error


def end_what_may_have_ended():
    try:
        lifecycle.revoke_after_restore(our_tables())
    except DatabaseError as error:
        raise Refused(
            "What was restored must not be served, for sessions and links that were ended since "
            "the backup are alive "
            f"in it and could not be ended: {first_line(error)}. Restore into another empty "
            "database."
        ) from error


def _require_complete():
    if (
        not MigrationRecorder(connection).applied_migrations()
        or "accounts_user" not in our_tables()
    ):
        raise Refused(
            "What was restored is no database of Vectice Admin: it has no migrations or no users "
            "in it."
        )
    if not audit_trail_is_guarded():
        raise Refused(
            "The audit trail was restored without the triggers that guard it: the backup is "
            "incomplete."
        )


def _restored():
    loader = MigrationLoader(connection)
    applied, known = set(loader.applied_migrations), set(loader.disk_migrations)
    if newer := sorted(name for app, name in applied - known if app == "accounts"):
        raise Refused(
            f"The backup was made by a newer version (migration {newer[-1]}). Install that one, "
            "then serve."
        )
    return Restored(
        users=User.objects.count(), migrations=len(applied), missing=len(known - applied)
    )


def _kind():
    return {"sqlite": sqlite, "postgresql": postgresql}[connection.vendor]
