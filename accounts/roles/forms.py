from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Role, User
from accounts.web import fields


class ChangeRole(fields.ReasonedConfirmation):
    """The role that is meant; shown as a choice only where the address does not say which."""

    role = fields.Choice(label=_("New role"), choices=Role.choices, widget=forms.RadioSelect)

    def __init__(self, person: User, data: Any | None = None, *, role: str = "") -> None:
        super().__init__(data, initial={"version": person.version, "role": role})
        self.fields["role"].choices = [  # type: ignore[attr-defined]
            choice for choice in Role.choices if choice[0] != person.role
        ]
        if role:
            self.fields["role"].widget = forms.HiddenInput()
