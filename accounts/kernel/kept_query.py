"""
Counting by a statement that is made once: what every page asks, Django would make anew each time.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Self

from django.db import connection
from django.db.models import DateTimeField, Expression, QuerySet


class Moment(Expression):
    """
    The moment at which a kept statement is asked, or one that lies `ago` before it; it stands in a
    condition in place of a datetime.
    """

    output_field = DateTimeField()

    def __init__(self, ago: timedelta = timedelta()) -> None:
        super().__init__()
        self.ago = ago

    def __sub__(self, ago: timedelta) -> "Moment":  # type: ignore[override]
        return Moment(self.ago + ago)

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        return "%s", [self]


When = datetime | Moment


@dataclass(frozen=True)
class Count:
    """How many rows there are of several kinds together; ask it with `at`."""

    statement: str
    parameters: Sequence[Any]

    @classmethod
    def of(cls, kinds: Sequence[QuerySet[Any]]) -> Self:
        """Make one of querysets, each limited, whose conditions speak of a `Moment`."""
        made = [rows.values("pk").query.sql_with_params() for rows in kinds]
        counts = (
            f"(SELECT COUNT(*) FROM ({sql}) AS kind_{number})"  # noqa: S608 - made by Django
            for number, (sql, _) in enumerate(made)
        )
        return cls(f"SELECT {' + '.join(counts)}", [one for _, given in made for one in given])

    def at(self, now: datetime) -> int:
        given = [
            connection.ops.adapt_datetimefield_value(now - one.ago)
            if isinstance(one, Moment)
            else one
            for one in self.parameters
        ]
        with connection.cursor() as cursor:
            cursor.execute(self.statement, given)
            found: int = cursor.fetchone()[0]
        return found
