from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts.kernel.text.markup import asis, filled
from accounts.models import User
from accounts.web import fields
from accounts.web.fields import NewPassword

__all__ = ["ChangePassword", "ForgotPassword", "NewPassword", "ResetPassword"]


class ForgotPassword(forms.Form):
    email = fields.Email()

    def clean_email(self) -> str:
        typed = self.data.getlist("email")  # type: ignore[attr-defined]  # of a form that was sent
        # Two addresses in one request are a known attack (CVE-2023-7028), not a typing mistake.
        return typed[0] if len(typed) == 1 else ""


class ChangePassword(fields.NewPassword):
    current_password = fields.Password(label=_("Current password"), autocomplete="current-password")
    field_order = ("current_password", "new_password", "confirm_password")


class ResetPassword(fields.Reason):
    """The admin reset; `suggestion` is the password that the field offers."""

    new_password = fields.Password(
        label=_("New password"),
        autocomplete="new-password",
        widget=fields.SuggestedPassword,
        required=False,
    )
    version = fields.Version()

    def __init__(self, person: User, data: Any | None = None, *, suggestion: str) -> None:
        super().__init__(data, initial={"version": person.version})
        self.fields["new_password"].widget.suggestion = suggestion
        facts = {"least": settings.PASSWORD_MIN_LENGTH, "name": asis(person.full_name)}
        text = _("At least %(least)d characters. %(name)s uses it once, then chooses a new one.")
        self.fields["new_password"].help_text = filled(text, **facts)
