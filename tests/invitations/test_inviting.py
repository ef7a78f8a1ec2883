"""Inviting and joining below the pages: what is asked again under the lock, and what is kept."""

import pytest
from django.utils import timezone

import accounts.invitations.actions
import accounts.invitations.joining
import accounts.invitations.preview
import accounts.invitations.subject
import accounts.users.actions
from accounts.kernel.actor import Actor
from accounts.kernel.crypto import hashers
from accounts.kernel.crypto.tokens import LinkState
from accounts.kernel.errors import Invalid, LinkInvalid, NotPermitted
from accounts.kernel.session_store import SessionStore
from accounts.models import Invitation, User
from accounts.tabular.pasted import TooManyAddresses

EMAIL = "new@example.com"
OWN = "a sentence that nobody guesses"


@pytest.fixture
def invited(ada, acting):
    """The invitation of somebody new, and the token of its link."""
    invitation, path = accounts.invitations.actions.invite(
        EMAIL, actor=acting(ada), role="member", by_mail=False
    )
    return invitation, path.split("/")[3]


def join(invitation, token, password=OWN):
    told = {"actor": Actor.visitor(address="192.0.2.9"), "session": SessionStore()}
    return accounts.invitations.joining.accept(
        invitation, token, full_name="New Person", password=password, **told
    )


def states(text, actor):
    return [line.state for line in accounts.invitations.preview.lines(text, actor=actor)]


class TestPreview:
    def test_is_for_whoever_may_invite(self, vera, acting):
        with pytest.raises(NotPermitted):
            states(EMAIL, acting(vera))

    def test_takes_an_invitation_that_has_run_out_for_none(self, ada, invited, acting, later):
        before = states(EMAIL, acting(ada))
        later(days=accounts.invitations.actions.DAYS)
        assert (before, states(EMAIL, acting(ada))) == (["invited"], ["new"])

    def test_looks_at_so_many_addresses_and_no_more(self, ada, acting, monkeypatch):
        monkeypatch.setattr(accounts.invitations.preview, "MOST_AT_ONCE", 2)
        assert states("a@example.com, b@example.com", acting(ada)) == ["new", "new"]
        with pytest.raises(TooManyAddresses):
            states("a@example.com, b@example.com, c@example.com", acting(ada))


class TestInviting:
    @pytest.mark.parametrize("who", ["max", "dora"])
    def test_somebody_who_has_an_account_is_refused(self, request, ada, acting, who):
        with pytest.raises(accounts.users.actions.AddressTaken):
            accounts.invitations.actions.invite(
                request.getfixturevalue(who).email, actor=acting(ada), role="member"
            )
        assert not Invitation.objects.exists()

    def test_somebody_who_is_invited_is_refused(self, ada, invited, acting):
        with pytest.raises(accounts.invitations.subject.AlreadyInvited):
            accounts.invitations.actions.invite(EMAIL, actor=acting(ada), role="viewer")
        assert Invitation.objects.get().role == "member"

    def test_takes_the_place_of_one_that_has_run_out(self, ada, invited, acting, later):
        later(days=accounts.invitations.actions.DAYS)
        accounts.invitations.actions.invite(EMAIL, actor=acting(ada), role="viewer")
        assert Invitation.objects.open().get().role == "viewer"

    def test_anew_forgets_that_the_mail_before_was_sent(self, ada, invited, acting):
        Invitation.objects.update(is_mailed=False, mailed_at=timezone.now())
        again, _path = accounts.invitations.actions.renew(
            invited[0].public_id, actor=acting(ada), by_mail=True
        )
        assert (again.is_mailed, again.mailed_at) == (True, None)

    @pytest.mark.parametrize(("is_active", "by"), [(True, "Ada Lovelace"), (False, "Grace Hopper")])
    def test_anew_is_by_somebody_else_only_where_the_first_may_no_longer(
        self, ada, invited, new_user, acting, is_active, by
    ):
        User.objects.filter(pk=ada.pk).update(is_active=is_active)
        grace = new_user("Grace Hopper", "admin")
        again, _path = accounts.invitations.actions.renew(
            invited[0].public_id, actor=acting(grace), by_mail=False
        )
        assert again.invited_by.full_name == by


class TestJoining:
    def test_is_kept_with_who_invited_and_when(self, ada, invited, clock):
        user = join(*invited)
        user.refresh_from_db()
        facts = (
            user.invited_by,
            user.last_sign_in_at,
            user.password_set_by,
            user.must_change_password,
        )
        assert facts == (ada, timezone.now(), None, False)
        assert Invitation.objects.get().accepted_as == user

    @pytest.mark.parametrize("password", ["short", "passwordpassword", "New Person 12345"])
    def test_with_a_weak_password_is_refused_and_the_link_stays_good(self, invited, password):
        with pytest.raises(Invalid) as fault:
            join(*invited, password)
        assert {one.field for one in fault.value.faults} == {"new_password"}
        assert join(*invited).email == EMAIL

    @pytest.mark.parametrize("happens", ["renewed", "cancelled", "joined"])
    def test_is_refused_where_something_happened_while_the_password_was_hashed(
        self, ada, invited, acting, later, monkeypatch, happens
    ):
        make, invitation = hashers.make, invited[0]
        later(seconds=2)

        def meanwhile(password):
            monkeypatch.setattr(hashers, "make", make)
            if happens == "renewed":
                accounts.invitations.actions.renew(
                    invitation.public_id, actor=acting(ada), by_mail=False
                )
            elif happens == "cancelled":
                accounts.invitations.actions.cancel(invitation.public_id, actor=acting(ada))
            else:
                User.objects.create(email=EMAIL, full_name="Somebody Faster")
            return make(password)

        monkeypatch.setattr(hashers, "make", meanwhile)
        with pytest.raises(LinkInvalid) as refused:
            join(*invited)
        assert refused.value.state is (
            LinkState.SUPERSEDED if happens == "renewed" else LinkState.DEAD
        )
        assert not User.objects.filter(full_name="New Person").exists()
