"""An invitation, as the frame of changes knows it."""

from accounts.kernel.errors import Invalid, NotFound
from accounts.kernel.subject import Subject
from accounts.models import Invitation, User


class NoSuchInvitation(NotFound):
    """There is no open invitation with that id."""


class AlreadyInvited(Invalid):
    """A living invitation for the address is on its way."""

    code = "already_invited"

    def __init__(self) -> None:
        super().__init__(field="email")


class OpenInvitation(Subject):
    """
    What was accepted or cancelled is over; its entry belongs to the history of who joined by it.
    """

    model = Invitation
    name = "invitation"
    missing = NoSuchInvitation

    def is_there(self, row: Invitation) -> bool:
        return row.is_open

    def person(self, row: Invitation) -> User | None:
        return row.accepted_as
