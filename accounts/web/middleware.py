"""Between HTTP and the floors below: who acts, what must be done first, and what a refusal looks like."""

import functools
import logging
import zoneinfo

from django.conf import settings
from django.http import HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

import accounts.audit_trail.refusals
from accounts.kernel import policy, sessions
from accounts.kernel.actor import Actor
from accounts.kernel.change import StaleChange, StaleJob
from accounts.kernel.crypto.encryption import OtherKey
from accounts.kernel.crypto.hashers import HashingIsBusy
from accounts.kernel.errors import NotFound
from accounts.kernel.paging import NotACursor
from accounts.kernel.policy import NotPermitted, Permission
from accounts.kernel.text.markup import asis, filled
from accounts.kernel.throttle import TooManyMails, TooManyTries
from accounts.mail.messages import MailIsOff
from accounts.sign_in.attempt import required_step
from accounts.web import links, responses, steps

logger = logging.getLogger(__name__)


class ActorMiddleware:
    """
    Set `request.actor`, note that the session was seen, and show times in the browser's time zone.

    HEAD has no effect (RFC 9110, 9.2.1): it is sent by programs that look ahead. Whatever a view puts into the session
    or takes out of it is not stored.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        origin = {
            "address": request.META.get("REMOTE_ADDR") or None,
            "user_agent": _printable(request.headers.get("User-Agent", "")),
        }
        if request.user.is_authenticated:
            request.actor = Actor.signed_in(request.user, **origin)
            if request.method != "HEAD":
                sessions.touch(request.session, request.user)
        else:
            request.actor = Actor.visitor(**origin)
        request.language = _language(request)
        with timezone.override(_time_zone(request)), translation.override(request.language):
            response = self.get_response(request)
        if response.headers.get("Content-Type", "").startswith("text/html"):
            response.headers.setdefault("Content-Language", request.language)
        if request.method == "HEAD":
            request.session.modified = False
        return response


class BodyLimitMiddleware:
    """
    Refuse a body that is longer than any form of ours, before anything of it is read; a file may come only from who
    may import.

    Django alone would write whatever calls itself a file to the disk, sent by anybody, and look for the CSRF token
    afterwards. What comes without a length (in chunks) it does not read at all.
    """

    def __init__(self, get_response):
        self.get_response = get_response
        self.upload = reverse("imports")

    def __call__(self, request):
        if _length(request) > self._most(request):
            return responses.error(request, 413)
        return self.get_response(request)

    def _most(self, request):
        if (
            request.path_info == self.upload
            and policy.refusal(request.actor, Permission.IMPORT_USERS) is None
        ):
            return settings.UPLOAD_MAX_SIZE
        return settings.DATA_UPLOAD_MAX_MEMORY_SIZE


class RequiredStepMiddleware:
    """Open nothing but what is marked with `steps.open_during` to somebody of whom a step is required."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        step = required_step(request.actor)
        if step is None or steps.is_open(request.path_info, step):
            return self.get_response(request)
        if responses.wants_json(request):
            return JsonResponse({"code": steps.CODES[step]}, status=403)
        return HttpResponseRedirect(steps.page_of(step))


class RefusalMiddleware:
    """Turn what the floors below refuse into the page that says so; a refusal by the policy is recorded."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_exception(self, request, exception):
        match exception:
            case NotPermitted():
                return _not_permitted(request, exception)
            case NotFound():
                return responses.error(request, 404)
            case OtherKey():
                return _sealed_with_another_key(request)
            case StaleChange() | StaleJob() | MailIsOff():
                return _not_as_it_was(request, exception)
            case NotACursor():
                return HttpResponseRedirect(links.with_query(request, cursor=""))
            case TooManyTries():
                return _too_many_tries(request, exception)
            case HashingIsBusy():
                return responses.error(request, 503, retry_after=5)
        return None


def _length(request):
    """Return how much Django would read: what it cannot understand, it takes for nothing."""
    try:
        return int(request.headers.get("content-length", ""))
    except ValueError:
        return 0


def _not_permitted(request, refused):
    if request.method != "HEAD":
        page = request.resolver_match.url_name
        accounts.audit_trail.refusals.record(
            refused, actor=request.actor, page=page, method=request.method
        )
    return responses.error(request, 403, reason=refused.reason)


def _not_as_it_was(request, exception):
    match exception:
        case StaleChange():
            return responses.error(
                request, 409, reason=_what_changed(exception.user), person=exception.user
            )
        case StaleJob():
            return responses.error(
                request, 409, reason=_("This was done before, or somebody else has stopped it.")
            )
        case MailIsOff():
            reason = _("Mails are turned off in the organization's settings. Nothing was sent.")
            return responses.error(request, 409, reason=reason, template="errors/mail_is_off.html")


def _sealed_with_another_key(request):
    logger.error(
        "What waits sealed cannot be opened: put the former SECRET_KEY into SECRET_KEY_FALLBACKS."
    )
    return responses.error(request, 409, template="errors/other_key.html", code="other_key")


def _too_many_tries(request, crossed):
    template = "errors/too_many_mails.html" if isinstance(crossed, TooManyMails) else ""
    reason = responses.try_again_in(crossed.seconds)
    return responses.error(
        request, 429, reason=reason, retry_after=crossed.seconds, template=template
    )


def _what_changed(user):
    state = _("deactivated") if not user.is_active else _("active")
    facts = {"name": asis(user.full_name), "role": user.get_role_display(), "state": state}
    return filled(
        _("%(name)s was changed since your page was opened: role %(role)s, %(state)s now."), **facts
    )


def _printable(text):
    """Return `text` without control characters, which would write into the log or the terminal that shows it."""
    return "".join(letter if letter.isprintable() else " " for letter in text)


def _time_zone(request):
    user = request.actor.user
    name = (user and user.time_zone) or request.COOKIES.get("timezone", "")
    return zoneinfo.ZoneInfo(name) if name in _known_time_zones() else None


def _language(request):
    """Return the language the person chose, or the one the browser asks for."""
    user = request.actor.user
    return (user and user.language) or translation.get_language_from_request(request)


@functools.cache
def _known_time_zones():
    return frozenset(zoneinfo.available_timezones())
