"""Users from a spreadsheet, and into one."""

from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts import addresses, pages, policy
from accounts.actions import exports, uploads
from accounts.actions import imports as importing
from accounts.imports import forms
from accounts.models import ImportMode, ImportState
from accounts.policy import Permission
from accounts.queries import imports as queries
from accounts.queries.filters import Filters
from accounts.queries.jobs import progress
from accounts.tabular.reading import NotATable
from accounts.tabular.writing import csv_lines


@pages.read_and_post
def imports(request):
    policy.require(request.actor, Permission.IMPORT_USERS)
    template = "imports/imports.html"
    if request.method != "POST":
        context = {"form": forms.Upload(), "jobs": queries.latest(actor=request.actor)}
        return pages.page(request, template, context)
    form = forms.Upload(request.POST, request.FILES)
    if form.is_valid():
        try:
            file = form.cleaned_data["file"]
            return redirect("import", uploads.take(file.file, file.name, actor=request.actor).public_id)
        except NotATable as fault:
            form.add_error("file", queries.refusal_in_words(fault.code))
    return pages.faults(request, template, form, jobs=queries.latest(actor=request.actor))


@require_safe
def job(request, job_id):
    return _job(request, queries.get(job_id, actor=request.actor))


@require_POST
def start(request, job_id):
    found = queries.get(job_id, actor=request.actor)
    form = forms.Start(request.POST, mail_is_on=request.actor.organization.mail_is_on)
    if not form.is_valid():
        return _job(request, found, form)
    importing.start(job_id, actor=request.actor, mode=form.cleaned_data["mode"])
    return redirect("import", job_id)


def _job(request, found, form=None):
    only_faults = request.GET.get("show") == "faults"
    part = queries.page(found, request.GET.get("cursor", ""), only_faults=only_faults)
    context = {
        "job": found,
        "here": reverse("import", args=[found.public_id]) + addresses.with_query(request),
        "progress": progress(found),
        "list": {"rows": part.rows, **addresses.around(request, part)},
        "only_faults": only_faults,
        "refusal": queries.refusal_in_words(found.fault),
        "is_running": found.state == ImportState.RUNNING,
        "makes_passwords": found.mode == ImportMode.CREATE,
        "is_checking": found.state == ImportState.CHECKING,
        "is_checked": found.state == ImportState.CHECKED,
    }
    form = form or forms.Start(mail_is_on=request.actor.organization.mail_is_on)
    return pages.answer(request, "imports/import.html", form, **context)


@require_POST
def cancel(request, job_id):
    importing.cancel(job_id, actor=request.actor)
    pages.notify(request, _("The import was stopped. What was done stays done."))
    return redirect("import", job_id)


@require_safe
def result(request, job_id):
    found = queries.get(job_id, actor=request.actor)
    return pages.csv(f"import-{found.created_at:%Y-%m-%d}", exports.rows_of_import(found, actor=request.actor))


@require_POST
def passwords(request, job_id):
    """Hand the temporary passwords over as a file, once; a GET could be fetched ahead and would use that up."""
    taken = importing.take_passwords(job_id, actor=request.actor)
    return pages.csv("temporary-passwords", csv_lines(("name", "email", "temporary_password"), taken))


@require_safe
def export_users(request):
    kind = "xlsx" if request.GET.get("format") == "xlsx" else "csv"
    rows = exports.export(Filters.read(request.GET), actor=request.actor, kind=kind)
    answer = pages.xlsx if kind == "xlsx" else pages.csv
    return answer(f"users-{timezone.now():%Y-%m-%d}", rows)
