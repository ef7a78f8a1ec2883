"""
What every request begins with, read at once: a session, whose it is, and the organization.

Django would ask three times, and make each of these queries anew.
"""

from collections.abc import Iterator
from functools import cache
from itertools import islice
from typing import Any, TypeVar

from django.conf import settings
from django.db import connection, models

from accounts.models import Organization, Session, User
from accounts.models.organization import THE_ONE
from accounts.models.session import SessionQuerySet

M = TypeVar("M", bound=models.Model)
TABLES: tuple[type[models.Model], ...] = (Session, User, Organization)


def find(key_digest: str) -> tuple[Session, Organization] | None:
    """
    Return the session that the table has under the digest of a cookie's value, its `user` read with
    it, and the organization's settings; None where it is not there or past its limits.
    """
    limits = SessionQuerySet.limits()
    with connection.cursor() as cursor:
        cursor.execute(_statement(tuple(limits)), [key_digest, *map(_adapted, limits.values())])
        values = iter(cursor.fetchone() or ())
    session, user = _row_of(Session, values), _row_of(User, values)
    organization = _row_of(Organization, values)
    if session is None:
        return None
    session.user = user
    return session, organization or Organization(name=settings.ORGANIZATION_NAME)


@cache
def _statement(limited: tuple[str, ...]) -> str:
    """Return the statement; it wants the digest and, for each `limited` column, a moment."""
    quote = connection.ops.quote_name
    session, user, organization = (quote(model._meta.db_table) for model in TABLES)
    columns = ", ".join(
        f"{quote(model._meta.db_table)}.{quote(str(field.column))}"
        for model in TABLES
        for field in model._meta.concrete_fields
    )
    alive = "".join(f" AND {session}.{quote(column)} > %s" for column in limited)
    return (
        f"SELECT {columns} FROM {session}"  # noqa: S608 - names of our own tables
        f" LEFT JOIN {user} ON {user}.id = {session}.user_id"
        f" LEFT JOIN {organization} ON {organization}.id = {THE_ONE}"
        f" WHERE {session}.session_key = %s{alive}"
    )


def _row_of(model: type[M], values: Iterator[Any]) -> M | None:
    """Return the row that the next of the values are, or None where there is none."""
    fields = model._meta.concrete_fields
    own = list(islice(values, len(fields)))
    if not own or own[fields.index(model._meta.pk)] is None:
        return None
    names = [field.attname for field in fields]
    return model.from_db(connection.alias, names, list(map(_as_python, fields, own)))


def _as_python(field: models.Field[Any, Any], value: Any) -> Any:
    """Return a value as Django reads it from this column."""
    column = field.cached_col
    for convert in (
        *connection.ops.get_db_converters(column),
        *field.get_db_converters(connection),
    ):
        value = convert(value, column, connection)
    return value


def _adapted(moment: Any) -> Any:
    return connection.ops.adapt_datetimefield_value(moment)
