"""The same form twice at the same moment: done once, and both answers show it."""

import re

import pytest

from accounts.models import AuditEvent, Invitation, User

pytestmark = pytest.mark.postgresql


def password_in(response):
    return re.search(r'id="password"[^>]*>([^<]+)<', response.content.decode())[1]


def both(at_once, admin, path, form):
    """Send the form twice at once, from one browser."""
    return at_once(
        *(lambda: admin.post(path, {"form_id": "an-id-of-the-page", **form}) for _ in range(2))
    )


def test_of_a_reset(ada, max, signed_in_as, at_once):
    path, form = (
        f"/users/{max.public_id}/reset-password/",
        {"new_password": "", "version": max.version},
    )
    first, second = both(at_once, signed_in_as(ada), path, form)
    assert password_in(first) == password_in(second)
    assert AuditEvent.objects.filter(action="password.reset_by_admin").count() == 1


def test_of_a_new_user(ada, signed_in_as, at_once):
    form = {
        "full_name": "Bob Noyce",
        "email": "bob@example.com",
        "role": "member",
        "new_password": "",
    }
    first, second = both(at_once, signed_in_as(ada), "/users/add/", form)
    assert (password_in(first), User.objects.count()) == (password_in(second), 2)


def test_of_an_invitation(ada, signed_in_as, at_once):
    form = {"addresses": "a@example.com, b@example.com", "role": "member", "step": "link"}
    answers = both(at_once, signed_in_as(ada), "/invitations/new/", form)
    first, second = ([*re.findall(r"/join/[^<\s]+", answer.content.decode())] for answer in answers)
    assert (len(first), first, Invitation.objects.count()) == (2, second, 2)
