"""
A sign-in that has to wait for a second step. There is none yet, so one is made up: it is passed by
"code".
"""

import pytest
from django.contrib.auth import SESSION_KEY
from django.test import Client

import accounts.passwords.actions
import accounts.sign_in.actions
import accounts.sign_in.attempt
import accounts.users.actions
import accounts.users.activation
from accounts.kernel import kept_forms, lifecycle, sessions
from accounts.kernel.actor import Actor
from accounts.kernel.crypto import hashers
from accounts.kernel.session_store import SessionStore
from accounts.models import AuditEvent, Method, Session, SignInAttempt
from accounts.sign_in.attempt import AttemptOver, Step
from tests.conftest import PASSWORD, maintain

CODE = "code"
VISITOR = Actor.visitor(address="192.0.2.1")


@pytest.fixture
def second_step(monkeypatch):
    monkeypatch.setattr(
        accounts.sign_in.attempt,
        "next_step",
        lambda begun: None if CODE in begun.methods else Step.PASSWORD,
    )


@pytest.fixture
def begin(second_step):
    """
    Return a function that takes somebody through the first step, in a browser that has been here
    before.
    """

    def pass_password(user, *, store=None, next_path=""):
        if store is None:
            store = SessionStore()
            store.create()
        step = accounts.sign_in.actions.sign_in(
            user.email, PASSWORD, actor=VISITOR, session=store, next_path=next_path
        )
        assert step is not None
        return store

    return pass_password


def pass_code(store, *, begun=None):
    """Pass the made-up step in a browser, and go on."""
    begun = begun or accounts.sign_in.attempt.waiting(store)
    begun.methods.append(CODE)
    return accounts.sign_in.actions.go_on(begun, actor=VISITOR, session=store)


class TestOneThatNeedsNoMore:
    def test_is_stored_nowhere(self, max):
        store = SessionStore()
        assert (
            accounts.sign_in.actions.sign_in(max.email, PASSWORD, actor=VISITOR, session=store)
            is None
        )
        assert (store[SESSION_KEY], SignInAttempt.objects.count()) == (str(max.pk), 0)

    def test_is_not_complete_without_any_proof(self, max):
        begun = accounts.sign_in.attempt.begin(max, CODE)
        with pytest.raises(AttemptOver):
            accounts.sign_in.attempt.complete(begun, max, actor=VISITOR, store=SessionStore())
        assert not Session.objects.exists()


class TestOneThatWaits:
    def test_is_nobodys_session(self, max, begin, settings):
        store = begin(max)
        client = Client()
        client.cookies[settings.SESSION_COOKIE_NAME] = store.session_key
        assert client.get("/profile/")["Location"] == "/sign-in/?next=/profile/"
        assert not Session.objects.exclude(user=None).exists()

    def test_is_not_recorded_as_a_sign_in(self, max, begin):
        store = begin(max)
        max.refresh_from_db()
        assert (AuditEvent.objects.exists(), max.last_sign_in_at) == (False, None)
        pass_code(store)
        max.refresh_from_db()
        assert (AuditEvent.objects.get().action, bool(max.last_sign_in_at)) == (
            "session.signed_in",
            True,
        )

    def test_is_of_the_browser_that_began_it(self, max, begin):
        store, other = begin(max), SessionStore()
        other.create()
        assert (
            accounts.sign_in.attempt.waiting(store).user,
            accounts.sign_in.attempt.waiting(other),
            accounts.sign_in.attempt.waiting(SessionStore()),
        ) == (
            max,
            None,
            None,
        )

    def test_is_not_shared_with_who_planted_the_cookie(self, max, begin):
        planted = SessionStore()
        planted.create()
        key = planted.session_key
        assert accounts.sign_in.attempt.waiting(begin(max, store=planted))
        assert accounts.sign_in.attempt.waiting(SessionStore(key)) is None
        assert not SessionStore().exists(key)

    def test_takes_the_place_of_who_was_signed_in_here(self, ada, max, begin, acting):
        store = SessionStore()
        sessions.start(store, ada, actor=acting(ada), methods=["password"])
        assert (store[SESSION_KEY], sessions.count(ada)) == (str(ada.pk), 1)
        begin(max, store=store)
        assert (SESSION_KEY in store, sessions.count(ada)) == (False, 0)

    def test_takes_the_place_of_another_in_the_same_browser(self, ada, max, begin):
        store = begin(max)
        begin(ada, store=store)
        assert [waiting.user for waiting in SignInAttempt.objects.all()] == [ada]

    def test_keeps_what_was_typed_before(self, max, begin):
        store = SessionStore()
        store[kept_forms.KEY] = "sealed"
        begin(max, store=store)
        assert pass_code(store) is None
        assert store[kept_forms.KEY] == "sealed"

    def test_waits_on_under_a_new_key_while_a_step_is_missing(self, max, begin):
        store = begin(max)
        first = store.session_key
        waiting = accounts.sign_in.attempt.waiting(store)
        assert accounts.sign_in.actions.go_on(waiting, actor=VISITOR, session=store) is not None
        assert store.session_key != first
        assert accounts.sign_in.attempt.waiting(store).pk == waiting.pk

    def test_is_over_in_time(self, max, begin, later):
        store = begin(max)
        later(minutes=9, seconds=59)
        assert accounts.sign_in.attempt.waiting(store)
        later(seconds=1)
        assert accounts.sign_in.attempt.waiting(store) is None

    def test_is_tidied_when_it_is_over(self, ada, max, begin, later):
        begin(max)
        later(minutes=10)
        begin(ada)
        maintain()
        assert [waiting.user for waiting in SignInAttempt.objects.all()] == [ada]

    def test_does_not_outlive_a_restore(self, max, begin):
        begin(max)
        assert SignInAttempt.objects.get().user == max
        lifecycle.revoke_after_restore({"accounts_signinattempt"})
        assert not SignInAttempt.objects.exists()

    def test_is_erased_with_its_person(self, ada, max, begin, acting):
        begin(max)
        accounts.users.activation.deactivate(max.pk, actor=acting(ada))
        assert SignInAttempt.objects.get().user == max
        accounts.users.actions.delete(max.pk, actor=acting(ada))
        assert not SignInAttempt.objects.exists()


