"""Who acts: the one argument that every action and every question to the policy needs."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Self

from django.utils.functional import cached_property

from accounts.models import Organization, User
from accounts.models.audit_event import ActorKind

USER_AGENT_LENGTH = 300


@dataclass(frozen=True)
class Actor:
    """
    A user, the system (commands, worker), or a visitor who has not signed in.

    `address` is the client's IP address or None; `user_agent` is what the browser says it is. `authenticated_at` is
    when the user last proved who they are, None where that is not known.
    """

    kind: ActorKind
    user: User | None = None
    address: str | None = None
    user_agent: str = ""
    authenticated_at: datetime | None = None

    @classmethod
    def system(cls) -> Self:
        return cls(ActorKind.SYSTEM)

    @classmethod
    def visitor(cls, *, address: str | None = None, user_agent: str = "") -> Self:
        return cls(ActorKind.VISITOR, None, address, user_agent[:USER_AGENT_LENGTH])

    @classmethod
    def signed_in(cls, user: User, *, address: str | None = None, user_agent: str = "") -> Self:
        return cls(ActorKind.USER, user, address, user_agent[:USER_AGENT_LENGTH])

    @property
    def user_id(self) -> int | None:
        return self.user.pk if self.user else None

    @property
    def name(self) -> str:
        return self.user.full_name if self.user else self.kind.value

    @cached_property
    def organization(self) -> Organization:
        """The organization's settings, read once for each actor, and so anew for each request and each change."""
        return Organization.current()

    def reread(self, rows: Mapping[int, User]) -> Self:
        """Return this actor with the user's row out of `rows` (a dict by primary key), as it is right now."""
        return replace(self, user=rows[self.user.pk]) if self.user else self

    def as_visitor(self) -> "Actor":
        """Return who this is before it is known: the same browser, nobody's account."""
        return Actor.visitor(address=self.address, user_agent=self.user_agent)
