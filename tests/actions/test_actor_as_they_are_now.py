"""Whoever has lost the right a moment ago does not get through on an old copy of themselves, whatever the frame."""

import pytest
from django.utils import timezone

from accounts.actions import activation, invitations, organization, users
from accounts.models import Organization, User
from accounts.policy import NotPermitted

ACTS = {
    "add": lambda actor: users.create("new@example.com", actor=actor, full_name="New", role="viewer"),
    "invite": lambda actor: invitations.invite("new@example.com", actor=actor, role="viewer"),
    "settings": lambda actor: organization.change(
        actor=actor, expected_version=0, **{**Organization.current().facts, "name": "Southwind"}
    ),
}

FORMER = {
    "demoted": {"role": "viewer"},
    "deactivated": {"is_active": False},
    "deleted": {"is_active": False, "deleted_at": timezone.now()},
}


@pytest.fixture(params=["demoted", "deactivated", "deleted"])
def former(request, ada, new_user, acting):
    """The Actor of an Admin as a request began with it; since then they are one no more."""
    actor = acting(new_user("Grace Hopper", "admin"))
    User.objects.filter(pk=actor.user.pk).update(**FORMER[request.param])
    return actor


@pytest.mark.parametrize("act", ACTS)
def test_may_not_any_more(former, act):
    with pytest.raises(NotPermitted):
        ACTS[act](former)


def test_may_not_cancel_an_invitation_any_more(former, ada, acting):
    invitation, _link = invitations.invite("new@example.com", actor=acting(ada), role="viewer")
    with pytest.raises(NotPermitted):
        invitations.cancel(invitation.public_id, actor=former)


def test_may_not_deactivate_any_more(former, max):
    with pytest.raises(NotPermitted):
        activation.deactivate(max.pk, actor=former)
