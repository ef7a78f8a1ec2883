"""
Between HTTP and the floors below: who acts, what must be done first, and what a refusal looks like.
"""

import logging
import zoneinfo

from django.conf import settings
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.auth.models import AnonymousUser
from django.http import HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils import timezone, translation

import accounts.audit_trail.refusals
from accounts.kernel import policy, sessions
from accounts.kernel.actor import Actor
from accounts.kernel.crypto.encryption import OtherKey
from accounts.kernel.cursors import NotACursor
from accounts.kernel.errors import DomainError, NotPermitted
from accounts.kernel.policy import Permission
from accounts.sign_in.attempt import required_step
from accounts.web import links, responses, steps, time_zones

logger = logging.getLogger(__name__)


class UserMiddleware(AuthenticationMiddleware):
    """Set Django's `request.user`, without asking for the row that came with the session."""

    def process_request(self, request):
        request.user = sessions.user_of(request.session) or AnonymousUser()


class ActorMiddleware:
    """
    Set `request.actor`, note that the session was seen, and show times in the browser's time zone.

    HEAD has no effect (RFC 9110, 9.2.1): it is sent by programs that look ahead. Whatever a view
    puts into the session or takes out of it is not stored.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        origin = {
            "address": request.META.get("REMOTE_ADDR") or None,
            "user_agent": _printable(request.headers.get("User-Agent", "")),
            "request_id": request.request_id,
        }
        if request.user.is_authenticated:
            row = request.session.row
            known = {"session": row.public_id, "authenticated_at": row.authenticated_at}
            methods = tuple(row.methods) if row.methods else None
            request.actor = Actor.signed_in(request.user, methods=methods, **known, **origin)
            if request.method != "HEAD":
                sessions.touch(request.session, request.user)
        else:
            request.actor = Actor.visitor(**origin)
        request.actor.knowing(request.session.organization)
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
    Refuse a body that is longer than any form of ours, before anything of it is read; a file may
    come only from who may import.

    Django alone would write whatever calls itself a file to the disk, sent by anybody, and look for
    the CSRF token afterwards. What comes without a length (in chunks) it does not read at all.
    """

    def __init__(self, get_response):
        self.get_response = get_response
        self.upload = reverse("imports")

    def __call__(self, request):
        if _length(request) > self._most(request):
            return responses.error(request, 413)
        return self.get_response(request)

    def _most(self, request):
        if request.path_info == self.upload and policy.allows(
            request.actor, Permission.IMPORT_USERS
        ):
            return settings.UPLOAD_MAX_SIZE
        return settings.DATA_UPLOAD_MAX_MEMORY_SIZE


class RequiredStepMiddleware:
    """
    Open nothing but what is marked with `steps.open_during` to somebody of whom a step is required.
    """

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
    """Answer a DomainError with the page that says so; a refusal by the policy is recorded."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_exception(self, request, exception):
        match exception:
            case NotACursor():
                return HttpResponseRedirect(links.with_query(request, cursor=""))
            case NotPermitted() if request.method != "HEAD":
                page = request.resolver_match.url_name
                accounts.audit_trail.refusals.record(
                    exception, actor=request.actor, page=page, method=request.method
                )
            case OtherKey():
                logger.error(
                    "What waits sealed cannot be opened: put the former SECRET_KEY into "
                    "SECRET_KEY_FALLBACKS."
                )
        return responses.refused(request, exception) if isinstance(exception, DomainError) else None


def _length(request):
    """Return how much Django would read: what it cannot understand, it takes for nothing."""
    try:
        return int(request.headers.get("content-length", ""))
    except ValueError:
        return 0


def _printable(text):
    """
    Return `text` without control characters, which would write into the log or the terminal that
    shows it.
    """
    return "".join(letter if letter.isprintable() else " " for letter in text)


def _time_zone(request):
    user = request.actor.user
    name = (user and user.time_zone) or request.COOKIES.get("timezone", "")
    return zoneinfo.ZoneInfo(name) if name in time_zones.known() else None


def _language(request):
    """Return the language the person chose, or the one the browser asks for."""
    user = request.actor.user
    return (user and user.language) or translation.get_language_from_request(request)
