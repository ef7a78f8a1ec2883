"""The page that shows a temporary password, once: after a reset, and for a new user."""

from django.conf import settings

import accounts.users.queries
from accounts.web import responses


def facts(user, password, *, devices=0, is_new=False):
    """Return what the page shows, as plain values; `devices` is how many were signed out."""
    return {
        "password": password,
        "set_at": user.password_set_at.isoformat(),
        "devices": devices,
        "is_new": is_new,
    }


def handover(request, told):
    """
    Return the page of `facts` and the `subject`; the password is in this answer and nowhere else.

    Return None where it does not sign the person in any more: there is a newer one, or its time is
    over.
    """
    user = accounts.users.queries.find(told["subject"])
    is_current = user and user.must_change_password and not user.has_expired_temporary_password
    if not is_current or user.password_set_at.isoformat() != told["set_at"]:
        return None
    context = {
        "person": user,
        "password": told["password"],
        "address": settings.PUBLIC_URL,
        "until": user.temporary_password_expires_at,
        "devices": told["devices"],
        "is_new": told["is_new"],
    }
    return responses.render(request, "components/handover.html", context)
