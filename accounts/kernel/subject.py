"""
What the frame of changes needs to know of a table. Each subject declares its own in its
`subject.py`.

The frame (`change.py`) keeps the same promises for all of them; here stands only in what tables
differ.
"""

import copy
from collections.abc import Collection
from enum import Enum, auto
from typing import Any, ClassVar

from django.db.models import Model

from accounts.kernel.errors import NoSuchJob, NotFound, Stale, StaleJob
from accounts.models import User

SUBJECTS: dict[type[Model], "Subject"] = {}


class Lock(Enum):
    """
    When a row is locked: all take jobs first, then people, then the rest, so that no two wait for
    each other.
    """

    JOB = auto()
    PERSON = auto()
    OTHER = auto()


class Subject:
    """
    The base of all. `name` is its stable name in the audit trail, and `key` the field that it is
    found by.

    `missing` is raised with the key of what is not there. Changes of the fields `unrecorded` are a
    matter of taste, nobody else's concern, and need no entry in the audit trail. Where
    `always_expected`, nobody decides without having seen the row: who does not say is stale.
    """

    model: ClassVar[type[Model]]
    name: ClassVar[str]
    missing: ClassVar[type[NotFound]]
    key: ClassVar[str] = "public_id"
    lock: ClassVar[Lock] = Lock.OTHER
    unrecorded: ClassVar[Collection[str]] = ()
    always_expected: ClassVar[bool] = False

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "model" in vars(cls):
            SUBJECTS[cls.model] = cls()

    def find(self, key: Any) -> Any:
        """Return the row with that key, locked, or None."""
        return self.model._default_manager.select_for_update().filter(**{self.key: key}).first()

    def is_there(self, row: Any) -> bool:
        """Return whether a row can be changed at all; what cannot is as good as gone."""
        return True

    def is_as_expected(self, row: Any, expected: Any) -> bool:
        """Return whether a row is what the actor decided upon: the version that they saw."""
        return bool(row.version == expected)

    def stale(self, row: Any) -> Stale:
        """Return what is raised where a row is not as expected."""
        return Stale()

    def state(self, row: Any) -> Any:
        """
        Return what an actor decides upon; where it changes, open pages are stale, and there is a
        new version.
        """
        return self.facts(row)

    def facts(self, row: Any) -> dict[str, Any]:
        """Return all that is stored of a row, by the name of the field, as it is now."""
        return {
            field.attname: copy.deepcopy(getattr(row, field.attname))
            for field in self.model._meta.concrete_fields
        }

    def person(self, row: Any) -> User | None:
        """Return whose history an entry about the row belongs to."""
        return None

    def reference(self, row: Any) -> tuple[str, str]:
        """Return what the audit trail calls a row: a type and an id."""
        return self.name, str(getattr(row, self.key))


class JobSubject(Subject):
    """What the actor decided upon is a job's state: `expected` are those in which it may be."""

    name = "job"
    missing = NoSuchJob
    lock = Lock.JOB

    def is_as_expected(self, row: Any, expected: Any) -> bool:
        return row.state in expected

    def stale(self, row: Any) -> Stale:
        return StaleJob(row.public_id)
