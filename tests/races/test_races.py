import io
import threading
from collections import Counter
from contextlib import suppress

import pytest

import accounts.bulk.actions
import accounts.imports.actions
import accounts.imports.uploads
import accounts.invitations.actions
import accounts.invitations.joining
import accounts.invitations.preview
import accounts.invitations.subject
import accounts.passwords.actions
import accounts.passwords.own
import accounts.roles.actions
import accounts.users.actions
import accounts.users.activation
from accounts.kernel import jobs, sessions, throttle
from accounts.kernel.actor import Actor
from accounts.kernel.crypto import tokens
from accounts.kernel.errors import LinkInvalid, NotPermitted
from accounts.kernel.session_store import SessionStore
from accounts.kernel.throttle import TooManyTries
from accounts.models import AuditEvent, ImportJob, ImportPart, ImportRow, Invitation, User
from accounts.users.subject import StaleChange
from tests.conftest import is_password_of

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]
ROUNDS = range(15)


def raised(results, error):
    return sum(isinstance(result, error) for result in results)


@pytest.fixture
def grace(new_user):
    return new_user("Grace Hopper", "admin")


class TestTwoAdminsOnEachOther:
    @pytest.mark.parametrize("round", ROUNDS)
    def test_demoting_leave_one(self, ada, grace, acting, at_once, round):
        results = at_once(
            lambda: accounts.roles.actions.change_role(grace.pk, actor=acting(ada), role="viewer"),
            lambda: accounts.roles.actions.change_role(ada.pk, actor=acting(grace), role="viewer"),
        )
        assert (User.objects.active_admins().count(), raised(results, NotPermitted)) == (1, 1)

    @pytest.mark.parametrize("round", ROUNDS)
    def test_deactivating_and_demoting_leave_one(self, ada, grace, acting, at_once, round):
        results = at_once(
            lambda: accounts.users.activation.deactivate(grace.pk, actor=acting(ada)),
            lambda: accounts.roles.actions.change_role(ada.pk, actor=acting(grace), role="member"),
        )
        assert (User.objects.active_admins().count(), raised(results, NotPermitted)) == (1, 1)


class TestADeletionWhileAnAdminEdits:
    @pytest.mark.parametrize("round", ROUNDS)
    def test_leaves_no_name_and_no_address(self, ada, grace, dora, acting, at_once, round):
        at_once(
            lambda: accounts.users.actions.delete(dora.pk, actor=acting(ada)),
            lambda: accounts.users.actions.edit(
                dora.pk, actor=acting(grace), full_name="Dora Back", email="back@example.com"
            ),
        )
        dora.refresh_from_db()
        assert (dora.deleted_at is None, "back" in f"{dora.email} {dora.full_name}".lower()) == (
            False,
            False,
        )


class TestADeletionDuringABulkChange:
    @pytest.mark.parametrize("round", range(5))
    def test_waits_for_nobody_who_waits_for_it(self, ada, dora, max, vera, acting, at_once, round):
        people = [dora.public_id, max.public_id, vera.public_id]
        job = accounts.bulk.actions.choose(
            people, actor=acting(ada), action="change_role", role="admin"
        )
        accounts.bulk.actions.start(job.public_id, actor=acting(ada), reason="Dora asked for it")
        results = at_once(
            lambda: accounts.users.actions.delete(dora.pk, actor=acting(ada)),
            lambda: jobs.run.call(kind="bulk", job_id=job.pk),
        )
        job.refresh_from_db()
        assert (results, job.reason, job.state) == ([None, None], "… asked for it", "done")


class TestTwoResetsAtOnce:
    def test_from_one_page_reset_once(self, ada, max, acting, at_once):
        def reset():
            return accounts.passwords.actions.reset_by_admin(
                max, actor=acting(ada), expected_version=max.version
            )

        results = at_once(reset, reset)
        assert raised(results, StaleChange) == 1
        assert AuditEvent.objects.filter(action="password.reset_by_admin").count() == 1

    def test_leave_the_password_that_was_shown(self, ada, max, acting, at_once):
        def reset():
            return accounts.passwords.actions.reset_by_admin(
                max, actor=acting(ada), expected_version=max.version
            )

        [winner] = [result for result in at_once(reset, reset) if isinstance(result, tuple)]
        assert is_password_of(max, winner[1])


class TestResetLinkUsedTwiceAtOnce:
    def test_sets_one_password(self, max, acting, at_once):
        accounts.passwords.actions.issue_reset_link.call(
            email=max.email, address=None, user_agent=""
        )
        max.refresh_from_db()
        token = tokens.make(max)

        def use(password):
            return lambda: accounts.passwords.actions.reset_by_link(
                max, token, actor=Actor.visitor(), new_password=password
            )

        results = at_once(use("the first long sentence"), use("the second long sentence"))
        assert raised(results, LinkInvalid) == 1
        assert AuditEvent.objects.filter(action="password.reset_by_link").count() == 1


