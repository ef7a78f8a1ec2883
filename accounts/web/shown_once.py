"""
Answers that show something once; the same form again gets the same answer for a minute, and then
the truth.
"""

import accounts.users.queries
from accounts.kernel.sent_forms import Sending, SentBefore
from accounts.models import SentForm
from accounts.web import responses

ON_A_PERSON = {"reset-password", "add-user"}


def answer(request, about, act, show):
    """
    Return the page that `show(facts)` makes of what `act(keep)` did.

    `act` calls `keep(subject, **facts)` once, in the transaction of what it does. Where the form
    was done before it is not called: the answer is the same page, or one that says so where a
    minute has passed or `show` returns None since the facts are no longer so. `about` is the name
    of the page.
    """
    fields = dict(request.POST.lists())
    sending = Sending.of(fields, actor=request.actor, about=about, path=request.get_full_path())
    try:
        facts = sending.answer()
        if facts is None:
            facts = _done(sending, act)
    except SentBefore as before:
        return sent_before(request, before.sent)
    return show(facts) or sent_before(
        request, sending.before() or SentForm(about=about, subject=facts["subject"])
    )


def sent_before(request, sent):
    """
    Return the page for a form that was done before, a SentForm, whose answer is not shown any more.
    """
    person = accounts.users.queries.find(sent.subject) if sent.about in ON_A_PERSON else None
    facts = {
        "sent": sent,
        "person": person,
        "template": "errors/sent_before.html",
        "code": "sent_before",
    }
    return responses.error(request, 409, **facts)


def _done(sending, act):
    shown = {}

    def keep(subject, **facts):
        shown.update(facts, subject=str(subject))
        sending.keep(shown)

    try:
        act(keep)
    except Exception:
        # The same form may have been done while this one waited for its rows; then this one's fault
        # is none.
        if (facts := sending.answer()) is None:
            raise
        return facts
    return shown
