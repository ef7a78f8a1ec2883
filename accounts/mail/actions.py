"""A mail that could not be sent gets another chance."""

from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from accounts.kernel.change import permitted
from accounts.kernel.policy import Permission
from accounts.mail import delivery, messages


def try_again(task_id, *, actor):
    """
    Put a failed mail back into the queue, from its first try; return whether there was such a one.

    :raises NotPermitted: if `actor` may not.
    :raises MailIsOff: if it would not be sent.
    """
    with permitted(actor, Permission.SEE_MAIL_QUEUE):
        messages.require_on()
        failed = DBTaskResult.objects.select_for_update().filter(
            pk=task_id, task_path=delivery.deliver.module_path, status=TaskResultStatus.FAILED
        )
        for row in failed:
            name, user_id, facts, *_tries = row.args_kwargs["args"]
            messages.again(name, user_id, facts)
            row.delete()
            return True
    return False
