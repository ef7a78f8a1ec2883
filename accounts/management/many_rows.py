"""
Many new rows at once, past the models: by COPY on PostgreSQL, by one prepared statement on SQLite.

Constraints, triggers and the indexes of the search are the database's, and hold; what `save` does,
the caller has done.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from enum import Enum
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models.expressions import BaseExpression

# PostgreSQL merges what is added to these many at a time while it is told to, ten times as quick as
# one by one.
SEARCH_INDEXES = ("people_by_trigrams", "people_by_pairs")
MORE_MEMORY = {
    "postgresql": "SET gin_pending_list_limit = '64MB'",
    "sqlite": "PRAGMA cache_size = -256000",
}


def add(model: Any, rows: Any) -> None:
    """
    Store `rows`, dictionaries of values by the name of the field, all with the same names.

    What they do not name has the value of a new instance of `model`, or the database's default.
    """
    if not rows:
        return
    fields = {field.attname: field for field in model._meta.concrete_fields}
    blank = {
        name: value for name, value in vars(model()).items() if name in fields and _is_plain(value)
    }
    names = [name for name in {**blank, **rows[0]} if name != "id" or "id" in rows[0]]
    columns = ", ".join(connection.ops.quote_name(fields[name].column) for name in names)
    values = ([_adapted(row.get(name, blank.get(name))) for name in names] for row in rows)
    _write(f"{connection.ops.quote_name(model._meta.db_table)} ({columns})", len(names), values)


def next_ids(model: Any, number: int) -> list[Any] | list[int]:
    """
    Return as many primary keys that nobody else is given; on SQLite while this transaction holds
    the lock.
    """
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            sequence = f"nextval(pg_get_serial_sequence('{table}', 'id'))"
            cursor.execute(f"SELECT {sequence} FROM generate_series(1, %s)", [number])  # noqa: S608 - our own table
            return [key for (key,) in cursor.fetchall()]
        cursor.execute("SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = %s", [table])
        last = cursor.fetchone()[0]
        return list(range(last + 1, last + 1 + number))


@contextmanager
def in_quantity() -> Iterator[None]:
    """
    Have the database bring the indexes of the search up to date many rows at a time meanwhile.
    """
    with connection.cursor() as cursor:
        cursor.execute(MORE_MEMORY[connection.vendor])
        _update_fast(cursor, "on")
        try:
            yield
        finally:
            _update_fast(cursor, "off")


def _update_fast(cursor: Any, switch: str) -> None:
    if connection.vendor != "postgresql":
        return
    for index in SEARCH_INDEXES:
        cursor.execute(f"ALTER INDEX {index} SET (fastupdate = {switch})")
        if switch == "off":
            cursor.execute(f"SELECT gin_clean_pending_list('{index}')")


def _write(target: str, width: int, rows: Any) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {target} FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
            return
        places = ", ".join(["%s"] * width)
        cursor.executemany(f"INSERT INTO {target} VALUES ({places})", list(rows))  # noqa: S608 - our own names


def _is_plain(value: Any) -> bool:
    return not isinstance(value, BaseExpression)


def _adapted(value: Any) -> str | UUID | None:
    """Return the value as the database's driver takes it."""
    match value:
        case Enum():
            return value.value
        case datetime():
            return connection.ops.adapt_datetimefield_value(value)
        case UUID():
            return value if connection.features.has_native_uuid_field else value.hex
        case dict() | list():
            return json.dumps(value)
    return value
