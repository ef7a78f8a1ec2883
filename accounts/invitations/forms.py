from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.kernel import policy
from accounts.kernel.actor import Actor
from accounts.kernel.policy import Permission
from accounts.models import Invitation, Role, User
from accounts.web import fields


class Invite(forms.Form):
    """Whom to invite, to which role, and how the link reaches them."""

    addresses = forms.CharField(
        label=_("Email addresses"),
        help_text=_(
            "One or more, as you have them: separated by commas, semicolons or lines, with or "
            "without names."
        ),
        max_length=60_000,
        widget=forms.Textarea({"rows": 4, "spellcheck": "false", "autocomplete": "off"}),
    )
    role = fields.Choice(label=_("Role"), choices=Role.choices, initial=Role.MEMBER)

    def __init__(self, actor: Actor, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        allowed = [role for role in Role if policy.allows(actor, Permission.INVITE, role)]
        self.fields["role"].choices = [(role.value, role.label) for role in allowed]  # type: ignore[attr-defined]


class Join(fields.NewPassword):
    """What whoever was invited chooses: a name, and a password that must not be made of it."""

    full_name = forms.CharField(
        label=_("Your name"), max_length=150, widget=forms.TextInput({"autocomplete": "name"})
    )
    field_order = ("full_name", "new_password", "confirm_password")

    def __init__(self, invitation: Invitation, data: Any | None = None) -> None:
        super().__init__(User(email=invitation.email), data)
        self.fields["full_name"].initial = invitation.full_name

    def clean_full_name(self):
        self.owner.full_name = self.cleaned_data["full_name"]
        return self.owner.full_name
