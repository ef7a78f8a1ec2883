"""What would happen with each of the addresses that somebody is about to invite."""

from dataclasses import dataclass

import accounts.tabular.pasted
from accounts.kernel import policy
from accounts.kernel.actor import Actor
from accounts.kernel.policy import Permission
from accounts.kernel.text import email_address, names
from accounts.models import Invitation, User

MOST_AT_ONCE = 500


@dataclass(frozen=True)
class Line:
    """
    What would happen with one address: `state` is new, invited, user, deactivated, untold, domain,
    twice or nonsense.

    `name` is what was typed beside it, and `user` is whom it belongs to, where that is so. It is
    untold to who may not see the users whether it is any of the first four.
    """

    typed: str
    email: str
    state: str
    name: str = ""
    user: User | None = None


def lines(text: str, *, actor: Actor) -> list[Line]:
    """
    Return a Line for each address in `text`, in its order, and for each part of it that is none.

    :raises NotPermitted: if `actor` may not invite at all.
    :raises TooManyAddresses: if there are more than MOST_AT_ONCE.
    """
    policy.require(actor, Permission.INVITE)
    people = accounts.tabular.pasted.people_in(text, MOST_AT_ONCE)
    emails = [email_address.find(typed) for _name, typed in people]
    users = {user.email: user for user in User.objects.filter(email__in=emails)}
    invited = set(
        Invitation.objects.alive().filter(email__in=emails).values_list("email", flat=True)
    )
    is_told = policy.allows(actor, Permission.SEE_USERS)
    found = []
    for place, ((name, typed), email) in enumerate(zip(people, emails, strict=True)):
        state = _state(email, users.get(email), email in invited, email in emails[:place], actor)
        if is_told:
            found.append(Line(typed, email, state, names.clean(name), users.get(email)))
        else:
            found.append(Line(typed, email, _untold(state, email, actor), names.clean(name)))
    return found


def _untold(state: str, email: str, actor: Actor) -> str:
    """
    Return a state that is the same whether the address is a user's, is invited, or is neither.
    """
    if state not in ("new", "invited", "user", "deactivated"):
        return state
    return "untold" if actor.organization.accepts(email) else "domain"


def _state(email: str, user: User | None, is_invited: bool, is_twice: bool, actor: Actor) -> str:
    if not email:
        return "nonsense"
    if is_twice:
        return "twice"
    if user:
        return "user" if user.is_active else "deactivated"
    if is_invited:
        return "invited"
    return "new" if actor.organization.accepts(email) else "domain"
