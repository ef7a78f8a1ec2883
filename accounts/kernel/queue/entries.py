"""What stands in the queue: what the tasks there are about, and what became of them."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self, TypeVar

from django.db.models import Min, Q, QuerySet
from django_tasks_db.models import DBTaskResult

from accounts.kernel.queue.stored import VERSION_BEFORE
from accounts.kernel.queue.tasks import DONE, FAILED, NAME, RUNNING, WAITING, Task

T = TypeVar("T")

TABLE = DBTaskResult  # of which kernel.lifecycle is told


@dataclass(frozen=True)
class Entry:
    """A task as it stands in the queue; `tries` is how often it came again."""

    row: DBTaskResult[..., Any]
    path: str
    arguments: dict[str, Any]
    tries: int

    @classmethod
    def of(cls, row: DBTaskResult[..., Any]) -> Self:
        """
        Return how this version calls a row, whichever version has stored it; what it cannot read is
        left out.
        """
        given, stored = _only(dict, row.args_kwargs), VERSION_BEFORE.get(row.task_path)
        path = stored.path if stored else row.task_path
        arguments, tries = _only(dict, given.get("kwargs")), given.get("tries")
        if positional := _only(list, given.get("args")):
            names, fixed = (stored.names, stored.fixed) if stored else ((), {})
            arguments = fixed | dict(zip(names, positional, strict=False))
            tries = arguments.pop("tries", 0)
        return cls(row, path, arguments, max(_only(int, tries), 0))

    @property
    def id(self) -> uuid.UUID:
        found: uuid.UUID = self.row.pk
        return found

    @property
    def failed_at(self) -> datetime | None:
        at: datetime | None = self.row.finished_at
        return at

    @property
    def fault(self) -> str:
        """
        The kind of its last fault, without its text, which may name what Admins need not know; ""
        for none.
        """
        return str(self.row.exception_class_path).rpartition(".")[2]

    @property
    def is_running(self) -> bool:
        return bool(self.row.status == RUNNING)

    @property
    def is_done(self) -> bool:
        return bool(self.row.status == DONE)

    def delete(self) -> None:
        self.row.delete()

    def rewrite(self, *, tries: int | None = None, **arguments: object) -> None:
        """Store it as this version calls it, with some arguments set anew."""
        tries = self.tries if tries is None else tries
        self.row.task_path, self.row.queue_name = self.path, NAME
        self.row.args_kwargs = {"args": [], "kwargs": self.arguments | arguments, "tries": tries}
        self.row.save(update_fields=["task_path", "queue_name", "args_kwargs"])


def latest(task: Task, *states: str, **having: object) -> Iterator[Entry]:
    """
    Return an iterator of the Entries of a task, the latest first; only those in one of `states`, if
    any is given.

    `having` is what their arguments are, in Django's lookups: `user_id=7`, `facts__by__in=["Ada"]`.
    """
    return map(Entry.of, rows(task, *states, **having).order_by("-finished_at", "-enqueued_at"))


def count(task: Task, *states: str, **having: object) -> int:
    """Return how many Entries there are, see `latest`."""
    return rows(task, *states, **having).count()


def waiting_since(task: Task) -> datetime | None:
    """
    Return since when the oldest Entry of a task waits, what it came again for included; None where
    none does.
    """
    found = rows(task, WAITING).order_by().aggregate(since=Min("enqueued_at"))
    since: datetime | None = found["since"]
    return since


def take_failed(task: Task, entry_id: uuid.UUID) -> dict[str, Any] | None:
    """
    Take a failed Entry out of the queue and return its arguments, or None where there is none with
    that id.
    """
    row = rows(task, FAILED).select_for_update().filter(pk=entry_id).first()
    if row is None:
        return None
    arguments = Entry.of(row).arguments
    row.delete()
    return arguments


def rows(task: Task, *states: str, **having: object) -> QuerySet[DBTaskResult[..., Any]]:
    """Return the rows of a task as the database has them, see `latest`."""
    paths = [path for path, stored in VERSION_BEFORE.items() if stored.path == task.module_path]
    rows = DBTaskResult.objects.filter(task_path__in={task.module_path, *paths})
    if states:
        rows = rows.filter(status__in=states)
    for lookup, value in having.items():
        name, _sep, rest = lookup.partition("__")
        wanted = _argument(f"kwargs__{name}", rest, value)
        for path in paths:
            wanted |= _of_the_version_before(path, name, rest, value)
        rows = rows.filter(wanted)
    return rows


def _only(kind: type[T], stored: object) -> T:
    """Return what is stored where it is of that kind, else an empty one."""
    return stored if isinstance(stored, kind) else kind()


def _of_the_version_before(path: str, name: str, rest: str, value: object) -> Q:
    stored = VERSION_BEFORE[path]
    if name in stored.fixed:
        return Q(task_path=path if stored.fixed[name] == value else None)
    return Q(task_path=path) & _argument(f"args__{stored.names.index(name)}", rest, value)


def _argument(where: str, rest: str, value: object) -> Q:
    return Q(**{"__".join(filter(None, ("args_kwargs", where, rest))): value})
