"""An account, as the frame of changes knows it."""

from typing import Any

from accounts.kernel.errors import NoSuchUser, Stale
from accounts.kernel.subject import Lock, Subject
from accounts.models import User


class StaleChange(Stale):
    """The account is no longer what the actor decided upon; `user` is how it is now."""

    code = "account_changed"

    def __init__(self, user: User) -> None:
        super().__init__()
        self.user = user


class Account(Subject):
    """Nothing brings a deleted account, of which a pseudonym is left, back to life."""

    model = User
    name = "user"
    missing = NoSuchUser
    key = "pk"
    lock = Lock.PERSON
    unrecorded = ("list_columns",)

    def is_there(self, row: User) -> bool:
        return row.deleted_at is None

    def stale(self, row: User) -> Stale:
        return StaleChange(row)

    def state(self, row: User) -> Any:
        return row.state

    def person(self, row: User) -> User:
        return row

    def reference(self, row: User) -> tuple[str, str]:
        return self.name, str(row.public_id)
