"""The matrix: what each role is granted, line by line, as /roles/ draws it."""

from dataclasses import dataclass
from enum import Enum


class Grant(Enum):
    """What a role has of a row of the matrix."""

    NO = 0
    IF_ALLOWED = 1
    YES = 2


@dataclass(frozen=True)
class Row:
    """A line of the matrix: its name, and the grant of each role."""

    name: str
    admin: Grant
    member: Grant
    viewer: Grant

    def grant(self, role: str) -> Grant:
        return {"admin": self.admin, "member": self.member, "viewer": self.viewer}[role]


_EVERYBODY, _ADMINS = (Grant.YES, Grant.YES, Grant.YES), (Grant.YES, Grant.NO, Grant.NO)
_IF_ALLOWED = (Grant.YES, Grant.IF_ALLOWED, Grant.NO)

READ_CONTENT = Row("read_content", *_EVERYBODY)
CREATE_CONTENT = Row("create_workspaces", *_IF_ALLOWED)
DELETE_CONTENT = Row("delete_workspaces", *_ADMINS)
OWN_ACCOUNT = Row("own_account", *_EVERYBODY)
SEND_INVITATIONS = Row("send_invitations", *_IF_ALLOWED)
# Who makes one could open it: it shows nobody's mailbox.
HAND_OVER_INVITATIONS = Row("hand_over_invitations", *_ADMINS)
MANAGE_USERS = Row("manage_users", *_ADMINS)
AUDIT_TRAIL = Row("audit_trail", *_ADMINS)
MANAGE_ORGANIZATION = Row("manage_organization", *_ADMINS)

# The organization matrix of the Vectice guides. What a role means to the product around this
# application:
PRODUCT_ROWS = (READ_CONTENT, CREATE_CONTENT, DELETE_CONTENT)
# … and what it means here:
OWN_ROWS = (
    OWN_ACCOUNT,
    SEND_INVITATIONS,
    HAND_OVER_INVITATIONS,
    MANAGE_USERS,
    AUDIT_TRAIL,
    MANAGE_ORGANIZATION,
)
ROWS = PRODUCT_ROWS + OWN_ROWS
