"""A person's own devices."""

from accounts.kernel import sessions
from accounts.kernel.audit import Action
from accounts.kernel.change import account_change
from accounts.kernel.policy import Permission


def end(public_id, *, actor):
    """Sign out one device of the acting user; return whether there was such a one."""
    with _own_change(actor) as change:
        ended = change.details["sessions_ended"] = int(sessions.end(change.user, public_id))
        if not ended:
            change.unneeded()
    return bool(ended)


def end_others(*, actor, session):
    """Sign out every device of the acting user but the one behind `session`; return how many."""
    with _own_change(actor) as change:
        ended = change.details["sessions_ended"] = sessions.end_all(change.user, keep=session)
        if not ended:
            change.unneeded()
    return ended


def _own_change(actor):
    return account_change(
        actor.user_id,
        actor=actor,
        permission=Permission.END_OWN_SESSIONS,
        action=Action.SESSION_REVOKED,
    )
