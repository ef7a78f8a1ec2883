"""Many people at once: who is meant, then the progress, then the result."""

import uuid
from uuid import UUID

from django.forms import BaseForm
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

import accounts.exports.actions
from accounts.bulk import actions, queries
from accounts.kernel import job_progress, policy
from accounts.kernel.outbox import MailIsOff
from accounts.kernel.policy import Permission
from accounts.models import BulkAction, BulkState
from accounts.models.job import JobRow
from accounts.users.filters import Filters
from accounts.web import bulk_choices, handover, links, responses, user_columns
from accounts.web.fields import Reason
from accounts.web.request import Request
from accounts.web.words import bulk_faults, sentences


@require_safe
def latest(request: Request) -> HttpResponseBase:
    jobs_and_titles = [
        (job, bulk_choices.in_words(job)) for job in queries.latest(actor=request.actor)
    ]
    return responses.render(request, "bulk/bulk_jobs.html", {"jobs": jobs_and_titles})


@responses.post_only
def choose(request: Request) -> HttpResponseBase:
    """Keep who was selected, or everybody whom the filters in the address match."""
    policy.require(request.actor, Permission.SEE_USERS)
    what = request.POST.get("action", "")
    if what not in dict(bulk_choices.choices()):
        return _nothing(request, _("Say what to do with them."))
    action, _colon, role = what.partition(":")
    try:
        if request.POST.get("scope") == "everything":
            filters = Filters.read(request.GET)
            job = actions.choose_matching(filters, actor=request.actor, action=action, role=role)
        else:
            ids = _ids(request.POST.getlist("user"))
            job = actions.choose(ids, actor=request.actor, action=action, role=role)
    except actions.NobodyChosen as fault:
        return _nothing(request, sentences.of(fault))
    except MailIsOff:
        return _mail_is_off(request)
    return redirect("bulk", job.public_id)


@require_safe
def job(request: Request, job_id: uuid.UUID) -> HttpResponseBase:
    return _page(request, queries.get(job_id, actor=request.actor))


@responses.post_only
def start(request: Request, job_id: uuid.UUID) -> HttpResponseBase:
    found = queries.get(job_id, actor=request.actor)
    form = Reason(request.POST)
    if not form.is_valid():
        return _page(request, found, form)
    try:
        actions.start(job_id, actor=request.actor, **form.cleaned_data)
    except actions.NobodyLeft as fault:
        return _nothing(request, sentences.of(fault))
    except MailIsOff:
        return _mail_is_off(request)
    return redirect("bulk", job_id)


@responses.post_only
def cancel(request: Request, job_id: uuid.UUID) -> HttpResponseBase:
    actions.cancel(job_id, actor=request.actor)
    responses.notify(request, _("It was stopped. What was done stays done."))
    return redirect("bulk", job_id)


@responses.post_only
def passwords(request: Request, job_id: uuid.UUID) -> HttpResponseBase:
    policy.require(request.actor, Permission.RESET_PASSWORD)
    return handover.passwords_of_job(request, "bulk-passwords", job_id, actions.take_passwords)


@responses.saves_a_file
def result(request: Request, job_id: uuid.UUID) -> HttpResponseBase:
    """
    Make a file of the people, which is recorded; whoever kept the address of one comes to the bulk
    change.
    """
    found = queries.get(job_id, actor=request.actor)
    if request.method != "POST":
        return redirect("bulk", job_id)
    kind = responses.kind_of_file(request)
    parts = accounts.exports.actions.people_of_bulk(
        found,
        actor=request.actor,
        kind=kind,
        in_words=_in_words,
    )
    return responses.file(f"bulk-{found.created_at:%Y-%m-%d}", kind, parts)


def _page(request: Request, found, form: BaseForm | None = None) -> HttpResponse:
    only_faults = request.GET.get("show") == "faults"
    part = queries.page(found, request.GET.get("cursor", ""), only_faults=only_faults)
    for row in part.rows:
        row.words = bulk_faults.of_row(row.fault)
    context = {
        "job": found,
        "here": reverse("bulk", args=[found.public_id]) + links.with_query(request),
        "what": bulk_choices.in_words(found),
        "criteria": user_columns.in_words(queries.filters_of(found)).values(),
        "progress": job_progress.progress(found),
        "list": {"rows": part.rows, **links.page_links(request, part)},
        "only_faults": only_faults,
        "refusal": bulk_faults.of_job(found.fault),
        "is_refused": found.state == BulkState.REFUSED,
        "is_collecting": found.state == BulkState.COLLECTING,
        "is_ready": found.state == BulkState.READY,
        "is_running": found.state == BulkState.RUNNING,
        "makes_passwords": found.action == BulkAction.RESET_PASSWORD,
        "mails_links": found.action == BulkAction.SEND_LINK,
        "cuts_off": found.action not in (BulkAction.ACTIVATE, BulkAction.CHANGE_ROLE),
        "may_have_reason": found.action != BulkAction.ACTIVATE,
    }
    return responses.form(request, "bulk/bulk.html", form or Reason(), **context)


def _in_words(row: JobRow) -> tuple[str, str]:
    return bulk_faults.of_row(row.fault), bulk_faults.result(row)


def _ids(texts) -> list:
    found = []
    for text in texts:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found


def _mail_is_off(request: Request) -> HttpResponse:
    return _nothing(request, _("Mails are turned off, so no link would arrive."))


def _nothing(request: Request, reason: str) -> HttpResponse:
    back = f"{reverse('users')}{links.with_query(request, cursor='')}"
    return responses.render(
        request, "bulk/bulk_nothing.html", {"reason": reason, "back": back}, status=422
    )
