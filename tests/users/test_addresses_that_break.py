"""Addresses that count as one by the letter, but break a mail's header or a workbook: refused, and borne where stored."""

import io

import openpyxl
import pytest

import accounts.invitations.actions
from accounts.models import Invitation, User
from tests.conftest import text_of

BREAKS = '"\x0b"@example.com'


@pytest.fixture
def odd(max):
    """Somebody whose address was stored before it was refused."""
    User.objects.filter(pk=max.pk).update(email=BREAKS, full_name="Max\x1b\ufffe Planck")
    return User.objects.get(pk=max.pk)


def cells_of(response):
    book = openpyxl.load_workbook(io.BytesIO(b"".join(response.streaming_content)))
    return [cell for row in book.active.iter_rows(values_only=True) for cell in row]


class TestNewOnes:
    def test_are_refused_for_a_user(self, admin):
        typed = {"full_name": "Bob", "email": BREAKS, "role": "member", "new_password": ""}
        response = admin.post("/users/add/", typed)
        assert (response.status_code, "Enter an email address" in text_of(response)) == (422, True)

    def test_are_refused_for_a_change(self, admin, max):
        typed = {"full_name": "Max", "email": BREAKS, "version": max.version}
        assert admin.post(f"/users/{max.public_id}/edit/", typed).status_code == 422


class TestStoredOnes:
    def test_are_exported_without_what_a_workbook_cannot_hold(self, admin, odd):
        cells = cells_of(admin.post("/users/export/?format=xlsx"))
        # What is left of the address is two quotes and an @, which might begin a formula.
        assert ("Max Planck" in cells, '\'""@example.com' in cells) == (True, True)

    def test_keep_nobody_from_being_deactivated(self, admin, odd):
        admin.post(f"/users/{odd.public_id}/deactivate/", {"version": odd.version})
        assert (odd.is_active, User.objects.get(pk=odd.pk).is_active) == (True, False)

    def test_can_be_changed(self, admin, odd):
        typed = {"full_name": "Max Planck", "email": "max@example.com", "version": odd.version}
        admin.post(f"/users/{odd.public_id}/edit/", typed)
        assert User.objects.get(pk=odd.pk).email == "max@example.com"

    def test_are_joined_by_nobody(self, ada, acting, client):
        typed = {"role": "member", "by_mail": False}
        invitation, path = accounts.invitations.actions.invite(
            "new@example.com", actor=acting(ada), **typed
        )
        Invitation.objects.filter(pk=invitation.pk).update(email=BREAKS)
        assert client.get(path).status_code == 410
