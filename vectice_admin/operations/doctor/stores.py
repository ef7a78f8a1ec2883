"""
The database and Redis: whether they answer, are up to date, agree about the time, and were backed
up.
"""

import time
from datetime import UTC, datetime, timedelta

import redis
from django.conf import settings
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from vectice_admin import health
from vectice_admin.operations import backups, unfinished
from vectice_admin.operations.doctor.finding import OK, WARNING, WRONG, Finding
from vectice_admin.operations.refused import first_line

NOW = {
    "sqlite": "SELECT (julianday('now') - 2440587.5) * 86400.0",
    "postgresql": "SELECT extract(epoch FROM clock_timestamp())",
}
SECONDS_SEEN, SECONDS_TOO_MANY = (
    5,
    60,
)  # links and sessions bear a minute between the clocks of hosts, see README
BACKUP_EXPECTED, BACKUP_OVERDUE = (
    timedelta(hours=26),
    timedelta(days=8),
)  # a daily one that took its time; a week
KEY = "doctor"


def database():
    """
    Return the Finding whether the database answers; where it does not, nothing else in it can be
    looked at.
    """
    started = time.monotonic()
    try:
        connection.ensure_connection()
        version = ".".join(map(str, connection.get_database_version()))
    except DatabaseError as error:
        return Finding(WRONG, "Database", f"does not answer: {first_line(error)}")
    if health.takes_no_changes():
        text = (
            "answers, but takes no changes: is it a standby, or told so "
            "(default_transaction_read_only)?"
        )
        return Finding(WRONG, "Database", text)
    taken = (time.monotonic() - started) * 1000
    return Finding(
        OK, "Database", f"{connection.display_name} {version} answers, after {taken:.0f} ms."
    )


def redis_server():
    """Return the Finding whether Redis answers, where it is used."""
    if not settings.REDIS_URL:
        return Finding(OK, "Redis", "is not used; limits are counted in the database.")
    try:
        redis.Redis.from_url(settings.REDIS_URL, socket_timeout=2, socket_connect_timeout=2).ping()
    except (redis.RedisError, OSError) as error:
        text = (
            f"does not answer ({type(error).__name__}); limits are counted in the database "
            "meanwhile."
        )
        return Finding(WRONG, "Redis", text)
    return Finding(OK, "Redis", "answers.")


def findings():
    """Yield what is to be said of a database that answers."""
    if unfinished.is_marked():
        yield Finding(WRONG, "Restore", unfinished.SAID)
        return  # what else is missing in it, nobody should mend
    missing = missing_migrations()
    yield _migrations(missing)
    yield _clock()
    if not missing:
        yield _audit_trail()
        yield _counting()
        yield _backup()


def missing_migrations():
    """Return the migrations that `migrate` would apply."""
    executor = MigrationExecutor(connection)
    return executor.migration_plan(executor.loader.graph.leaf_nodes())


def _migrations(missing):
    if missing:
        return Finding(WRONG, "Migrations", f"{len(missing)} are missing. Run manage.py migrate.")
    return Finding(OK, "Migrations", "all are applied.")


def _clock():
    with connection.cursor() as cursor:
        cursor.execute(NOW[connection.vendor])
        theirs = float(cursor.fetchone()[0])
    apart = abs(theirs - datetime.now(UTC).timestamp())
    level = OK if apart < SECONDS_SEEN else WARNING if apart < SECONDS_TOO_MANY else WRONG
    advice = (
        ""
        if level == OK
        else " Set both by NTP, else links and sessions end too early or too late."
    )
    return Finding(
        level, "Clock", f"the database's and this machine's are {apart:.1f} s apart.{advice}"
    )


def _audit_trail():
    if backups.audit_trail_is_guarded():
        return Finding(OK, "Audit trail", "the database refuses to change it.")
    return Finding(
        WRONG,
        "Audit trail",
        "triggers that keep it from being changed are gone (migrations 0002, 0013).",
    )


def _counting():
    cache.set(KEY, 1, 60)
    try:
        counted = cache.incr(KEY)
    except ValueError:  # what was stored is gone
        counted = None
    if counted != 2:
        return Finding(WRONG, "Limits", "nothing is counted, so limits on trying do not hold.")
    return Finding(OK, "Limits", "tries are counted.")


def _backup():
    made_at = backups.last_made_at()
    if made_at is None:
        return Finding(
            WARNING,
            "Backup",
            "none was made by manage.py backup. If you back up another way, all is well.",
        )
    age = timezone.now() - made_at
    if age < -timedelta(seconds=SECONDS_TOO_MANY):
        text = (
            f"the last one was made {made_at:%Y-%m-%d %H:%M} UTC, which is yet to come: a clock "
            "was ahead."
        )
        return Finding(WRONG, "Backup", text)
    level = OK if age < BACKUP_EXPECTED else WARNING if age < BACKUP_OVERDUE else WRONG
    return Finding(
        level,
        "Backup",
        f"the last one was made {made_at:%Y-%m-%d %H:%M} UTC, {age / timedelta(hours=1):.0f} "
        "hours ago.",
    )
