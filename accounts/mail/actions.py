"""A mail that could not be sent gets another chance."""

from accounts.kernel.change import permitted
from accounts.kernel.policy import Permission
from accounts.kernel.queue import entries
from accounts.mail import delivery, messages


def try_again(task_id, *, actor):
    """
    Put a failed mail back into the queue, from its first try; return whether there was such a one.

    :raises NotPermitted: if `actor` may not.
    :raises MailIsOff: if it would not be sent.
    """
    with permitted(actor, Permission.SEE_MAIL_QUEUE):
        messages.require_on()
        failed = entries.take_failed(delivery.deliver, task_id)
        if failed is not None:
            messages.again(**failed)
    return failed is not None
