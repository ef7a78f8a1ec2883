"""Each mail that commit b7384ce left in the queue is sent: it called some by other names, and stored a dict of facts."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone
from django_tasks_db.models import DBTaskResult, get_date_max

from accounts.models import AuditEvent, DormancyWarning, Invitation
from tests.conftest import text_of

SUBJECTS = {
    "reset_link": "choose a new password",
    "password_was_reset": "your password was reset",
    "password_was_taken": "choose a new password",
    "password_was_changed": "your password was changed",
    "password_was_frozen": "your password does not work any more",
    "role_was_changed": "your role was changed",
    "email_was_changed": "your email was changed",
    "account_was_deactivated": "your account was deactivated",
    "account_will_be_deactivated": "your account will be deactivated in 3 days",
    "account_was_activated": "your account was activated",
    "temporary_password_reminder": "your temporary password runs out",
    "change_was_disputed": "somebody did not expect a change",
    "invitation": "you are invited to Northwind Analytics",
}


@pytest.fixture
def facts(ada, nils):
    """What that version stored with each of them."""
    now = timezone.now()
    nils.reset_link_at = now
    nils.save()
    event = AuditEvent.objects.create(
        action="user.role_changed", actor_kind="system", target=nils
    ).pk
    warning = DormancyWarning.objects.create(user=nils, due_on=now, days=3).pk
    soon = now + timedelta(days=1)
    invitation = Invitation.objects.create(
        email="new@example.com", role="viewer", invited_by=ada, expires_at=soon
    ).pk
    queued, by = {"when": now.isoformat(), "to": ""}, {"by": "Ada Lovelace", "language": "en"}
    act = {**queued, **by, "event": event, "reason": "Lost"}
    return {
        "reset_link": {"minutes": 60, **queued},
        "password_was_reset": {"hours": 72, **act},
        "password_was_taken": {"minutes": 60, **act},
        "password_was_changed": {"how": "forced", **queued},
        "password_was_frozen": queued,
        "role_was_changed": {"old": "member", "new": "viewer", **act},
        "email_was_changed": {
            **queued,
            **by,
            "event": event,
            "old": "old@example.com",
            "new": nils.email,
        },
        "account_was_deactivated": {"reason": "", "is_dormant": True, **queued, **by},
        "account_will_be_deactivated": {
            "due_on": "2026-12-24",
            "days": 3,
            "warning": warning,
            **queued,
        },
        "account_was_activated": {**queued, **by},
        "temporary_password_reminder": {**queued, **by},
        "change_was_disputed": {
            "about": "Vera",
            "action": "user.role_changed",
            "frozen": "admin",
            **queued,
        },
        "invitation": {"invitation": invitation, "when": now.isoformat(), "language": "en"},
    }


@pytest.fixture
def leave(facts, nils):
    """Return a function that leaves one of them in the queue."""

    def left(name, **fields):
        arguments = [name, None if name == "invitation" else nils.pk, facts[name]]
        fixed = {"backend_name": "default", "queue_name": "default", "run_after": get_date_max()}
        args_kwargs = {"args": arguments, "kwargs": {}}
        return DBTaskResult.objects.create(
            task_path="accounts.delivery.deliver", args_kwargs=args_kwargs, **fixed, **fields
        )

    return left


def test_each_is_sent(leave, work):
    sent = {}
    for name in SUBJECTS:
        leave(name)
        work()
        sent[name] = (
            mail.outbox.pop().subject.removeprefix("Vectice Admin: ") if mail.outbox else "none"
        )
    assert sent == SUBJECTS


def test_is_called_as_before_where_it_failed(leave, ada, signed_in_as):
    for name in SUBJECTS:
        leave(name, status="FAILED", finished_at=timezone.now())
    page = text_of(signed_in_as(ada).get("/mail/"))
    assert [name for name in SUBJECTS if "_" in name and name in page] == []
    assert page.count("Nils Bohr") == len(SUBJECTS) - 1


def test_one_with_a_link_still_has_it(leave, work):
    for name in ("reset_link", "password_was_taken", "invitation"):
        leave(name)
    work()
    assert ["/reset/" in message.body or "/join/" in message.body for message in mail.outbox] == [
        True
    ] * 3