class TestResetDuringAForcedChange:
    @pytest.mark.parametrize("round", range(5))
    def test_leaves_a_whole_state(self, ada, nils, acting, at_once, round):
        store = SessionStore()
        sessions.start(store, nils, actor=acting(nils), methods=["temporary_password"])
        choose = {"current_password": "", "new_password": "a sentence of my very own"}
        _changed, reset = at_once(
            lambda: accounts.passwords.own.change_own(actor=acting(nils), session=store, **choose),
            lambda: accounts.passwords.actions.reset_by_admin(nils, actor=acting(ada)),
        )
        nils.refresh_from_db()
        # Whoever came last decides; the one who came too late was told so, and no session outlives the reset.
        assert not isinstance(reset, Exception)
        assert is_password_of(nils, reset[1])
        assert nils.must_change_password
        assert sessions.count(nils) == 0


class TestTheSameAddressTwiceAtOnce:
    def test_makes_one_account(self, at_once):
        def create(email):
            return lambda: accounts.users.actions.create(
                email, actor=Actor.system(), full_name="Bob", role="member"
            )

        results = at_once(create("bob@example.com"), create("BOB@example.com"))
        assert (raised(results, accounts.users.actions.AddressTaken), User.objects.count()) == (
            1,
            1,
        )


@pytest.mark.usefixtures("clock")
class TestTriesAtOnce:
    def test_none_slips_through_a_limit(self, at_once):
        limit = throttle.Limit("test", "20/5m")

        def tries():
            let_through = 0
            for _ in range(10):
                try:
                    limit.hit("somebody")
                    let_through += 1
                except TooManyTries:
                    pass
            return let_through

        assert sum(at_once(*[tries] * 6)) == 20


class TestSignInDuringADeactivation:
    @pytest.mark.parametrize("round", range(5))
    def test_leaves_no_session(self, ada, max, acting, at_once, round):
        import accounts.sign_in.actions
        from tests.conftest import PASSWORD

        at_once(
            lambda: accounts.sign_in.actions.sign_in(
                max.email, PASSWORD, actor=Actor.visitor(), session=SessionStore()
            ),
            lambda: accounts.users.activation.deactivate(max.pk, actor=acting(ada)),
        )
        assert sessions.count(max) == 0
        tried = AuditEvent.objects.filter(
            action__in=("session.signed_in", "session.sign_in_failed")
        ).count()
        assert (tried, User.objects.get(pk=max.pk).is_active) == (1, False)


class TestAnInvitationAcceptedTwiceAtOnce:
    def test_makes_one_account(self, ada, acting, at_once):
        invitation, link = accounts.invitations.actions.invite(
            "new@example.com", actor=acting(ada), role="member", by_mail=False
        )

        def join(name):
            return lambda: accounts.invitations.joining.accept(
                accounts.invitations.actions.Invitation.objects.select_related("invited_by").get(
                    pk=invitation.pk
                ),
                link.split("/")[3],
                actor=Actor.visitor(),
                session=SessionStore(),
                full_name=name,
                password="a sentence of my very own",
            )

        results = at_once(join("First Person"), join("Second Person"))
        assert (
            raised(results, LinkInvalid),
            User.objects.filter(email="new@example.com").count(),
        ) == (1, 1)


class TestAllInvitationsCancelledByTwoAdminsAtOnce:
    def test_leaves_none_open(self, ada, grace, acting, at_once):
        for number in range(30):
            accounts.invitations.actions.invite(
                f"new{number}@example.com", actor=acting(ada), role="member", by_mail=False
            )

        def cancel_all(admin):
            return lambda: accounts.invitations.actions.cancel_all(actor=acting(admin))

        assert sum(at_once(cancel_all(ada), cancel_all(grace))) == 30
        assert not accounts.invitations.actions.Invitation.objects.open().exists()


class TestTheSameAddressInvitedByTwoAdminsAtOnce:
    @pytest.mark.parametrize("round", range(5))
    def test_is_invited_once(self, ada, grace, acting, at_once, round):
        def invite(admin):
            return lambda: accounts.invitations.actions.invite(
                "new@example.com", actor=acting(admin), role="member"
            )

        results = at_once(invite(ada), invite(grace))
        assert (
            raised(results, accounts.invitations.subject.AlreadyInvited),
            accounts.invitations.actions.Invitation.objects.count(),
        ) == (1, 1)


