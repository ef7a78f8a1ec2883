"""What belongs to no subject: counters, forms that were sent, and the task queue."""

from django.utils import timezone

import accounts.passwords.actions
from accounts.kernel import lifecycle, mail_message, outbox, sent_forms
from accounts.kernel.queue import entries, worker
from accounts.models import Counter, SentForm
from accounts.users.erasure import Known

TAKEN_OUT = "…"


def delete_counters() -> None:
    Counter.objects.filter(expires_at__lt=timezone.now()).delete()


def erase_answers() -> None:
    SentForm.objects.exclude(sealed="").update(sealed="")


def erase_in_queue(known: Known) -> None:
    """
    Mails to somebody, requests of their address for a reset link, and mails to others in which they
    are named: these wait on, or to be tried again, without the name; what is sent goes at once.
    """
    for mail in entries.latest(outbox.deliver, user_id=known.user.pk):
        if mail.is_running:  # its worker has read it
            mail.rewrite(facts={})
        else:
            mail.delete()
    asked = {"email__in": list(known.addresses)}
    for entry in entries.latest(accounts.passwords.actions.issue_reset_link, **asked):
        entry.delete()
    for fact in mail_message.NAMING:
        naming = {f"facts__{fact}__in": list(known.names)}
        for mail in entries.latest(outbox.deliver, **naming):
            if mail.is_done:
                mail.delete()
            else:
                mail.rewrite(facts=mail.arguments.get("facts", {}) | {fact: TAKEN_OUT})


lifecycle.declare(Counter, harmless=("key",), tidy=delete_counters)
lifecycle.declare(
    SentForm,
    people=("user", "about", "subject"),
    secrets=("key", "sealed"),
    tidy=sent_forms.tidy,
    erase="It says by a pseudonym who sent it, and what it showed is erased after a minute.",
    revoke_after_restore=erase_answers,
)
lifecycle.declare(
    entries.TABLE,
    people=("args_kwargs", "return_value", "traceback"),
    harmless=("task_path", "worker_ids", "queue_name", "backend_name", "exception_class_path"),
    tidy=worker.tidy,
    erase=erase_in_queue,
)
