"""What Admins see of the mails that wait or could not be sent."""

from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.mail import actions, queries
from accounts.web import responses


@require_safe
def mail(request):
    waiting, oldest = queries.waiting(actor=request.actor)
    context = {"waiting": waiting, "oldest": oldest, "failed": queries.failed(actor=request.actor)}
    return responses.page(request, "mail_queue/mail_queue.html", context)


@responses.post_only
def retry_mail(request, task_id):
    again = actions.try_again(task_id, actor=request.actor)
    responses.notify(
        request,
        _("The mail is in the queue again.")
        if again
        else _("That mail is no longer among the failed ones."),
    )
    return redirect("mail")
