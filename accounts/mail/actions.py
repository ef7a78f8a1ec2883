"""A mail that could not be sent gets another chance."""

import uuid

from accounts.kernel import outbox
from accounts.kernel.actor import Actor
from accounts.kernel.change import act
from accounts.kernel.policy import Permission
from accounts.kernel.queue import entries


def try_again(task_id: uuid.UUID, *, actor: Actor) -> bool:
    """
    Put a failed mail back into the queue, from its first try; return whether there was such a one.

    :raises NotPermitted: if `actor` may not.
    :raises MailIsOff: if it would not be sent.
    """
    with act(actor=actor, permission=Permission.SEE_MAIL_QUEUE):
        outbox.require_on()
        failed = entries.take_failed(outbox.deliver, task_id)
        if failed is not None:
            outbox.send_again(**failed)
    return failed is not None