class TestAnImportWhileAnAdminEdits:
    def test_loses_neither(self, ada, max, acting, at_once):
        lines = "".join(f"person{number}@example.com\n" for number in range(10))
        job = accounts.imports.uploads.take(
            io.BytesIO(f"email\n{lines}".encode()), "x.csv", actor=acting(ada)
        )
        accounts.imports.actions.start(job.public_id, actor=acting(ada), mode="create")
        results = at_once(
            lambda: jobs.run.call(kind="import", job_id=job.pk),
            lambda: jobs.run.call(kind="import", job_id=job.pk),
            lambda: accounts.users.actions.edit(
                max.pk, actor=acting(ada), full_name="Max Born", email="person3@example.com"
            ),
        )
        # Whoever came first has the address. A row that both runs did would be skipped the second time.
        edited = not isinstance(results[2], accounts.users.actions.AddressTaken)
        assert results[:2] == [None, None]
        outcomes = Counter(job.rows.values_list("outcome", flat=True))
        assert outcomes == ({"done": 9, "skipped": 1} if edited else {"done": 10})
        assert AuditEvent.objects.filter(action="user.created").count() == outcomes["done"]
        assert User.objects.filter(email__startswith="person").count() == 10


class TestACheckOfAFile:
    LINES = 4 * accounts.imports.uploads.ROWS_AT_A_TIME

    @pytest.fixture
    def job(self, ada, acting):
        lines = "".join(f"person{number}@example.com\n" for number in range(self.LINES))
        return accounts.imports.uploads.take(
            io.BytesIO(f"email\n{lines}".encode()), "x.csv", actor=acting(ada)
        )

    @pytest.mark.parametrize("round", range(3))
    def test_by_two_workers_has_every_row_once(self, job, at_once, round):
        def check():
            return jobs.prepare.call(kind="import", job_id=job.pk)

        assert at_once(check, check) == [None, None]
        assert (ImportJob.objects.get().state, ImportPart.objects.count()) == ("checked", 0)
        assert list(ImportRow.objects.order_by("line").values_list("line", flat=True)) == list(
            range(2, self.LINES + 2)
        )

    @pytest.mark.parametrize("round", range(3))
    def test_that_is_stopped_stays_so(self, job, ada, acting, at_once, round):
        at_once(
            lambda: jobs.prepare.call(kind="import", job_id=job.pk),
            lambda: accounts.imports.actions.cancel(job.public_id, actor=acting(ada)),
        )
        assert (ImportJob.objects.get().state, ImportPart.objects.count()) == ("cancelled", 0)


def meet(barrier):
    """Wait for the other, who may be kept from coming."""
    with suppress(threading.BrokenBarrierError):
        barrier.wait(2)


class TestSomebodyWhoJoinsWhileAnAdminAddsThem:
    def test_has_one_account_and_nobody_waits_for_ever(self, ada, acting, at_once, monkeypatch):
        invitation, link = accounts.invitations.actions.invite(
            "new@example.com", actor=acting(ada), role="member", by_mail=False
        )
        save, barrier = User.save, threading.Barrier(2)

        def slowly(user, *args, **kwargs):
            joins = user.invited_by_id is not None
            if joins:
                meet(barrier)
            save(user, *args, **kwargs)
            if not joins:
                meet(barrier)

        monkeypatch.setattr(User, "save", slowly)
        results = at_once(
            lambda: accounts.invitations.joining.accept(
                Invitation.objects.select_related("invited_by").get(pk=invitation.pk),
                link.split("/")[3],
                actor=Actor.visitor(),
                session=SessionStore(),
                full_name="New Person",
                password="a sentence of my very own",
            ),
            lambda: accounts.users.actions.create(
                "new@example.com", actor=acting(ada), full_name="New Person", role="viewer"
            ),
        )
        too_late = (LinkInvalid, accounts.users.actions.AddressTaken)
        assert (raised(results, Exception), raised(results, too_late)) == (1, 1)
        assert User.objects.filter(email="new@example.com").count() == 1
        assert not Invitation.objects.open().exists()


class TestTheSameListInvitedInTwoOrdersAtOnce:
    def test_is_invited_once_and_told_in_each_order(self, ada, grace, acting, at_once, monkeypatch):
        invite, barrier = accounts.invitations.actions.invite, threading.Barrier(2)

        def slowly(*args, **kwargs):
            done = invite(*args, **kwargs)
            meet(barrier)
            return done

        def invite_all(admin, text):
            lines = accounts.invitations.preview.lines(text, actor=acting(admin))
            return lambda: accounts.invitations.actions.invite_all(
                lines, actor=acting(admin), role="member", by_mail=False
            )

        both = (
            invite_all(ada, "a@example.com, b@example.com"),
            invite_all(grace, "b@example.com, a@example.com"),
        )
        monkeypatch.setattr(accounts.invitations.actions, "invite", slowly)
        assert [[email for email, _state, _path in done] for done in at_once(*both)] == [
            ["a@example.com", "b@example.com"],
            ["b@example.com", "a@example.com"],
        ]
        assert Invitation.objects.open().count() == 2
