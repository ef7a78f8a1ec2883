"""Who acts: the one argument that every action and every question to the policy needs."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Self
from uuid import UUID

from django.utils.functional import cached_property

from accounts.models import Organization, Session, User
from accounts.models.audit_event import ActorKind, Via

USER_AGENT_LENGTH = 300


@dataclass(frozen=True)
class Actor:
    """
    A user, the system (commands, worker), or a visitor who has not signed in.

    `via` is the door they came in by. `address` is the client's IP address or None; `user_agent` is
    what the browser says it is. `request_id` is "" where no request is being answered. `session` is
    the public id of the session they are signed in with, `authenticated_at` is when and `methods`
    how they proved in it who they are, as far as that is known.
    """

    kind: ActorKind
    via: Via
    user: User | None = None
    address: str | None = None
    user_agent: str = ""
    request_id: str = ""
    session: UUID | None = None
    authenticated_at: datetime | None = None
    methods: tuple[str, ...] | None = None

    @classmethod
    def system(cls, *, via: Via = Via.WORKER) -> Self:
        return cls(ActorKind.SYSTEM, via)

    @classmethod
    def visitor(cls, *, user_agent: str = "", via: Via = Via.PAGE, **origin: Any) -> Self:
        """
        Return nobody yet; `origin` is what else is known of where they come from, see the fields.
        """
        return cls(ActorKind.VISITOR, via, user_agent=user_agent[:USER_AGENT_LENGTH], **origin)

    @classmethod
    def signed_in(
        cls, user: User, *, user_agent: str = "", via: Via = Via.PAGE, **origin: Any
    ) -> Self:
        return cls(ActorKind.USER, via, user, user_agent=user_agent[:USER_AGENT_LENGTH], **origin)

    @property
    def user_id(self) -> int | None:
        return self.user.pk if self.user else None

    @property
    def person(self) -> User:
        """
        The user, where only a user can have come so far. :raises LookupError: if it is nobody.
        """
        if self.user is None:
            raise LookupError(f"The actor is the {self.kind.value}.")
        return self.user

    @property
    def name(self) -> str:
        return self.user.full_name if self.user else self.kind.value

    @cached_property
    def organization(self) -> Organization:
        """
        The organization's settings, read once for each actor, and so anew for each request and each
        change.
        """
        return Organization.current()

    def knowing(self, organization: Organization | None) -> Self:
        """
        Return this actor with the settings that were read together with their session; whoever is
        made of them reads them anew.
        """
        if organization is not None:
            self.__dict__["organization"] = organization
        return self

    def reread(self, rows: Mapping[int, User]) -> Self:
        """
        Return this actor with the user's row out of `rows` (a dict by primary key), as it is right
        now; the organization's settings are read anew.
        """
        return replace(self, user=rows[self.user.pk] if self.user else None)

    def as_visitor(self) -> "Actor":
        """Return who this is before it is known: the same browser, nobody's account."""
        return replace(
            self,
            kind=ActorKind.VISITOR,
            user=None,
            session=None,
            authenticated_at=None,
            methods=None,
        )

    def as_user(self, user: User) -> "Actor":
        """Return who a visitor turns out to be: the same browser, the account of `user`."""
        return replace(self, kind=ActorKind.USER, user=user)

    def in_session(self, begun: Session) -> Self:
        """
        Return this actor as they go on: in the session that has just begun, and none before it.
        """
        return replace(
            self,
            session=begun.public_id,
            authenticated_at=begun.authenticated_at,
            methods=tuple(begun.methods),
        )