class TestCompleting:
    def test_starts_the_session_with_all_that_was_proven(self, max, begin):
        store = begin(max)
        assert pass_code(store) is None
        assert (store[SESSION_KEY], sessions.facts(store).methods) == (
            str(max.pk),
            ("password", CODE),
        )
        assert AuditEvent.objects.get().action == "session.signed_in"

    def test_gives_another_key(self, max, begin):
        store = begin(max)
        before = store.session_key
        pass_code(store)
        assert (store.session_key != before, SessionStore().exists(before)) == (True, False)

    def test_needs_the_browser_that_began_it(self, max, begin):
        begun, other = accounts.sign_in.attempt.waiting(begin(max)), SessionStore()
        other.create()
        with pytest.raises(accounts.sign_in.actions.WrongCredentials):
            pass_code(other, begun=begun)
        assert sessions.count(max) == 0

    def test_is_done_once(self, max, begin):
        store = begin(max)
        begun = accounts.sign_in.attempt.waiting(store)
        pass_code(store)
        again = SessionStore()
        again.create()
        with pytest.raises(accounts.sign_in.actions.WrongCredentials):
            pass_code(again, begun=begun)
        assert sessions.count(max) == 1

    def test_comes_too_late_once_it_is_over(self, max, begin, later):
        store = begin(max)
        begun = accounts.sign_in.attempt.waiting(store)
        later(minutes=10)
        with pytest.raises(accounts.sign_in.actions.WrongCredentials):
            pass_code(store, begun=begun)
        assert sessions.count(max) == 0


def deactivated(user, admin):
    accounts.users.activation.deactivate(user.pk, actor=admin)


def deactivated_and_activated(user, admin):
    accounts.users.activation.deactivate(user.pk, actor=admin)
    accounts.users.activation.activate(user.pk, actor=admin)


def given_a_temporary_password(user, admin):
    accounts.passwords.actions.reset_by_admin(user, actor=admin)


def sent_a_link(user, admin):
    accounts.passwords.actions.send_link(user.pk, actor=admin)


def changed_by_its_owner(user, admin):
    user.set_own_password(hashers.make("a sentence of somebody else"))
    user.save()


def deleted(user, admin):
    accounts.users.activation.deactivate(user.pk, actor=admin)
    accounts.users.actions.delete(user.pk, actor=admin)


class TestAnAccountThatIsNotAsItWas:
    @pytest.mark.parametrize(
        "change",
        [
            *(deactivated, deactivated_and_activated, deleted),
            *(given_a_temporary_password, sent_a_link, changed_by_its_owner),
        ],
    )
    def test_is_signed_in_to_no_more(self, ada, max, begin, acting, change):
        store = begin(max)
        begun = accounts.sign_in.attempt.waiting(store)
        change(max, acting(ada))
        with pytest.raises(accounts.sign_in.actions.WrongCredentials):
            pass_code(store, begun=begun)
        failure = AuditEvent.objects.latest("pk")
        assert (failure.action, failure.details["reason"]) == (
            "session.sign_in_failed",
            "changed_meanwhile",
        )
        assert sessions.count(max) == 0

    def test_is_signed_in_to_by_no_way_while_it_is_deactivated(self, dora):
        with pytest.raises(AttemptOver):
            accounts.sign_in.attempt.complete(
                accounts.sign_in.attempt.begin(dora, Method.LINK),
                dora,
                actor=VISITOR,
                store=SessionStore(),
            )
        assert not Session.objects.exists()

    def test_may_have_another_name(self, ada, max, begin, acting):
        store = begin(max)
        accounts.users.actions.edit(
            max.pk, actor=acting(ada), full_name="Max Born", email=max.email
        )
        assert pass_code(store) is None
