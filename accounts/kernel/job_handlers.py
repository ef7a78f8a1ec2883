"""What a kind of long work must know to be done row by row by `kernel.jobs`: its handler."""

from typing import Any, TypeVar

from django.utils import timezone

from accounts.kernel.actor import Actor
from accounts.kernel.policy import Permission

HANDLERS: dict[str, "Handler"] = {}  # by kind


class Handler:
    """
    What one kind of job does: it is prepared, waits for somebody to start it, and is worked off row
    by row.

    `model` and `row` are where its jobs and their rows are stored, `preparing` and `ready` what the
    first two states are called there. It is stopped with `permission`, which is recorded as
    `cancelled`, an Event; temporary passwords are taken with `passwords_permission`, which is
    recorded as `passwords_taken`.
    """

    model: type[Any]  # a Job that is no abstract one, which has `objects`
    row: type[Any]
    preparing: str
    ready: str
    permission: Permission
    cancelled: type[Any]
    passwords_permission: Permission
    passwords_taken: type[Any]

    def prepare(self, job: Any) -> bool:
        """Go on preparing a job, for `jobs.SECONDS_AT_A_TIME`; return whether that was all."""
        raise NotImplementedError

    def do_row(self, row: Any, actor: Actor) -> None:
        """Do a pending row, and write what becomes of it with the change; see `change.job_row`."""
        raise NotImplementedError

    def reason(self, error: BaseException) -> tuple[str, dict[str, Any]] | None:
        """
        Return the code and the facts of an error that ends the preparation, or None for a fault of
        ours.
        """
        return None

    def noted(self, facts: dict[str, Any]) -> dict[str, Any]:
        """
        Return what else is stored with a job that is refused for a reason with these facts, a dict
        of its fields.
        """
        return {}

    def discard(self, job: Any) -> None:
        """Erase what only the preparation needs."""

    def makes_passwords(self, job: Any) -> bool:
        raise NotImplementedError

    def forget_passwords(self) -> None:
        """
        Forget the temporary passwords that wait; a job that still runs may make more, which are to
        be had then.
        """
        waiting = self.row.objects.exclude(sealed_password="")
        finished = {"pk__in": waiting.values("job"), "finished_at__isnull": False}
        self.model.objects.filter(**finished).update(passwords_taken_at=timezone.now())
        waiting.update(sealed_password="")

    def passwords(self, rows: Any) -> list[tuple[str, str, str]]:
        """Return (name, email, password) of rows, each of which has its temporary `password`."""
        raise NotImplementedError


H = TypeVar("H", bound=Handler)


def handles(handler: type[H]) -> type[H]:
    """Have the jobs of its kind done by a Handler; a decorator of its class."""
    HANDLERS[handler.model.KIND] = handler()
    return handler
