"""
Forms whose answer is shown once, sent twice: by a second click on a slow line, or by reloading the answer.

Only the last answer reaches the browser. Were it a refusal, what the first one showed would be lost.
"""

import json
from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone
from django.utils.crypto import salted_hmac

from accounts.kernel.actor import Actor
from accounts.kernel.crypto import encryption
from accounts.kernel.errors import Conflict
from accounts.kernel.queue import tasks
from accounts.models import SentForm

SHOWN_AGAIN = timedelta(minutes=1)
KEPT = timedelta(days=1)  # without what the answer showed, to say that the form was sent
FORM_ID = "form_id"
OF_THE_BROWSER = {"csrfmiddlewaretoken"}  # another one each time, and nothing that somebody typed


class SentBefore(Conflict):
    """The form was sent and done before, and its answer is not shown any more; `sent` is the SentForm."""

    code = "sent_before"

    def __init__(self, sent):
        super().__init__()
        self.sent = sent


@dataclass(frozen=True)
class Sending:
    """A form that arrives, sent by `actor` to the page named `about`; without an id (key "") it is like no other."""

    actor: Actor
    about: str
    key: str

    @classmethod
    def of(cls, fields, *, actor, about, path):
        """Return the Sending of a form: `fields` is a dict of lists, `path` where it was sent to."""
        said = sorted(
            (name, list(values)) for name, values in fields.items() if name not in OF_THE_BROWSER
        )
        digest = salted_hmac(
            "accounts.sent_forms", json.dumps([path, said]), algorithm="sha256"
        ).hexdigest()
        return cls(actor, about, digest if any(fields.get(FORM_ID, ())) else "")

    def keep(self, facts):
        """
        Keep for a minute what the answer shows: plain values, and the `subject`.

        To be called in the transaction of what is done.

        :raises IntegrityError: if the same was done a moment ago, so that this comes to nothing.
        """
        if self.key:
            what = {
                "about": self.about,
                "subject": facts["subject"],
                "sealed": encryption.seal(json.dumps(facts)),
            }
            sent = SentForm.objects.create(user=self.actor.user, key=self.key, **what)
            erase_answer.at(sent.sent_at + SHOWN_AGAIN).enqueue(sent_id=sent.pk)

    def before(self):
        """Return the SentForm of the same form, or None where it was not sent before."""
        return (
            SentForm.objects.filter(user=self.actor.user, key=self.key).first()
            if self.key
            else None
        )

    def answer(self):
        """
        Return what the answer to the same form showed, or None where it was not sent before.

        :raises SentBefore: once that is erased.
        """
        if (sent := self.before()) is None:
            return None
        if not sent.sealed or timezone.now() >= sent.sent_at + SHOWN_AGAIN:
            raise SentBefore(sent)
        return json.loads(encryption.unseal(sent.sealed))


@tasks.task()
def erase_answer(*, sent_id):
    """Erase what an answer showed; its minute is over."""
    _erase_answers(SentForm.objects.filter(pk=sent_id))


@tasks.recurring
def tidy():
    """Erase answers whose minute is over, and forget the forms after a day."""
    now = timezone.now()
    _erase_answers(SentForm.objects.filter(sent_at__lte=now - SHOWN_AGAIN))
    SentForm.objects.filter(sent_at__lt=now - KEPT).delete()


def _erase_answers(sent):
    sent.exclude(sealed="").update(sealed="")
