"""Why an Admin acts stands in the trail in any case, and in the mail only where the Admin wants it there."""

import pytest

import accounts.passwords.actions
import accounts.roles.actions
import accounts.users.activation
from accounts.kernel.outbox import deliver
from accounts.kernel.queue import entries
from accounts.models import AuditEvent

ACTS = {
    "reset": accounts.passwords.actions.reset_by_admin,
    "link": lambda user, **told: accounts.passwords.actions.send_link(user.pk, **told),
    "role": lambda user, **told: accounts.roles.actions.change_role(user.pk, role="viewer", **told),
    "deactivation": lambda user, **told: accounts.users.activation.deactivate(user.pk, **told),
}


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize(("tell", "told"), [(True, "phone was lost"), (False, "")])
def test_are_kept_and_told_as_the_admin_wants(ada, max, acting, act, tell, told):
    ACTS[act](max, actor=acting(ada), reason=" phone  was lost", tell_reason=tell)
    [queued] = entries.latest(deliver)
    facts = queued.arguments["facts"]
    assert (AuditEvent.objects.get().personal.data, facts["reason"]) == (
        {"reason": "phone was lost"},
        told,
    )


@pytest.mark.parametrize("act", ACTS)
def test_are_nothing_where_none_was_given(ada, max, acting, act):
    ACTS[act](max, actor=acting(ada), tell_reason=True)
    assert not hasattr(AuditEvent.objects.get(), "personal")


def test_cannot_turn_a_line_of_the_trail_around(ada, max, acting):
    accounts.users.activation.deactivate(max.pk, actor=acting(ada), reason="left \u202eyraurbeF ni")
    assert AuditEvent.objects.get().personal.data == {"reason": "left yraurbeF ni"}
