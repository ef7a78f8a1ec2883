"""What the trail keeps of a sign-in, and why one failed, which whoever tried is not told."""

import pytest
from django.utils import timezone

from accounts.kernel import audit
from accounts.models import AuditEvent, Organization, User
from tests.conftest import PASSWORD, TEMPORARY

REASONS = {
    "wrong_password": ("max@example.com", "wrong password here"),
    "deactivated": ("dora@example.com", PASSWORD),
    "temporary_password_expired": ("nils@example.com", TEMPORARY),
    "address_not_accepted": ("olga@other.example", PASSWORD),
}


@pytest.fixture
def people(max, nils, dora, new_user):
    new_user("Olga Outside", email="olga@other.example")
    Organization.objects.create(name="Northwind", domains=["example.com"])
    User.objects.filter(pk=nils.pk).update(temporary_password_expires_at=timezone.now())


def tried(client, email, password):
    """Return the status of the answer, and the entry."""
    response = client.post("/sign-in/", {"email": email, "password": password})
    return response.status_code, AuditEvent.objects.get()


@pytest.mark.parametrize("reason", REASONS)
def test_a_failure_has_its_reason(client, people, reason):
    email, password = REASONS[reason]
    status, entry = tried(client, email, password)
    assert (status, entry.action, entry.outcome) == (422, "session.sign_in_failed", "failed")
    assert (entry.target.email, entry.details) == (email, {"reason": reason})


def test_a_failure_of_nobody_has_a_pseudonym(client, people):
    _status, entry = tried(client, "nobody@example.com", "wrong password here")
    pseudonym = audit.pseudonym("nobody@example.com")
    assert (entry.target, entry.details) == (
        None,
        {"reason": "unknown", "unknown_address": pseudonym},
    )


@pytest.mark.parametrize(
    ("email", "password"), [("max@example.com", PASSWORD), ("nils@example.com", TEMPORARY)]
)
def test_a_success_says_whether_with_a_temporary_password(client, max, nils, email, password):
    status, entry = tried(client, email, password)
    assert (status, entry.action) == (302, "session.signed_in")
    assert entry.details == {"temporary_password": email == nils.email}
