from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.kernel.text import email_address
from accounts.models import Role, User
from accounts.web import fields


class Person(forms.Form):
    """A name and an address; what they may be, the action says."""

    full_name = forms.CharField(
        label=_("Name"), max_length=150, widget=forms.TextInput({"autocomplete": "off"})
    )
    email = forms.CharField(
        label=_("Email"), max_length=254, widget=forms.EmailInput({"autocomplete": "off"})
    )


class Edit(Person, fields.Confirmation):
    pass


class Add(Person):
    """A new user; `suggestion` is the temporary password that the field offers."""

    role = fields.Choice(label=_("Role"), choices=Role.choices, initial=Role.MEMBER)
    new_password = fields.Password(
        label=_("Temporary password"),
        autocomplete="new-password",
        widget=fields.SuggestedPassword,
        required=False,
    )

    def __init__(self, data: Any | None = None, *, suggestion: str) -> None:
        super().__init__(data)
        self.fields["new_password"].widget.suggestion = suggestion
        words = _(
            "At least %(least)d characters. It is used once, then the person chooses another."
        )
        self.fields["new_password"].help_text = words % {"least": settings.PASSWORD_MIN_LENGTH}


class Delete(forms.Form):
    """What cannot be undone is typed out."""

    typed = forms.CharField(
        label=_("The person's email"),
        max_length=254,
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    reason = fields.Reason.base_fields["reason"]

    def __init__(self, person: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person
        self.fields["reason"].help_text = _(
            "Kept in the audit trail, without the name and the email of the person."
        )

    def clean_typed(self):
        if email_address.find(self.cleaned_data["typed"]) != self.person.email:
            raise ValidationError(_("This is not the email of the person."), code="invalid")
        return self.cleaned_data["typed"]
