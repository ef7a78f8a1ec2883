"""The form fields that several rooms share."""

from django import forms
from django.utils.translation import gettext_lazy as _

import accounts.passwords.rules
from accounts.kernel.crypto import hashers
from accounts.kernel.errors import Invalid
from accounts.kernel.text import reasons
from accounts.passwords.rules import PasswordFault
from accounts.web import faults
from accounts.web.words import passwords


class Choice(forms.ChoiceField):
    """One of those that are offered. What else was sent is not quoted: nobody typed it."""

    default_error_messages = {
        "invalid_choice": forms.ModelChoiceField.default_error_messages["invalid_choice"]
    }


class Email(forms.CharField):
    """
    An address to find somebody by. It is not checked beyond its length: a wrong one finds nobody,
    and a page that must not tell who exists treats all alike.
    """

    def __init__(self, **kwargs):
        attributes = {"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}
        super().__init__(
            label=_("Email"), max_length=254, widget=forms.EmailInput(attributes), **kwargs
        )


class Password(forms.CharField):
    """A password exactly as it was typed, never shown again."""

    def __init__(self, *, label, autocomplete, widget=forms.PasswordInput, **kwargs):
        attributes = {"autocomplete": autocomplete, "spellcheck": "false", "autocapitalize": "none"}
        super().__init__(label=label, strip=False, widget=widget(attributes), **kwargs)

    def clean(self, value):
        if value and hashers.is_too_long(value):
            raise faults.validation_error(Invalid(PasswordFault.TOO_LONG))
        return super().clean(value)


class SuggestedPassword(forms.TextInput):
    """Shows `suggestion`, and never what somebody typed before."""

    suggestion = ""

    def get_context(self, name, value, attrs):
        return super().get_context(name, self.suggestion, attrs)


class Version(forms.IntegerField):
    """
    The state of the account that the page showed; a POST that brings an older one changes nothing.
    """

    def __init__(self):
        super().__init__(required=False, min_value=1, max_value=2**31 - 1, widget=forms.HiddenInput)


class Confirmation(forms.Form):
    """A page that asks before it does: nothing to fill in, but it knows what it showed."""

    version = Version()


class Reason(forms.Form):
    """
    Why an Admin does something: in the audit trail, and in the mail to the person if they tick so.
    """

    reason = forms.CharField(
        label=_("Reason (optional)"),
        help_text=_("Kept in the audit trail."),
        required=False,
        max_length=reasons.LONGEST,
    )
    tell_reason = forms.BooleanField(
        label=_("Tell the person the reason in the mail"), required=False
    )


class ReasonedConfirmation(Confirmation, Reason):
    """Asks before it does, and may be told why."""


class NewPassword(forms.Form):
    """
    A password that its `owner` (a User, saved or not, or None) chooses, typed twice; all its faults
    come at once.
    """

    new_password = Password(label=_("New password"), autocomplete="new-password")
    confirm_password = Password(label=_("Type it again"), autocomplete="new-password")

    def __init__(self, owner, data=None):
        super().__init__(data)
        self.owner = owner
        self.fields["new_password"].help_text = " ".join(passwords.rules())

    def clean(self):
        new, again = (
            self.cleaned_data.get("new_password"),
            self.cleaned_data.get("confirm_password"),
        )
        if new and again and new != again:
            self.add_error("confirm_password", _("The two passwords are not the same."))
        if new:
            try:
                accounts.passwords.rules.check(new, self.owner)
            except Invalid as fault:
                faults.add(self, fault, "new_password")
        return self.cleaned_data
