"""What a view answers with: a page, a form with its faults, an error page."""

from functools import partial

from django import shortcuts
from django.conf import settings
from django.db import Error
from django.http import HttpResponse, JsonResponse, StreamingHttpResponse
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.datastructures import MultiValueDict
from django.utils.functional import SimpleLazyObject
from django.utils.html import conditional_escape
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_http_methods, require_POST

from accounts.kernel import kept_forms
from accounts.models import Organization
from accounts.web import errors
from accounts.web.words import sentences

CODES = {
    400: "bad_request",
    403: "not_permitted",
    404: "not_found",
    405: "method_not_allowed",
    409: "conflict",
    410: "gone",
    413: "too_large",
    415: "unsupported_encoding",
    422: "invalid",
    429: "too_many_tries",
    500: "fault",
    503: "unavailable",
}
FILES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
# What layouts ask of every page: its form, whose faults its title says, and the line above one that
# was filled in again.
PAGE = {"form": None, "kept_line": ""}
# What pages of errors ask for; a refusal says more of it.
ERROR_PAGE = {"person": None, "sent": None}
read_and_post = require_http_methods(
    ["GET", "HEAD", "POST"]
)  # as `require_safe`, for the view of a form


def post_only(view):
    """Mark a view as one that a form is only sent to: it is no page to go on to."""
    view = require_POST(view)
    view.is_page = False
    return view


def saves_a_file(view):
    """Mark a view as one that answers a form with a file: it is no page to go on to."""
    view = read_and_post(view)
    view.is_page = False
    return view


def render(request, template, context=None, *, status=200):
    """
    Return the rendered page; a form on it that came too late before is filled in as it was sent.
    """
    context = PAGE | (context or {})
    if hasattr(request, "kept_fields"):
        context = _filled_in(context, request.kept_fields) | {"kept_line": request.kept_line}
    return shortcuts.render(request, template, context, status=status)


def invalid(request, template, form, **context):
    """
    Return the page again with the faults of `form`, as 422. What was typed is kept, but no
    password.
    """
    return render(request, template, {"form": form, **context}, status=422)


def form(request, template, form, **context):
    """Return the page of a form that was just opened, or that has faults."""
    return (
        invalid(request, template, form, **context)
        if form.errors
        else render(request, template, {"form": form, **context})
    )


def kind_of_file(request):
    """Return which kind of file a form asks for: "xlsx" or, where it does not say, "csv"."""
    return "xlsx" if request.POST.get("format", request.GET.get("format")) == "xlsx" else "csv"


def file(name, kind, parts):
    """Return the bytes of a file of that kind as one to save, sent as they come."""
    response = StreamingHttpResponse(parts, content_type=FILES[kind])
    response["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    return response


def notify(request, text):
    """Have the next page say `text` at its top, once; it may be HTML (`markup.filled`)."""
    request.session["notice_html"] = str(conditional_escape(text))


def error(request, status, *, reason="", code="", retry_after=None, template="", **context):
    """
    Return our page for an error, or its code for who accepts only JSON.

    It needs neither the database nor a session, since the lack of them may be what it is about:
    without, the organization is called as in the environment.
    `reason` is a sentence for the reader, `retry_after` are seconds.
    """
    if wants_json(request):
        response = JsonResponse({"code": code or CODES.get(status, "error")}, status=status)
    else:
        # Asked for only where a page names it.
        name = SimpleLazyObject(partial(_organization_name, request))
        facts = ERROR_PAGE | {"status": status, "reason": reason, **context, "organization": name}
        # Also where nothing has chosen a language yet: what broke may have come first.
        language = getattr(request, "language", "") or translation.get_language_from_request(
            request
        )
        with translation.override(language):
            response = HttpResponse(
                render_to_string(template or f"errors/{status}.html", facts), status=status
            )
        response["Content-Language"] = language
    if retry_after is not None:
        response["Retry-After"] = str(retry_after)
    return response


def refused(request, fault):
    """Return the page that says why a DomainError keeps it from being done."""
    answer = errors.answer(fault)
    facts = {
        "reason": sentences.of(fault),
        "retry_after": fault.seconds,
        "person": getattr(fault, "user", None),
    }
    return error(request, answer.status, code=answer.code, template=answer.template, **facts)


def wants_json(request):
    """Return whether the client asks for JSON rather than for a page."""
    accepted = request.headers.get("Accept", "")
    return "application/json" in accepted and "text/html" not in accepted


def globals_for_templates(request):
    """Return what every template may use; the context processor named in the settings."""
    actor = getattr(request, "actor", None)
    organization = actor.organization if actor else Organization(name=settings.ORGANIZATION_NAME)
    return {
        "actor": actor,
        "me": actor.user if actor else None,
        "organization": organization.name,
        "mail_is_on": organization.mail_is_on,
        "support": organization.support_address,
        "theme": actor.user.theme if actor and actor.user else "system",
        "notice_html": _notice(request),
        "path": request.path,
    }


def _organization_name(request):
    actor = getattr(request, "actor", None)
    try:
        return (actor.organization if actor else Organization.current()).name
    except Error:
        return settings.ORGANIZATION_NAME


def _filled_in(context, fields):
    """
    Return the context with its form, where it is a new one, filled with `fields` (lists of texts by
    name).
    """
    form, typed = context.get("form"), MultiValueDict(fields)
    if form is not None and not form.is_bound:
        for name, field in form.fields.items():
            if kept_forms.may_be_kept(name) and not field.widget.is_hidden:
                form.initial[name] = field.widget.value_from_datadict(
                    typed, {}, form.add_prefix(name)
                )
    return context


def _notice(request):
    session = getattr(request, "session", None)
    return (
        mark_safe(session.pop("notice_html"))
        if session is not None and "notice_html" in session
        else ""
    )
