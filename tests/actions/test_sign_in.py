import pytest
from django.contrib.auth import SESSION_KEY

from accounts import hashers, sessions
from accounts.actions import sign_in as signing
from accounts.actor import Actor
from accounts.models import AuditEvent
from accounts.session_store import SessionStore
from accounts.throttle import TooManyTries
from tests.conftest import PASSWORD, TEMPORARY


def sign_in(email, password=PASSWORD, *, address="192.0.2.1", store=None):
    store = SessionStore() if store is None else store
    signing.sign_in(email, password, actor=Actor.visitor(address=address), session=store)
    return store


class TestSignIn:
    def test_starts_a_session_of_the_user(self, max):
        assert sign_in("max@example.com")[SESSION_KEY] == str(max.pk)

    @pytest.mark.parametrize("email", ["MAX@example.com", " max@EXAMPLE.com ", "ｍax@example.com"])
    def test_takes_the_address_in_any_case_and_form(self, max, email):
        assert sign_in(email)[SESSION_KEY] == str(max.pk)

    @pytest.mark.parametrize("email", ["maẋ@example.com", "mаx@example.com", "max@example.com\x00", ""])
    def test_finds_nobody_by_a_look_alike(self, max, email):
        with pytest.raises(signing.WrongCredentials):
            sign_in(email)

    def test_notes_the_moment(self, max):
        sign_in(max.email)
        max.refresh_from_db()
        assert max.last_sign_in_at

    def test_gives_a_new_key_and_kills_a_planted_one(self, max):
        planted = SessionStore()
        planted["x"] = 1
        planted.create()
        before = planted.session_key
        store = sign_in(max.email, store=planted)
        assert store.session_key != before
        assert not SessionStore().exists(before)

    @pytest.mark.parametrize("password", ["wrong", PASSWORD + " ", PASSWORD.upper(), ""])
    def test_refuses_another_password(self, max, password):
        with pytest.raises(signing.WrongCredentials):
            sign_in(max.email, password)

    def test_refuses_the_deactivated(self, dora):
        with pytest.raises(signing.WrongCredentials):
            sign_in(dora.email)

    def test_does_the_same_work_for_everybody(self, max, dora, monkeypatch):
        compared = []
        real = hashers.Argon2id.verify
        monkeypatch.setattr(
            hashers.Argon2id, "verify", lambda self, p, encoded: compared.append(encoded) or real(self, p, encoded)
        )
        for email in (max.email, dora.email, "nobody@example.com"):
            with pytest.raises(signing.WrongCredentials):
                sign_in(email, "wrong password here")
        assert len(compared) == 3

    def test_remakes_the_hash_when_the_cost_has_changed(self, max, monkeypatch):
        before = max.password
        monkeypatch.setattr(hashers.Argon2id, "memory_cost", 50_000)
        sign_in(max.email)
        max.refresh_from_db()
        assert "m=50000" in max.password != before

    def test_with_a_remade_hash_signs_nobody_out(self, max, acting, monkeypatch):
        monkeypatch.setattr(hashers.Argon2id, "memory_cost", 50_000)
        before = max.get_session_auth_hash()
        sign_in(max.email)
        max.refresh_from_db()
        assert max.get_session_auth_hash() == before


class TestTemporaryPassword:
    def test_signs_in_until_its_end(self, nils, later):
        later(hours=71)
        assert sign_in(nils.email, TEMPORARY)

    def test_signs_nobody_in_after_it(self, nils, later):
        later(hours=72)
        with pytest.raises(signing.TemporaryPasswordExpired):
            sign_in(nils.email, TEMPORARY)

    def test_past_its_end_is_told_only_to_who_knows_it(self, nils, later):
        later(hours=72)
        with pytest.raises(signing.WrongCredentials):
            sign_in(nils.email, "wrong password here")


class TestAudit:
    def last(self):
        return AuditEvent.objects.latest("pk")

    def test_records_the_sign_in(self, max):
        sign_in(max.email)
        event = self.last()
        assert (event.action, event.actor, event.address) == ("session.signed_in", max, "192.0.2.1")

    def test_records_the_failure_with_its_reason(self, max):
        with pytest.raises(signing.WrongCredentials):
            sign_in(max.email, "wrong password here")
        assert (self.last().target, self.last().details) == (max, {"reason": "wrong_password"})

    def test_keeps_no_copy_of_an_unknown_name(self, db):
        with pytest.raises(signing.WrongCredentials):
            sign_in("hunter2 typed in the wrong field")
        assert "hunter2" not in str(self.last().details)

    def test_records_the_sign_out(self, max, acting):
        store = sign_in(max.email)
        signing.sign_out(actor=acting(max), session=store)
        assert (self.last().action, sessions.count(max)) == ("session.signed_out", 0)


@pytest.mark.usefixtures("clock")
class TestLimits:
    def fail(self, times, email="max@example.com", **where):
        for _ in range(times):
            with pytest.raises(signing.WrongCredentials):
                sign_in(email, "wrong password here", **where)

    @pytest.fixture(autouse=True)
    def quick(self, monkeypatch, max):
        known = {max.password: PASSWORD}
        monkeypatch.setattr(hashers, "matches", lambda password, encoded: known.get(encoded) == password)

    def test_stop_guessing_at_an_account(self, max):
        self.fail(10)
        with pytest.raises(TooManyTries):
            sign_in(max.email, PASSWORD)

    def test_say_the_same_of_an_unknown_account(self, max):
        self.fail(10, email="nobody@example.com")
        with pytest.raises(TooManyTries):
            sign_in("nobody@example.com", PASSWORD)

    def test_keep_nobody_out_from_elsewhere(self, max):
        self.fail(10)
        assert sign_in(max.email, address="198.51.100.7")

    def test_count_a_network_of_ipv6_as_one(self, max):
        self.fail(9, address="2001:db8::1")
        self.fail(1, address="2001:db8::ffff")
        with pytest.raises(TooManyTries):
            sign_in(max.email, address="2001:db8::2")

    def test_begin_anew_after_a_success(self, max):
        self.fail(9)
        sign_in(max.email)
        self.fail(9)
        assert sign_in(max.email)

    def test_stop_a_network_that_tries_many_accounts(self, max):
        for number in range(100):
            self.fail(1, email=f"person{number}@example.com")
        with pytest.raises(TooManyTries):
            sign_in(max.email)

    def test_pass_with_time(self, max, later):
        self.fail(10)
        later(minutes=6)
        assert sign_in(max.email)

    def test_are_recorded_once(self, max):
        self.fail(10)
        for _ in range(3):
            with pytest.raises(TooManyTries):
                sign_in(max.email)
        assert AuditEvent.objects.filter(details__reason="too_many_tries").count() == 1
