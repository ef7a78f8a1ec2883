"""Users from a spreadsheet, and into one."""

import uuid

from django.forms import BaseForm
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

import accounts.exports.actions
from accounts.imports import actions, forms, queries, uploads
from accounts.kernel import policy
from accounts.kernel.job_progress import progress
from accounts.kernel.policy import Permission
from accounts.models import ImportMode, ImportState
from accounts.models.job import JobRow
from accounts.tabular.reading import NotATable
from accounts.users.filters import Filters
from accounts.web import faults, handover, links, responses
from accounts.web.request import Request
from accounts.web.words import import_faults


@responses.read_and_post
def imports(request: Request) -> HttpResponseBase:
    policy.require(request.actor, Permission.IMPORT_USERS)
    template = "imports/imports.html"
    if request.method != "POST":
        context = {"form": forms.Upload(), "jobs": queries.latest(actor=request.actor)}
        return responses.render(request, template, context)
    form = forms.Upload(request.POST, request.FILES)
    if form.is_valid():
        try:
            file = form.cleaned_data["file"]
            return redirect(
                "import", uploads.take(file.file, file.name, actor=request.actor).public_id
            )
        except NotATable as fault:
            faults.add(form, fault)
    return responses.invalid(request, template, form, jobs=queries.latest(actor=request.actor))


@require_safe
def job(request: Request, job_id: uuid.UUID) -> HttpResponseBase:
    return _job(request, queries.get(job_id, actor=request.actor))


@responses.post_only
def read_again(request: Request, job_id: uuid.UUID) -> HttpResponseBase:
    found = queries.get(job_id, actor=request.actor)
    form = forms.ReadAgain(request.POST)
    if form.is_valid():
        try:
            uploads.read_again(job_id, actor=request.actor, encoding=form.cleaned_data["encoding"])
            return redirect("import", job_id)
        except NotATable as fault:
            faults.add(form, fault, "encoding")
    return _job(request, found, reading_form=form)


@responses.post_only
def start(request: Request, job_id: uuid.UUID) -> HttpResponseBase:
    found = queries.get(job_id, actor=request.actor)
    form = forms.Start(request.POST, mail_is_on=request.actor.organization.mail_is_on)
    if not form.is_valid():
        return _job(request, found, form)
    try:
        actions.start(job_id, actor=request.actor, mode=form.cleaned_data["mode"])
    except actions.NothingToDo as fault:
        faults.add(form, fault)
        return _job(request, found, form)
    return redirect("import", job_id)


def _job(request: Request, found, form: BaseForm | None = None, reading_form=None) -> HttpResponse:
    only_faults = request.GET.get("show") == "faults"
    part = queries.page(found, request.GET.get("cursor", ""), only_faults=only_faults)
    for row in part.rows:
        row.words = import_faults.of_row(row.fault)
    context = {
        "job": found,
        "here": reverse("import", args=[found.public_id]) + links.with_query(request),
        "progress": progress(found),
        "list": {"rows": part.rows, **links.page_links(request, part)},
        "only_faults": only_faults,
        "refusal": import_faults.of_file(found.fault, found.notes),
        "is_refused": found.state == ImportState.REFUSED,
        "notes": import_faults.notes(found),
        "remarks": import_faults.remarks(queries.of_good_rows(found))
        if found.state == ImportState.CHECKED
        else [],
        "odd_words": found.notes.get("odd_words", []),
        "reading_form": reading_form or forms.ReadAgain(initial={"encoding": found.encoding}),
        "is_running": found.state == ImportState.RUNNING,
        "makes_passwords": found.mode == ImportMode.CREATE,
        "is_checking": found.state == ImportState.CHECKING,
        "is_checked": found.state == ImportState.CHECKED,
    }
    form = form or forms.Start(mail_is_on=request.actor.organization.mail_is_on)
    status = 422 if form.errors or context["reading_form"].errors else 200
    return responses.render(
        request, "imports/import.html", {"form": form, **context}, status=status
    )


@responses.post_only
def cancel(request: Request, job_id: uuid.UUID) -> HttpResponseBase:
    actions.cancel(job_id, actor=request.actor)
    responses.notify(request, _("The import was stopped. What was done stays done."))
    return redirect("import", job_id)


@responses.saves_a_file
def result(request: Request, job_id: uuid.UUID) -> HttpResponseBase:
    """
    Make a file of the rows, which is recorded; whoever kept the address of one comes to the import.
    """
    found = queries.get(job_id, actor=request.actor)
    if request.method != "POST":
        return redirect("import", job_id)
    kind = responses.kind_of_file(request)

    def in_words(row: JobRow) -> tuple[str, str]:
        return import_faults.of_row(row.fault), import_faults.result(found, row)

    parts = accounts.exports.actions.rows_of_import(
        found, actor=request.actor, kind=kind, in_words=in_words
    )
    return responses.file(f"import-{found.created_at:%Y-%m-%d}", kind, parts)


@responses.post_only
def passwords(request: Request, job_id: uuid.UUID) -> HttpResponseBase:
    policy.require(request.actor, Permission.IMPORT_USERS)
    return handover.passwords_of_job(request, "import-passwords", job_id, actions.take_passwords)


@responses.saves_a_file
def export_users(request: Request) -> HttpResponseBase:
    """
    Make a file of the list, which is recorded; whoever kept the address of one comes to that list.
    """
    policy.require(request.actor, Permission.EXPORT_USERS)
    if request.method != "POST":
        return redirect(links.list_of("users", request))
    kind = responses.kind_of_file(request)
    parts = accounts.exports.actions.export(
        Filters.read(links.asked(request)), actor=request.actor, kind=kind
    )
    return responses.file(f"users-{timezone.now():%Y-%m-%d}", kind, parts)
