"""
The fields of the Filters panel: what the list can be narrowed to besides search, status and role.
"""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from accounts.users.filters import Filters


@dataclass(frozen=True)
class Field:
    """A field of the panel, named like its filter; one to choose from where it has choices."""

    name: str
    label: str
    value: str
    choices: tuple[tuple[str, str], ...] = ()
    kind: str = "text"


def fields(filters: Filters) -> list[Field]:
    """Return the Fields, with what the Filters hold."""

    def field(name: str, label: str, *choices: tuple[str, str], kind: str = "text") -> Field:
        return Field(
            name, label, getattr(filters, name), choices and (("", _("Any")), *choices), kind
        )

    yes = ("yes", _("Yes"))
    return [
        field("must_change", _("Must change password"), yes),
        field(
            "temporary_password",
            _("Temporary password"),
            ("outstanding", _("Outstanding")),
            ("expired", _("Expired")),
        ),
        field("signed_in_after", _("Last sign-in since"), kind="date"),
        field("signed_in_before", _("Last sign-in before"), kind="date"),
        field("never_signed_in", _("Never signed in"), yes),
        field("invited", _("Joined by invitation"), yes),
        field("domain", _("Mail domain")),
    ]
