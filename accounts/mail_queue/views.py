"""What Admins see of the mails that wait or could not be sent."""

from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts import pages
from accounts.actions import mails as retrying
from accounts.queries import mails


@require_safe
def mail(request):
    waiting, oldest = mails.waiting(actor=request.actor)
    context = {"waiting": waiting, "oldest": oldest, "failed": mails.failed(actor=request.actor)}
    return pages.page(request, "mail_queue/mail_queue.html", context)


@require_POST
def retry_mail(request, task_id):
    again = retrying.try_again(task_id, actor=request.actor)
    pages.notify(
        request,
        _("The mail is in the queue again.") if again else _("That mail is no longer among the failed ones."),
    )
    return redirect("mail")
