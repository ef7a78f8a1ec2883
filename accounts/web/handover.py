"""How temporary passwords are handed over, once: one on a page, those that a job made as a file."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse, StreamingHttpResponse

import accounts.exports.actions
import accounts.users.queries
from accounts.passwords import temporary
from accounts.web import responses, shown_once
from accounts.web.request import Request


def facts(user, password, *, devices=0, is_new=False):
    """Return what the page shows, as plain values; `devices` is how many were signed out."""
    return {
        "password": password,
        "set_at": user.password_set_at.isoformat(),
        "devices": devices,
        "is_new": is_new,
    }


def handover(request, told):
    """
    Return the page of `facts` and the `subject`; the password is in this answer and nowhere else.

    Return None where it does not sign the person in any more: there is a newer one, or its time is
    over.
    """
    user = accounts.users.queries.find(told["subject"])
    is_current = user and user.must_change_password and not user.has_expired_temporary_password
    if not is_current or user.password_set_at.isoformat() != told["set_at"]:
        return None
    context = {
        "person": user,
        "password": told["password"],
        "words": temporary.words(told["password"]),
        "address": settings.PUBLIC_URL,
        "until": user.temporary_password_expires_at,
        "devices": told["devices"],
        "is_new": told["is_new"],
    }
    return responses.render(request, "passwords/handover.html", context)


def passwords_of_job(
    request: Request, about: str, job_id: UUID, take_passwords: Callable[..., object]
) -> HttpResponse | StreamingHttpResponse:
    """
    Return the file of the temporary passwords of a job, which its action `take_passwords` takes.

    That is asked for by POST: a GET could be fetched ahead and would use them up. `about` is the
    name of the page, see `shown_once.answer`.
    """

    def take(keep: Callable[..., None]) -> None:
        take_passwords(job_id, actor=request.actor, keep=lambda taken: keep(job_id, taken=taken))

    def show(facts: dict[str, Any]) -> StreamingHttpResponse:
        kind = responses.kind_of_file(request)
        parts = accounts.exports.actions.passwords(facts["taken"], kind=kind)
        return responses.file("temporary-passwords", kind, parts)

    return shown_once.answer(request, about, take, show)
