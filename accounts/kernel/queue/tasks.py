"""
What the worker does, and when: the task queue.

A task is a function at the top of a module, with named arguments that JSON can hold. It may ask to
come again, see `TryAgain`; it does so by itself where the database was busy or away, and where its
worker was killed, see `worker.give_back`. No other folder knows what the queue is made of.
"""

import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

from django.core.exceptions import SuspiciousOperation
from django.utils.module_loading import import_string
from django_tasks import TaskResultStatus, base

# The worker of the version before looks into "default" only: it would not know these arguments, and
# lose the task.
NAME, NAMES = "named", ["named", "default"]
EVERY = timedelta(minutes=5)  # for what is recurring
DELAYS = tuple(
    timedelta(seconds=seconds) for seconds in (10, 60, 300)
)  # where the database is busy or away
MOST_KILLED = 2  # workers that a task may take down with it

WAITING, RUNNING = TaskResultStatus.READY, TaskResultStatus.RUNNING
DONE, FAILED = TaskResultStatus.SUCCESSFUL, TaskResultStatus.FAILED

F = TypeVar("F", bound=Callable[..., object])
TASKS: dict[str, "Task"] = {}  # every Task, by its path
# The path of every function that comes again and again, by its one place in the queue.
RECURRING: dict[uuid.UUID, str] = {}


class TryAgain(Exception):
    """
    Raised by a task `from` what keeps it from being done now; when it has come again often enough,
    that counts.
    """


class WorkerKilled(Exception):
    """The worker ended in the middle of the task, as often as it was tried."""


@dataclass(frozen=True, kw_only=True)
class Task(base.Task[..., Any]):
    """
    A function that the worker calls.

    `delays` are how long it waits before each time that it comes again; `given_up` is called with
    its arguments once it has killed MOST_KILLED workers.
    """

    delays: tuple[timedelta, ...] = ()
    given_up: Callable[..., object] | None = None

    def at(self, moment: datetime | None) -> "Task":
        """Return the task as it is queued for that moment; None is now."""
        return self.using(run_after=moment)

    def enqueue(self, **arguments: Any) -> base.TaskResult[Any]:
        """Queue it, in the transaction of the caller."""
        return super().enqueue(**arguments)


def task(
    *, delays: Iterable[timedelta] = DELAYS, given_up: Callable[..., object] | None = None
) -> Callable[[Callable[..., object]], Task]:
    """Make a Task of a function."""

    def made(function: Callable[..., object]) -> Task:
        new = Task(func=function, queue_name=NAME, delays=tuple(delays), given_up=given_up)
        TASKS[new.module_path] = new
        return new

    return made


def recurring(function: F) -> F:
    """
    Have a function without arguments called every few minutes, whatever became of it the last time.
    """
    path = f"{function.__module__}.{function.__qualname__}"
    RECURRING[_place(path)] = path
    return function


def is_of_another_version(place: uuid.UUID, path: str) -> bool:
    """Return whether what stands there comes again and again, but only in another version."""
    return place == _place(path) and place not in RECURRING


def _place(path: str) -> uuid.UUID:
    return uuid.uuid5(uuid.NAMESPACE_URL, path)


def function(path: str) -> Callable[..., object]:
    """
    Return what the worker calls for a path that stands in the queue.

    :raises ImportError, SuspiciousOperation: if no task is called so.
    """
    found: object = import_string(path)
    if isinstance(found, Task):
        return found.func
    if path not in RECURRING.values() or not callable(found):
        raise SuspiciousOperation(path)
    return found
