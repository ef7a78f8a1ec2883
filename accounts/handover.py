"""The page that shows a temporary password, once: after a reset, and for a new user."""

from django.conf import settings

from accounts import pages


def handover(request, user, password, *, devices=0, is_new=False):
    """Return the page; the password is in this answer and nowhere else."""
    context = {
        "person": user,
        "password": password,
        "address": settings.PUBLIC_URL,
        "until": user.temporary_password_expires_at,
        "devices": devices,
        "is_new": is_new,
    }
    return pages.page(request, "components/handover.html", context)
