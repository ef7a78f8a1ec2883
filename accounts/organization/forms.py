from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts import email_address
from accounts.actions import organization


class Settings(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=100)
    domains = forms.CharField(
        label=_("Authorized email domains"),
        help_text=_("For accounts, invitations and sign-in, separated by spaces or lines. Empty: any address."),
        required=False,
        max_length=5_000,
        widget=forms.Textarea({"rows": 3, "spellcheck": "false"}),
    )
    support_address = forms.CharField(
        label=_("Support address"),
        help_text=_("Shown at the foot of every page and mail."),
        required=False,
        max_length=254,
        widget=forms.EmailInput,
    )
    mail_is_on = forms.BooleanField(label=_("Send mails"), required=False)
    members_may_invite = forms.BooleanField(label=_("Enable anyone to invite users"), required=False)
    version = forms.IntegerField(min_value=0, max_value=2**31 - 1, widget=forms.HiddenInput)
    cut_off = forms.BooleanField(label=_("Cut them off"), required=False)

    def clean_name(self):
        return " ".join(self.cleaned_data["name"].split())

    def clean_domains(self):
        return organization.clean_domains(self.cleaned_data["domains"])

    def clean_support_address(self):
        address = self.cleaned_data["support_address"]
        if address and not email_address.find(address):
            raise ValidationError(_("Enter an email address like name@example.com."), code="invalid")
        return address
