from datetime import timedelta

import pytest
from django.utils import timezone

import accounts.passwords.actions
import accounts.passwords.own
import accounts.passwords.temporary
from accounts.kernel import audit, sessions
from accounts.kernel.crypto import hashers, tokens
from accounts.kernel.crypto.tokens import LinkState
from accounts.kernel.errors import Invalid, LinkInvalid, NotPermitted
from accounts.kernel.outbox import deliver
from accounts.kernel.queue import entries
from accounts.kernel.session_store import SessionStore
from accounts.kernel.throttle import TooManyTries
from accounts.models import AuditEvent, Session, User
from accounts.users.subject import StaleChange
from accounts.web.words import sentences
from tests.conftest import PASSWORD, TEMPORARY, is_password_of

NEW = "a sentence that nobody guesses"


def last_event():
    return AuditEvent.objects.latest("pk")


def queued_mails():
    queued = [entry.arguments for entry in entries.latest(deliver)]
    return [(mail["name"], mail["user_id"], mail["facts"]) for mail in reversed(queued)]


def in_full_width(text):
    """The same in the signs of East Asian keyboards, which NFKC makes one with the usual ones."""
    return "".join("\u3000" if sign == " " else chr(ord(sign) + 0xFEE0) for sign in text)


def store_of(user, acting):
    store = SessionStore()
    sessions.start(store, user, actor=acting(user), methods=["password"])
    return store


class TestResetByAdmin:
    def test_returns_a_password_that_signs_in(self, ada, max, acting):
        user, password, _ended = accounts.passwords.actions.reset_by_admin(max, actor=acting(ada))
        assert is_password_of(user, password)

    def test_takes_a_typed_password(self, ada, max, acting):
        _user, password, _ended = accounts.passwords.actions.reset_by_admin(
            max, actor=acting(ada), new_password=NEW
        )
        assert password == NEW

    def test_makes_the_user_choose_their_own(self, ada, max, acting):
        accounts.passwords.actions.reset_by_admin(max, actor=acting(ada))
        max.refresh_from_db()
        assert max.must_change_password

    def test_gives_the_password_an_end(self, ada, max, acting):
        accounts.passwords.actions.reset_by_admin(max, actor=acting(ada))
        max.refresh_from_db()
        left = max.temporary_password_expires_at - timezone.now()
        assert timedelta(hours=71, minutes=59) < left <= timedelta(hours=72)

    def test_says_who_set_it(self, ada, max, acting):
        accounts.passwords.actions.reset_by_admin(max, actor=acting(ada))
        max.refresh_from_db()
        assert max.password_set_by == ada

    def test_ends_every_session(self, ada, max, acting):
        store_of(max, acting), store_of(max, acting)
        _user, _password, ended = accounts.passwords.actions.reset_by_admin(max, actor=acting(ada))
        assert (ended, Session.objects.filter(user=max).count()) == (2, 0)

    def test_leaves_the_sessions_of_others(self, ada, max, vera, acting):
        store_of(vera, acting)
        accounts.passwords.actions.reset_by_admin(max, actor=acting(ada))
        assert sessions.count(vera) == 1

    def test_kills_reset_links(self, ada, max, acting):
        max.reset_link_at = timezone.now()
        max.save()
        token = tokens.make(max)
        user, *_ = accounts.passwords.actions.reset_by_admin(max, actor=acting(ada))
        assert tokens.state(user, token) is LinkState.DEAD

    def test_leaves_one_entry(self, ada, max, acting):
        accounts.passwords.actions.reset_by_admin(max, actor=acting(ada))
        event = AuditEvent.objects.get()
        assert (event.action, event.actor, event.target) == ("password.reset_by_admin", ada, max)
        assert event.details == {"sessions_ended": 0, "hours": 72}

    def test_queues_the_mail(self, ada, max, acting):
        accounts.passwords.actions.reset_by_admin(max, actor=acting(ada))
        [(name, user_id, facts)] = queued_mails()
        assert (name, user_id, facts["by"]) == ("password_was_reset", max.pk, "Ada Lovelace")

    def test_refuses_a_weak_password_and_changes_nothing(self, ada, max, acting):
        before = max.password
        with pytest.raises(Invalid):
            accounts.passwords.actions.reset_by_admin(
                max, actor=acting(ada), new_password="max planck 12345"
            )
        max.refresh_from_db()
        assert max.password == before

    def test_refuses_what_the_admin_saw_too_long_ago(self, ada, max, acting):
        accounts.passwords.actions.reset_by_admin(max, actor=acting(ada), expected_version=1)
        with pytest.raises(StaleChange):
            accounts.passwords.actions.reset_by_admin(max, actor=acting(ada), expected_version=1)

    def test_is_not_for_oneself(self, ada, acting):
        with pytest.raises(NotPermitted):
            accounts.passwords.actions.reset_by_admin(ada, actor=acting(ada))

    @pytest.mark.usefixtures("clock")
    def test_is_limited_for_each_admin(self, ada, max, acting, monkeypatch):
        monkeypatch.setattr(hashers, "make", lambda password: "argon2$unusable")
        with pytest.raises(TooManyTries):
            for _ in range(61):
                accounts.passwords.actions.reset_by_admin(max, actor=acting(ada), new_password=NEW)

    def test_undoes_everything_when_the_mail_cannot_be_queued(self, ada, max, acting, monkeypatch):
        def broken(*args, **kwargs):
            raise RuntimeError

        store_of(max, acting)
        monkeypatch.setattr("accounts.passwords.mails.PasswordWasReset.queue", broken)
        with pytest.raises(RuntimeError):
            accounts.passwords.actions.reset_by_admin(max, actor=acting(ada))
        max.refresh_from_db()
        left = (max.must_change_password, sessions.count(max), AuditEvent.objects.count())
        assert left == (False, 1, 0)


