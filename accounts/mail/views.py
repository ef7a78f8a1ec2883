"""What Admins see of the mails that wait or could not be sent, and of how each looks."""

import uuid
from typing import Any
from urllib.parse import urlencode

from csp.constants import NONE, SELF, UNSAFE_INLINE
from csp.decorators import csp, csp_update
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from accounts.kernel import policy
from accounts.kernel.policy import Permission
from accounts.mail import actions, forms, queries
from accounts.web import responses
from accounts.web.request import Request

PREVIEW, FIRST = "mail_queue/mail_preview.html", "invitation"
# A mail brings its styles along, as mail programs want it, and nothing else.
FRAMED = {
    "default-src": [NONE],
    "style-src": [UNSAFE_INLINE],
    "frame-ancestors": [SELF],
    "sandbox": True,
}


@require_safe
def mail(request: Request) -> HttpResponseBase:
    waiting, oldest = queries.waiting(actor=request.actor)
    context = {"waiting": waiting, "oldest": oldest, "failed": queries.failed(actor=request.actor)}
    return responses.render(request, "mail_queue/mail_queue.html", context)


@responses.post_only
def retry_mail(request: Request, task_id: uuid.UUID) -> HttpResponseBase:
    again = actions.try_again(task_id, actor=request.actor)
    responses.notify(
        request,
        _("The email is in the queue again.")
        if again
        else _("That email is no longer among the failed ones."),
    )
    return redirect("mail")


@require_safe
@csp_update({"frame-src": [SELF]})  # type: ignore[arg-type]  # knows Django's request only
def mail_preview(request: Request) -> HttpResponseBase:
    """Any mail as it will look, with made-up facts, in a frame that nothing leaves."""
    policy.require(request.actor, Permission.SEE_MAIL_QUEUE)
    form = forms.Preview(_chosen(request))
    if not form.is_valid():
        return responses.invalid(request, PREVIEW, form, message=None, frame="")
    chosen = form.cleaned_data
    message = queries.preview(chosen["mail"], chosen["language"], actor=request.actor)
    query = urlencode({"language": chosen["language"]})
    frame = f"{reverse('mail-preview-message', args=[chosen['mail']])}?{query}"
    return responses.render(request, PREVIEW, {"form": form, "message": message, "frame": frame})


@require_safe
@xframe_options_sameorigin
@csp(FRAMED)  # type: ignore[arg-type]
def mail_preview_message(request: Request, name: str) -> HttpResponseBase:
    """The mail itself, for the frame."""
    policy.require(request.actor, Permission.SEE_MAIL_QUEUE)
    form = forms.Preview({**_chosen(request), "mail": name})
    if not form.is_valid():
        raise Http404
    message = queries.preview(name, form.cleaned_data["language"], actor=request.actor)
    page, _kind = message.alternatives[0]
    return HttpResponse(page)


def _chosen(request: Request) -> dict[str, Any]:
    """Return what the address asks for; the first mail, in the language that is read here."""
    language = request.actor.organization.language or request.language
    return {"mail": FIRST, "language": language, **request.GET.dict()}
