"""A mail that could not be sent gets another chance."""

from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from accounts import delivery, mail
from accounts.change import permitted
from accounts.policy import Permission


def try_again(task_id, *, actor):
    """
    Put a failed mail back into the queue, from its first try; return whether there was such a one.

    :raises NotPermitted: if `actor` may not.
    :raises MailIsOff: if it would not be sent.
    """
    with permitted(actor, Permission.SEE_MAIL_QUEUE):
        mail.require_on()
        failed = DBTaskResult.objects.select_for_update().filter(
            pk=task_id, task_path=delivery.deliver.module_path, status=TaskResultStatus.FAILED
        )
        for row in failed:
            name, user_id, facts, *_tries = row.args_kwargs["args"]
            mail.again(name, user_id, facts)
            row.delete()
            return True
    return False