class TestChangeOwn:
    def change(self, user, acting, *, current=PASSWORD, new=NEW, store=None):
        store = store or store_of(user, acting)
        accounts.passwords.own.change_own(
            actor=acting(user), session=store, current_password=current, new_password=new
        )
        user.refresh_from_db()
        return store

    def test_sets_the_new_password(self, max, acting):
        self.change(max, acting)
        assert hashers.matches(NEW, max.password)

    def test_asks_for_the_current_one(self, max, acting):
        with pytest.raises(Invalid) as fault:
            self.change(max, acting, current="not my password at all")
        assert [(one.field, sentences.of(one)) for one in fault.value.faults] == [
            ("current_password", "This is not your current password.")
        ]

    @pytest.mark.usefixtures("clock")
    def test_limits_guesses_at_the_current_one(self, max, acting):
        store = store_of(max, acting)
        for _ in range(10):
            with pytest.raises(Invalid):
                self.change(max, acting, current="wrong wrong wrong", store=store)
        with pytest.raises(TooManyTries):
            self.change(max, acting, store=store)

    def test_ends_the_other_sessions(self, max, acting):
        store_of(max, acting)
        self.change(max, acting)
        assert sessions.count(max) == 1

    def test_gives_this_session_a_new_key(self, max, acting):
        store = store_of(max, acting)
        before = store.session_key
        self.change(max, acting, store=store)
        assert store.session_key != before

    def test_kills_the_old_key_of_this_session(self, max, acting):
        store = store_of(max, acting)
        before = store.session_key
        assert SessionStore().exists(before)
        self.change(max, acting, store=store)
        assert not SessionStore().exists(before)

    @pytest.mark.parametrize("same", [PASSWORD, in_full_width(PASSWORD)])
    def test_refuses_the_password_they_have(self, max, acting, same):
        with pytest.raises(Invalid) as fault:
            self.change(max, acting, new=same)
        assert [(one.field, sentences.of(one)) for one in fault.value.faults] == [
            ("new_password", "This is the password you have now. Choose another one.")
        ]

    def test_tells_the_user_by_mail(self, max, acting):
        self.change(max, acting)
        assert [(mail[0], mail[2]["how"]) for mail in queued_mails()] == [
            ("password_was_changed", "changed")
        ]

    def test_is_recorded(self, max, acting):
        self.change(max, acting)
        assert (last_event().action, last_event().actor) == ("password.changed", max)

    def test_gives_way_to_a_reset_in_between(self, ada, max, acting):
        actor, store = acting(max), store_of(max, acting)
        accounts.passwords.actions.reset_by_admin(max, actor=acting(ada))
        with pytest.raises(StaleChange):
            accounts.passwords.own.change_own(
                actor=actor, session=store, current_password=PASSWORD, new_password=NEW
            )

    def test_gives_way_to_a_sign_out_in_between(self, max, acting):
        actor, store = acting(max), store_of(max, acting)
        sessions.end_all(max)
        with pytest.raises(NotPermitted):
            accounts.passwords.own.change_own(
                actor=actor, session=store, current_password=PASSWORD, new_password=NEW
            )
        max.refresh_from_db()
        assert (sessions.count(max), hashers.matches(PASSWORD, max.password)) == (0, True)


