"""How the queue, its workers and the mails in it do: for the doctor and for the metrics."""

from dataclasses import dataclass

from django.utils import timezone

import accounts.mail.queries
from accounts.kernel import outbox
from accounts.kernel.queue import entries, state, tasks
from accounts.kernel.queue.state import State


@dataclass(frozen=True)
class Queue:
    """
    Mails `failed` for good, and the oldest that is not sent yet waits for `mail_seconds`, its tries
    in vain included.

    `state` is that of all tasks.
    """

    state: State
    failed: int
    mail_seconds: float


def now():
    """Return the Queue as it is now."""
    at = timezone.now()
    mail_seconds = max((at - (accounts.mail.queries.waiting_since() or at)).total_seconds(), 0.0)
    return Queue(state.now(), entries.count(outbox.deliver, tasks.FAILED), mail_seconds)
