"""Bounds hold where many come at once."""

import pytest

import accounts.audit_trail.refusals
import accounts.sign_in.actions
from accounts.kernel import sessions
from accounts.kernel.actor import Actor
from accounts.kernel.crypto import hashers
from accounts.kernel.decisions import Denial, Denied
from accounts.kernel.errors import NotPermitted
from accounts.kernel.policy import Permission
from accounts.kernel.session_store import SessionStore
from accounts.models import AuditEvent, RefusalCount, Session
from tests.conftest import PASSWORD

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]


class TestRefusalsAtOnce:
    @pytest.mark.parametrize("round", range(5))
    def test_are_one_entry_and_none_is_lost(self, vera, acting, at_once, round):
        def refuse():
            for _ in range(5):
                denied = NotPermitted(Denied(Denial.ADMINS_ONLY, Permission.READ_AUDIT_TRAIL))
                accounts.audit_trail.refusals.record(
                    denied, actor=acting(vera), page="audit", method="GET"
                )

        assert at_once(*[refuse] * 6) == [None] * 6
        assert (AuditEvent.objects.count(), RefusalCount.objects.get().repeated) == (1, 29)


class TestSignInsAtOnce:
    def test_leave_no_more_devices_than_there_may_be(self, max, acting, at_once, monkeypatch):
        monkeypatch.setattr(hashers, "matches", lambda *_: True)
        for _ in range(sessions.MOST - 2):
            sessions.start(SessionStore(), max, actor=acting(max), methods=["password"])

        def sign_in():
            accounts.sign_in.actions.sign_in(
                max.email,
                PASSWORD,
                actor=Actor.visitor(address="192.0.2.1"),
                session=SessionStore(),
            )

        assert at_once(*[sign_in] * 8) == [None] * 8
        assert Session.objects.filter(user=max).count() == sessions.MOST