class TestForcedChange:
    def forced(self, nils, acting, new=NEW, **contents):
        store = SessionStore()
        sessions.start(store, nils, actor=acting(nils), methods=["temporary_password"])
        accounts.passwords.own.change_own(
            actor=acting(nils), session=store, current_password="", new_password=new
        )
        nils.refresh_from_db()

    def test_frees_the_user(self, nils, acting):
        self.forced(nils, acting)
        assert (nils.must_change_password, nils.temporary_password_expires_at) == (False, None)

    def test_is_recorded_under_its_own_name(self, nils, acting):
        self.forced(nils, acting)
        assert (last_event().action, queued_mails()[0][2]["how"]) == (
            "password.forced_change_done",
            "forced",
        )

    def test_refuses_the_temporary_password_again(self, nils, acting):
        with pytest.raises(Invalid):
            self.forced(nils, acting, new=TEMPORARY)

    def test_is_refused_once_the_temporary_password_is_past_its_end(self, nils, acting):
        User.objects.filter(pk=nils.pk).update(temporary_password_expires_at=timezone.now())
        with pytest.raises(accounts.passwords.temporary.TemporaryPasswordExpired):
            self.forced(nils, acting)
        nils.refresh_from_db()
        assert nils.must_change_password

    def test_asks_for_the_temporary_password_where_the_session_did_not_sign_in_with_it(
        self, nils, acting
    ):
        store = store_of(nils, acting)
        assert accounts.passwords.own.needs_current_password(nils, store)


class TestResetLink:
    @pytest.fixture
    def link(self, max):
        accounts.passwords.actions.issue_reset_link.call(
            email=max.email, address="192.0.2.9", user_agent="Firefox"
        )
        max.refresh_from_db()
        return tokens.make(max)

    def use(self, user, token, acting, new=NEW):
        accounts.passwords.actions.reset_by_link(
            user, token, actor=acting(user).as_visitor(), new_password=new
        )
        user.refresh_from_db()

    def test_sets_the_password(self, max, link, acting):
        self.use(max, link, acting)
        assert (hashers.matches(NEW, max.password), queued_mails()[-1][2]["how"]) == (True, "link")

    def test_ends_every_session(self, max, link, acting):
        store_of(max, acting), store_of(max, acting)
        before = sessions.count(max)
        self.use(max, link, acting)
        assert (before, sessions.count(max), last_event().details) == (2, 0, {"sessions_ended": 2})

    def test_frees_from_a_temporary_password(self, nils, acting):
        accounts.passwords.actions.issue_reset_link.call(
            email=nils.email, address=None, user_agent=""
        )
        nils.refresh_from_db()
        before = nils.must_change_password
        self.use(nils, tokens.make(nils), acting)
        assert (before, nils.must_change_password, nils.temporary_password_expires_at) == (
            True,
            False,
            None,
        )

    def test_works_once(self, max, link, acting):
        self.use(max, link, acting)
        with pytest.raises(LinkInvalid) as dead:
            self.use(max, link, acting, new="yet another long sentence")
        assert dead.value.state is LinkState.DEAD

    def test_stays_good_after_a_weak_password(self, max, link, acting):
        with pytest.raises(Invalid):
            self.use(max, link, acting, new="short")
        assert tokens.state(max, link) is LinkState.LIVE

    def test_dies_after_an_hour(self, max, link, later):
        later(minutes=60)
        assert tokens.state(max, link) is LinkState.EXPIRED

    def test_lives_just_before(self, max, link, later):
        later(minutes=59)
        assert tokens.state(max, link) is LinkState.LIVE

    def test_gives_way_to_a_newer_one(self, max, link, later):
        later(seconds=2)
        accounts.passwords.actions.issue_reset_link.call(
            email=max.email, address=None, user_agent=""
        )
        max.refresh_from_db()
        assert tokens.state(max, link) is LinkState.SUPERSEDED

    @pytest.mark.parametrize(
        "change",
        [{"email": "planck@example.com"}, {"is_active": False}, {"password": "argon2$another"}],
    )
    def test_dies_with_any_change_of_the_account(self, max, link, change):
        for name, value in change.items():
            setattr(max, name, value)
        max.save()
        assert tokens.state(max, link) is LinkState.DEAD

    def test_opens_nobody_elses_account(self, max, vera, link):
        vera.reset_link_at = max.reset_link_at
        assert tokens.state(vera, link) is LinkState.DEAD

    def test_from_a_clock_far_ahead_is_refused(self, max, clock):
        max.reset_link_at = timezone.now() + timedelta(minutes=10)
        max.save()
        assert tokens.state(max, tokens.make(max)) is LinkState.DEAD

    @pytest.mark.parametrize(
        "token", ["", "-", "abc", "zzzzzzzzzzzzzzz-0", "1-é", "-1-2", "\x00", "a" * 5000]
    )
    def test_made_up_is_dead(self, max, token):
        assert tokens.state(max, token) is LinkState.DEAD

    def test_is_not_made_for_the_deactivated(self, dora):
        accounts.passwords.actions.issue_reset_link.call(
            email=dora.email, address=None, user_agent=""
        )
        assert (queued_mails(), last_event().outcome) == ([], "refused")

    def test_for_an_unknown_address_leaves_no_trace_of_what_was_typed(self, db):
        accounts.passwords.actions.issue_reset_link.call(
            email="nobody@example.com", address=None, user_agent=""
        )
        assert last_event().details == {
            "reason": "unknown",
            "unknown_address": audit.pseudonym("nobody@example.com"),
        }
        assert "nobody" not in str(last_event().details)
