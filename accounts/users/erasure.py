"""
What the database says of a person, of which a deletion leaves a pseudonym; see `kernel.lifecycle`.
"""

import re
from dataclasses import dataclass
from typing import Self

from django.contrib.auth.hashers import make_password
from django.utils import timezone

from accounts.kernel.text import email_address, names
from accounts.models import Invitation, PersonalDetail, Role, Theme, User

SHORTEST_WORD = 3  # of a search that is told to be about somebody
TAKEN_OUT = "…"


@dataclass(frozen=True)
class Known:
    """
    The names and addresses of a `user`, those from before included; `called` is the name that
    stays.
    """

    user: User
    called: str
    names: set[str]
    addresses: set[str]

    @classmethod
    def of(cls, user: User, called: str = "") -> Self:
        told = list(PersonalDetail.objects.filter(user=user).values_list("data", flat=True))

        def every(now: str, *keys: str) -> set[str]:
            return {now, *(data[key] for data in told for key in keys if data.get(key))}

        addresses = every(user.email, "email", "old_email", "new_email")
        # An address that was given up may be somebody else's now, or is offered to them.
        given_up = addresses - {user.email}
        of_others = (
            User.objects.filter(email__in=given_up),
            Invitation.objects.open().filter(email__in=given_up),
        )
        addresses -= {
            email for others in of_others for email in others.values_list("email", flat=True)
        }
        return cls(user, called, every(user.full_name, "old_name", "new_name"), addresses)

    @property
    def pseudonym(self) -> str:
        """The address that the account has then."""
        return f"deleted-{self.user.public_id}@deleted.invalid"

    def is_meant_by(self, search: str) -> bool:
        """Return whether a word of a search stands in a name, or in an address before the @."""
        key = names.APART.join(
            map(
                names.normalize,
                (*self.names, *(email.partition("@")[0] for email in self.addresses)),
            )
        )
        words = (word.partition("@")[0] for word in names.normalize(search).split())
        return any(len(word) >= SHORTEST_WORD and word in key for word in words)

    def taken_out_of(self, text: str) -> str:
        """Return a text that an Admin typed, without the names, their words, and the addresses."""
        words = {word for name in self.names for word in name.split() if len(word) > 1}
        addresses = self.addresses | set(map(email_address.in_unicode, self.addresses))
        for part in sorted(self.names | addresses | words, key=len, reverse=True):
            text = re.sub(rf"(?<!\w){re.escape(part)}(?!\w)", TAKEN_OUT, text, flags=re.IGNORECASE)
        return text


def make_a_pseudonym_of(known: Known) -> None:
    """Leave of a locked account only that it was there; the caller saves it."""
    user = known.user
    user.email = known.pseudonym
    user.full_name = known.called or user.email.partition("@")[0]
    user.password, user.must_change_password = make_password(None), False
    user.temporary_password_expires_at = None
    user.role, user.reset_link_at, user.last_sign_in_at = Role.VIEWER, None, None
    user.email_unverified_since, user.last_active_on = None, None
    user.time_zone, user.language, user.theme, user.list_columns = "", "", Theme.SYSTEM, None
    user.generated_password_set_at, user.temporary_password_letters = None, None
    user.deleted_at = timezone.now()
