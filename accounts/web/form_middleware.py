"""
No form is a dead end: one that came too late, or without our cookie, is shown again with what was
typed.
"""

from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.views import redirect_to_login
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.kernel import kept_forms, sessions
from accounts.web import links, responses


class FormMiddleware:
    """
    Keep what a POST brought that is sent to the sign-in page, and fill it in when the same person
    is back.

    Nothing is ever done by itself: the form is shown, and says that it was not sent.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        _offer(request)
        response = self.get_response(request)
        if _is_sent_to_sign_in(request, response):
            _keep(
                request, kept_forms.last_owner(_owner_cookie(request)) or _of_dead_session(request)
            )
        _note_owner(request, response)
        return response


def after_csrf_failure(request):
    """
    Return where a form without a good token leads on to, or None where it is refused with an error
    page.
    """
    match = request.resolver_match
    if responses.wants_json(request) or match is None:
        return None
    if match.url_name == "sign-out":
        return None if request.actor.user else HttpResponseRedirect(reverse("sign-in"))
    if not getattr(match.func, "login_required", True):
        return _entrance_again(request, match)
    owner = kept_forms.owner_of(request.POST.get("csrfmiddlewaretoken", ""), _owner_cookie(request))
    if owner is None or request.actor.user_id not in (None, owner):
        return None
    _keep(request, owner)
    if request.actor.user is None:
        return redirect_to_login(request.get_full_path())
    return HttpResponseRedirect(links.after_sign_in(request.get_full_path()))


def _entrance_again(request, match):
    """
    Show a form for visitors again, filled in; who has signed in meanwhile is sent on as by a GET.
    """
    request.kept_fields = kept_forms.fields_of(request.POST)
    request.kept_line = _(
        "This page was open for too long, or your browser did not send our cookie back, so nothing "
        "was sent. Try "
        "again. If it stays so, allow cookies for this site."
    )
    sent, request.method = request.method, "GET"
    try:
        response = match.func(request, *match.args, **match.kwargs)
    finally:
        request.method = sent
    if response.status_code == 200:
        response.status_code = 422
    return None if response.status_code == 405 else response


def _offer(request):
    """
    Have the page of a form that is kept for this person filled in; once it is sent, it is no longer
    kept.
    """
    if request.actor.user is None or kept_forms.KEY not in request.session:
        return
    path, fields = kept_forms.kept(request.session, request.actor.user_id)
    if request.method == "GET" and path == request.path:
        request.kept_fields = fields
        request.kept_line = _(
            "Your session had ended when you sent this form, so nothing was done. What you typed "
            "is here again, except "
            "passwords. Check it, then send it again."
        )
    elif request.method == "GET" and path == "":
        kept_forms.drop(request.session)
        responses.notify(
            request, _("Your session had ended, so nothing was done. Please do it again.")
        )
    elif request.method == "POST" and path == request.path:
        kept_forms.drop(request.session)


def _is_sent_to_sign_in(request, response):
    asked = request.method == "POST" and request.actor.user is None and response.status_code == 302
    if (
        not asked
        or not request.resolver_match
        or not getattr(request.resolver_match.func, "login_required", True)
    ):
        return False
    return kept_forms.KEY not in request.session and urlsplit(response["Location"]).path == reverse(
        "sign-in"
    )


def _keep(request, owner):
    if owner is not None:
        path = request.path if links.next_page(request.get_full_path()) else ""
        kept_forms.keep(request.session, request.POST, owner=owner, path=path)


def _owner_cookie(request):
    return request.COOKIES.get(settings.FORM_OWNER_COOKIE_NAME, "")


def _of_dead_session(request):
    return sessions.last_owner(request.COOKIES.get(settings.SESSION_COOKIE_NAME, ""))


def _note_owner(request, response):
    """
    Tell the browser, sealed, for whom its pages are made; when that is new, or their token is.
    """
    is_new = request.META.get("CSRF_COOKIE_NEEDS_UPDATE")
    if request.actor.user is None and not is_new:
        return
    owner, cookie = request.session.get(SESSION_KEY), _owner_cookie(request)
    if owner is None or (cookie and not is_new):
        return
    response.set_cookie(
        settings.FORM_OWNER_COOKIE_NAME,
        kept_forms.with_token(cookie, request.META.get("CSRF_COOKIE", ""), int(owner)),
        max_age=settings.SESSION_COOKIE_AGE + kept_forms.SECONDS,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
