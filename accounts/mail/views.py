"""What Admins see of the mails that wait or could not be sent."""

import uuid

from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.mail import actions, queries
from accounts.web import responses
from accounts.web.request import Request


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
        _("The mail is in the queue again.")
        if again
        else _("That mail is no longer among the failed ones."),
    )
    return redirect("mail")
