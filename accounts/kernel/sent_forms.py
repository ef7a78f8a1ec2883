"""
Forms whose answer is shown once, sent twice: by a second click on a slow line, or by reloading the
answer.

Only the last answer reaches the browser. Were it a refusal, what the first one showed would be
lost.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Self

from django.db.models import QuerySet
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
    """
    The form was sent and done before, and its answer is not shown any more; `sent` is the SentForm.
    """

    code = "sent_before"

    def __init__(self, sent: SentForm) -> None:
        super().__init__()
        self.sent = sent


@dataclass(frozen=True)
class Sending:
    """
    A form that arrives, sent by `actor` to the page named `about`; without an id (key "") it is
    like no other.
    """

    actor: Actor
    about: str
    key: str

    @classmethod
    def of(
        cls, fields: Mapping[str, Iterable[str]], *, actor: Actor, about: str, path: str
    ) -> Self:
        """
        Return the Sending of a form: `fields` is a dict of lists, `path` where it was sent to.
        """
        said = sorted(
            (name, list(values)) for name, values in fields.items() if name not in OF_THE_BROWSER
        )
        digest = salted_hmac(
            "accounts.sent_forms", json.dumps([path, said]), algorithm="sha256"
        ).hexdigest()
        return cls(actor, about, digest if any(fields.get(FORM_ID, ())) else "")

    def keep(self, facts: dict[str, Any]) -> None:
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
            sent = SentForm.objects.create(  # type: ignore[misc]  # of nobody there is no such form
                user_id=self.actor.user_id, key=self.key, **what
            )
            erase_answer.at(sent.sent_at + SHOWN_AGAIN).enqueue(sent_id=sent.pk)

    def before(self) -> SentForm | None:
        """Return the SentForm of the same form, or None where it was not sent before."""
        return (
            SentForm.objects.filter(user=self.actor.user, key=self.key).first()
            if self.key
            else None
        )

    def answer(self) -> dict[str, Any] | None:
        """
        Return what the answer to the same form showed, or None where it was not sent before.

        :raises SentBefore: once that is erased.
        """
        if (sent := self.before()) is None:
            return None
        if not sent.sealed or timezone.now() >= sent.sent_at + SHOWN_AGAIN:
            raise SentBefore(sent)
        facts: dict[str, Any] = json.loads(encryption.unseal(sent.sealed))
        return facts


@tasks.task()
def erase_answer(*, sent_id: int) -> None:
    """Erase what an answer showed; its minute is over."""
    _erase_answers(SentForm.objects.filter(pk=sent_id))


def tidy() -> None:
    """Erase answers whose minute is over, and forget the forms after a day."""
    now = timezone.now()
    _erase_answers(SentForm.objects.filter(sent_at__lte=now - SHOWN_AGAIN))
    SentForm.objects.filter(sent_at__lt=now - KEPT).delete()


def _erase_answers(sent: QuerySet[SentForm]) -> None:
    sent.exclude(sealed="").update(sealed="")
