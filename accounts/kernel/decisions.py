"""
What the policy answers. Codes: `web/words/refusals.py` says them to people, programs read them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from accounts.kernel.errors import Code


class Denial(Code):
    """Why the policy says no."""

    SIGN_IN_FIRST = "sign_in_first"
    DEACTIVATED = "deactivated"
    MUST_CHANGE = "password_change_required"
    ADMINS_ONLY = "admins_only"
    ADMINS_ONLY_HERE = "admins_only_here"
    NOT_YOURS = "not_yours"
    YOURSELF = "yourself"
    ACCOUNT_DEACTIVATED = "account_deactivated"
    ADDRESS_NOT_ACCEPTED = "address_not_accepted"
    DEACTIVATE_FIRST = "deactivate_first"
    LAST_ADMIN = "last_admin"
    ROLE_ABOVE_OWN = "role_above_own"
    VIEW_OF_ANOTHER = "view_of_another"


@dataclass(frozen=True)
class Allowed:
    """The actor may."""


@dataclass(frozen=True)
class Denied:
    """The actor may not do what `permission` names; `facts` are what a sentence about it names."""

    code: Denial
    permission: str
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class StepUp:
    """The actor may, once they have proved anew who they are, in one of the ways `methods`."""

    methods: tuple[str, ...]


Decision = Allowed | Denied | StepUp
ALLOWED = Allowed()
