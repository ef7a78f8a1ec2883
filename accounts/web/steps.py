"""
The steps of the way in as pages: which page a step is taken on, and what else is open meanwhile.
"""

from django.urls import Resolver404, resolve, reverse

from accounts.sign_in.attempt import Step

PAGES = {Step.PASSWORD: "sign-in", Step.OWN_PASSWORD: "change-password"}
CODES = {Step.OWN_PASSWORD: "password_change_required"}


def open_during(*steps):
    """Mark a view as open to somebody of whom one of `steps` is required."""

    def mark(view):
        view.open_during = frozenset(steps)
        return view

    return mark


def page_of(step):
    """Return the path of the page on which a Step is taken."""
    return reverse(PAGES[step])


def is_open(path, step):
    """
    Return whether a path may be asked for while `step` is required; whatever is unknown may not.
    """
    try:
        view = resolve(path).func
    except Resolver404:
        return False
    return step in getattr(view, "open_during", ())
