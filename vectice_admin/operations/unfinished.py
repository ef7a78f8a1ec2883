"""
The mark of a database into which a restore was begun and not brought to its end.

Sessions and passwords that were ended since the backup may be alive in it. The mark comes into the
database before the first row, or with it, and is taken away last of all; /health/ready and the
doctor refuse a database that has it.
"""

from django.db import connection

TABLE = "operations_unfinished_restore"
MARK = f"CREATE TABLE IF NOT EXISTS {TABLE} (at timestamp)"
SAID = (
    "a restore into this database did not come to its end. Do not serve it: restore into another, "
    "empty one."
)


def is_marked():
    """Return whether a restore was begun here and has not ended."""
    return TABLE in connection.introspection.table_names()


def mark():
    _do(MARK)


def clear():
    _do(f"DROP TABLE IF EXISTS {TABLE}")


def _do(statement):
    with connection.cursor() as cursor:
        cursor.execute(statement)
