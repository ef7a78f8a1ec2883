"""The same people on both sides: the product's seed, and its rows copied into the peer's table."""

import hashlib
from contextlib import closing
from dataclasses import dataclass

from argon2 import low_level

from bench import servers
from bench.databases import PREFIX
from bench.servers import ROOT

PASSWORD = "correct horse of the benchmark"
WITH_PASSWORD = 5_000  # people; the seed gives nobody one
COST = {"time_cost": 1, "memory_cost": 47_104, "parallelism": 1}  # the product's; memory in KiB
# Made with one salt, so that the filled databases of two runs are alike. Django makes hashes with a
# shorter salt anew.
HASH = (
    "argon2"
    + low_level.hash_secret(
        PASSWORD.encode(),
        b"ofTheBenchmarkAndOfNoOneElse",
        hash_len=32,
        type=low_level.Type.ID,
        **COST,
    ).decode()
)

GIVE_PASSWORDS = f"""
    UPDATE accounts_user SET password = '{HASH}' WHERE id IN (
        SELECT id FROM accounts_user WHERE NOT must_change_password
        ORDER BY id LIMIT {WITH_PASSWORD})"""
# Admins see the list on both sides; as Django's own advice for sign-in by e-mail has it, the
# address is the username.
PEOPLE = """
    SELECT id, password, last_sign_in_at, role = 'admin', role = 'admin', is_active, created_at,
        email, email,
        substr(full_name, 1, {position}(full_name || ' ', ' ') - 1),
        substr(full_name, {position}(full_name || ' ', ' ') + 1)
    FROM accounts_user"""
PEER_TABLE = (
    "auth_user (id, password, last_login, is_superuser, is_staff, is_active, date_joined, "
    "username, email,"
    " first_name, last_name)"
)
# The admin's log says as much of whom; to it everything is a change.
LOG = """
    SELECT at, COALESCE(actor_id, {admin}), {kind}, target_id, 'somebody', 2, '[]'
    FROM accounts_auditevent WHERE target_id IS NOT NULL ORDER BY id"""
LOG_TABLE = (
    "django_admin_log (action_time, user_id, content_type_id, object_id, object_repr, "
    "action_flag, change_message)"
)
OF_THE_LOG = """
    SELECT (SELECT id FROM django_content_type WHERE app_label = 'auth' AND model = 'user'),
        (SELECT MIN(id) FROM auth_user WHERE is_staff)"""
ENTRIES = 100  # a person, or as many in all as the database is meant to hold
SIDES = ("product", "peer")


@dataclass(frozen=True)
class Accounts:
    """
    Addresses of people who have the PASSWORD: active Admins, active others, and deactivated ones.
    """

    admins: list
    others: list
    deactivated: list


def filled(database, size):
    """
    Return the names of the filled databases as a dict by side, after filling them where that is
    needed.
    """
    stem = f"{PREFIX}{size}_"
    names = {side: f"{stem}{_fingerprint()}_{side}" for side in SIDES}
    there = database.names()
    if not there.issuperset(names.values()):
        for name in there:
            if name.startswith(stem):
                database.drop(name)
        _fill(database, size, names)
    return names


def accounts(database, product):
    """Return the Accounts in the product's filled database of that name."""
    query = (
        f"SELECT email, role, is_active FROM accounts_user WHERE password = '{HASH}' ORDER BY id"
    )
    with closing(database.connect(product)) as connection:
        rows = connection.execute(query).fetchall()
    return Accounts(
        admins=[email for email, role, active in rows if active and role == "admin"],
        others=[email for email, role, active in rows if active and role != "admin"],
        deactivated=[email for email, _, active in rows if not active],
    )


def _fill(database, size, names):
    """
    Fill both sides under passing names: an interrupted filling is never taken for a whole one.
    """
    passing = {side: f"{PREFIX}filling_{side}" for side in SIDES}
    for name in passing.values():
        database.create(name)
    servers.manage_product(database, passing["product"], "migrate", "--verbosity", "0")
    servers.manage_product(database, passing["product"], "seedusers", str(size), "--yes")
    entries = min(ENTRIES * size, database.most_entries)
    servers.run_in_product(database, passing["product"], "bench.content", "entries", str(entries))
    servers.manage_peer(database, passing["peer"], "migrate", "--verbosity", "0")
    with closing(database.connect(passing["product"])) as connection:
        connection.execute(GIVE_PASSWORDS)
    query = PEOPLE.format(position=database.position)
    database.copy_rows(query, passing["product"], PEER_TABLE, passing["peer"])
    with closing(database.connect(passing["peer"])) as connection:
        kind, admin = connection.execute(OF_THE_LOG).fetchone()
    log = LOG.format(kind=kind, admin=admin)
    database.copy_rows(log, passing["product"], LOG_TABLE, passing["peer"])
    for side in SIDES:
        database.settle(passing[side])
        database.rename(passing[side], names[side])


def _fingerprint():
    """Return a short text that changes with the migrations, with the seed and with the filling."""
    sources = [
        *ROOT.glob("*/migrations/*.py"),
        *ROOT.glob("accounts/management/**/*.py"),
        ROOT / "bench/filling.py",
        ROOT / "bench/content.py",
    ]
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in sorted(sources)))
    return digest.hexdigest()[:10]
