"""Every mail: what it is called on the screen leads to its class and its template, and nothing in it is missing."""

import re
from dataclasses import fields
from importlib import import_module
from pathlib import Path

import pytest
from django.core import mail
from django.utils import timezone
from jinja2 import UndefinedError

from accounts.kernel import outbox
from accounts.models import AuditEvent, DormancyWarning, Organization

TEMPLATES = Path("templates/mail")
GUESSES = {  # its subject, or what Admins call it: the subject's folder and the class
    "Invitation": ("invitations", "Invitation"),
    "Reset link": ("passwords", "ResetLink"),
    "Password was reset, with a link": ("passwords", "PasswordWasResetWithALink"),
    "your password was reset": ("passwords", "PasswordWasReset"),
    "your password was changed": ("passwords", "PasswordWasChanged"),
    "your temporary password runs out": ("credentials", "TemporaryPasswordRunsOut"),
    "your role was changed": ("roles", "RoleWasChanged"),
    "your email was changed": ("users", "EmailWasChanged"),
    "your account was activated": ("users", "AccountWasActivated"),
    "your account was deactivated": ("users", "AccountWasDeactivated"),
    "your account will be deactivated in 3 days": ("inactivity", "AccountWillBeDeactivated"),
    "your password does not work any more": ("disputes", "PasswordDoesNotWork"),
    "somebody did not expect a change": ("disputes", "SomebodyDidNotExpectAChange"),
}


@pytest.fixture
def facts(stage):
    """What mails may say, by the name of the field."""
    event = AuditEvent.objects.latest("pk")
    warning = DormancyWarning.objects.create(user=stage.nils, due_on=timezone.now(), days=3)
    return {
        "event": event.pk,
        "warning": warning.pk,
        "invitation": stage.invitation.pk,
        "by": "Ada Lovelace",
        "when": timezone.now().isoformat(),
        "reason": "On the telephone",
        "language": "en",
        "old": "member",
        "new": "viewer",
        "how": "changed",
        "about": "Vera Rubin",
        "frozen": "admin",
        "action": "user.role_changed",
        "due_on": "2026-12-24",
        "days": 3,
    }


@pytest.fixture
def send(stage, facts):
    """Return a function that sends a mail of a kind to Nils, who has a reset link, and returns it."""

    def deliver(kind, **others):
        DormancyWarning.objects.update(sent_at=None)
        stage.nils.reset_link_at = timezone.now()
        stage.nils.save()
        known = {field.name for field in fields(kind)}
        told = {name: value for name, value in (facts | others).items() if name in known}
        outbox.deliver.call(name=kind.name, user_id=stage.nils.pk, facts=told)
        return mail.outbox.pop()

    return deliver


def test_is_found_by_what_it_is_called(send):
    found = {}
    for words, (folder, name) in GUESSES.items():
        kind = getattr(import_module(f"accounts.{folder}.mails"), name)
        subject = send(kind).subject.removeprefix("Vectice Admin: ")
        found[kind] = (TEMPLATES / f"{kind.name}.html").exists() and words in (
            subject,
            str(kind.label),
        )
        assert set(kind.name.split("_")) <= set(re.findall(r"\w+", words.lower()))
    assert [kind for kind, is_found in found.items() if not is_found] == []
    assert set(found) == set(outbox.KINDS.values())


def test_is_the_only_one_with_its_template():
    assert {path.stem for path in TEMPLATES.iterdir()} == {*outbox.KINDS, "_layout"}


CASES = [
    {},
    {"by": "", "reason": ""},
    *({"how": how} for how in ("forced", "link")),
    *({"frozen": frozen} for frozen in ("account", "nothing")),
    {"is_dormant": True},
    {"days": 1, "hours": 1, "minutes": 1},
]


@pytest.mark.parametrize("support", ["", "help@example.com"])
def test_has_all_that_its_template_asks_for(send, support):
    Organization.objects.update(support_address=support)
    messages = [send(kind, **case) for kind in outbox.KINDS.values() for case in CASES]
    assert all(message.body for message in messages)


def test_what_is_missing_would_be_seen(send, monkeypatch):
    kind = outbox.KINDS["reset_link"]
    monkeypatch.setattr(kind, "context", lambda self, user: {})
    with pytest.raises(UndefinedError, match="link"):
        send(kind)
