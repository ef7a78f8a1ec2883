"""
PostgreSQL: its own pg_dump and pg_restore, which know about triggers, sequences and the order of
things.
"""

import ctypes
import os
import shutil
import signal
import subprocess
import sys

from vectice_admin.operations import unfinished
from vectice_admin.operations.refused import FULL, NO_ROOM, Refused

MADE_BY_PG_DUMP = b"PGDMP"
PR_SET_PDEATHSIG = 1  # <sys/prctl.h>
# Whoever restores owns what is restored; a comment on an extension may be written by its owner
# only.
PORTABLE = ("--no-owner", "--no-privileges", "--no-comments")


def dump(connection, part, *, compressed):
    """
    Write the database to the file `part`; pg_dump's custom format is compressed, whatever
    `compressed` says.
    """
    _run(connection, "pg_dump", "--format=custom", *PORTABLE, f"--file={part}")


def load(connection, path):
    """
    Put the backup at `path` into the empty database, in one transaction.

    The rows come before the triggers, so those of the audit trail do not stand in the way, and are
    there afterwards. The mark that it is unfinished comes first of all, for PostgreSQL may end what
    this process has begun without it. What the planner must know of the rows is told to it; else
    the lists are five times as slow until autovacuum comes.

    :raises Refused: if pg_restore refuses it; nothing has changed then.
    """
    with path.open("rb") as file:
        if file.read(len(MADE_BY_PG_DUMP)) != MADE_BY_PG_DUMP:
            raise Refused(
                f"{path} is no backup of a PostgreSQL database, and DATABASE_URL names one."
            )
    name = connection.settings_dict["NAME"]
    unfinished.mark()
    try:
        _run(
            connection,
            "pg_restore",
            "--single-transaction",
            *PORTABLE,
            f"--dbname={name}",
            str(path),
        )
    except Refused:
        # Its one transaction was rolled back, so there is nothing to be warned of.
        unfinished.clear()
        raise
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _run(connection, program, *arguments):
    found = shutil.which(program)
    if not found:
        raise Refused(
            f"{program} is not on the PATH. Install PostgreSQL's client programs, as new as the "
            "server."
        )
    # The connection goes into the environment: arguments are seen by everybody on the machine.
    environment = {**os.environ, **_variables(connection)}
    done = subprocess.run(  # noqa: S603
        [found, *arguments],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=_die_with_parent(),  # a command has one thread
    )
    if done.returncode:
        if NO_ROOM in done.stderr:
            raise Refused(FULL)
        lines = [line for line in done.stderr.splitlines() if "error:" in line] or [
            f"status {done.returncode}"
        ]
        raise Refused(f"{program} failed: {lines[0].partition('error: ')[2] or lines[0]}")


def _die_with_parent():
    """
    Return what a child does first, so that it is killed where its parent is (prctl(2), Linux only).
    """
    if sys.platform != "linux":
        return None
    prctl, parent = ctypes.CDLL(None, use_errno=True).prctl, os.getpid()

    def ask():
        prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:  # it was killed before that
            os._exit(1)

    return ask


def _variables(connection):
    """
    Return what DATABASE_URL says of the connection as libpq's variables (PGHOST, PGPASSWORD,
    PGSSLMODE …).
    """
    said = connection.get_connection_params()
    from psycopg import pq  # noqa: PLC0415 - large, and not needed with SQLite

    names = {option.keyword.decode(): option.envvar for option in pq.Conninfo.get_defaults()}
    return {names[key].decode(): str(said[key]) for key in said if names.get(key) and said[key]}
