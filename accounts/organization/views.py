"""The organization's settings."""

from typing import Any

from django.conf import settings
from django.forms import BaseForm
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _

import accounts.inactivity.queries
from accounts.kernel import policy
from accounts.kernel.errors import Invalid
from accounts.kernel.policy import Permission
from accounts.models import Organization
from accounts.organization import actions, forms
from accounts.organization.subject import StaleSettings
from accounts.web import faults, responses
from accounts.web.request import Request
from accounts.web.words import organization_settings, passwords

TEMPLATE = "organization/organization.html"
NIST_LENGTH = 15
MOST_NAMED = 20
PREVIEW = "preview"  # the step that shows whom a rule affects, and saves nothing


@responses.read_and_post
def organization(request: Request) -> HttpResponseBase:
    policy.require(request.actor, Permission.MANAGE_SETTINGS)
    current = request.actor.organization
    if request.method != "POST":
        initial = {
            **current.facts,
            "domains": "\n".join(current.domains),
            "version": current.version,
        }
        return responses.render(
            request, TEMPLATE, {"form": forms.Settings(initial=initial), **_facts()}
        )
    form = forms.Settings(request.POST)
    if form.is_valid():
        return _change(request, form, current)
    return responses.invalid(request, TEMPLATE, form, **_facts())


def _change(request: Request, form: BaseForm, current: Organization) -> HttpResponse:
    values = dict(form.cleaned_data)
    agreed, version = values.pop("cut_off"), values.pop("version")
    agreed_to_inactive = values.pop("inactive")
    if request.POST.get("step") == PREVIEW:
        affected = _affected(request, values)
        return responses.render(request, TEMPLATE, {"form": form, **_facts(affected=affected)})
    newly = actions.cut_off(values["domains"]) if values["domains"] != current.domains else ()
    if newly and not agreed:
        form.add_error("cut_off", _("The new domains cut people off. Tick this if that is meant."))
        who = {"cut_off": newly[:MOST_NAMED], "cut_off_count": newly.count()}
        return responses.invalid(request, TEMPLATE, form, **_facts(**who))
    if not agreed_to_inactive and actions.is_stricter(current.facts, Organization(**values)):
        affected = _affected(request, values)
        if affected.count:
            form.add_error("inactive", _("Confirm that these accounts are to be deactivated."))
            return responses.invalid(request, TEMPLATE, form, **_facts(affected=affected))
    try:
        actions.change_settings(actor=request.actor, expected_version=version, **values)
    except Invalid as fault:
        faults.add(form, fault)
        return responses.invalid(request, TEMPLATE, form, **_facts())
    except StaleSettings as stale:
        return _both(request, form, stale.current, values)
    responses.notify(request, _("The settings were saved."))
    return redirect("organization")


def _affected(request: Request, values: dict[str, Any]) -> accounts.inactivity.queries.Affected:
    """Return whom the rule that was typed would affect."""
    meant = Organization(**values)
    return accounts.inactivity.queries.affected_by(meant, actor=request.actor)


def _both(
    request: Request, form: BaseForm, theirs: Organization, mine: dict[str, Any]
) -> HttpResponse:
    """Show what somebody else saved beside what was typed here; saving again then overwrites it."""
    data = request.POST.copy()
    data["version"] = str(theirs.version)
    form.data = data
    both = [
        (
            organization_settings.LABELS[name],
            organization_settings.of_value(name, saved),
            organization_settings.of_value(name, mine[name]),
        )
        for name, saved in theirs.facts.items()
        if saved != mine[name]
    ]
    return responses.render(request, TEMPLATE, {"form": form, **_facts(both=both)}, status=409)


def _facts(**more: Any) -> dict[str, Any]:
    """Return what the page shows beside its form; `more` is what it has to say only now."""
    length = settings.PASSWORD_MIN_LENGTH
    return {
        "both": [],
        "affected": None,
        "cut_off": [],
        "cut_off_count": 0,
        "rules": passwords.rules(),
        "length": length,
        "nist_length": NIST_LENGTH,
        "meets_nist": length >= NIST_LENGTH,
        **more,
    }
