from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.kernel.errors import Invalid
from accounts.kernel.text import email_address, names
from accounts.organization import actions
from accounts.web import faults, fields, time_zones
from accounts.web.words.organization_settings import LABELS

FEWEST_DAYS = 30


class Settings(forms.Form):
    name = forms.CharField(label=LABELS["name"], max_length=100)
    domains = forms.CharField(
        label=LABELS["domains"],
        help_text=_(
            "For accounts, invitations and sign-in, separated by spaces or lines. Empty: any "
            "address."
        ),
        required=False,
        max_length=5_000,
        widget=forms.Textarea({"rows": 3, "spellcheck": "false"}),
    )
    support_address = forms.CharField(
        label=LABELS["support_address"],
        help_text=_("Shown at the foot of every page and email. Replies to emails go there."),
        required=False,
        max_length=254,
        widget=forms.EmailInput,
    )
    language = fields.Choice(
        label=LABELS["language"],
        help_text=_("For users who have chosen none, and for invitations."),
        required=False,
    )
    time_zone = time_zones.TimeZone()
    mail_is_on = forms.BooleanField(label=LABELS["mail_is_on"], required=False)
    members_may_invite = forms.BooleanField(label=LABELS["members_may_invite"], required=False)
    dormant_days = forms.IntegerField(
        label=LABELS["dormant_days"],
        help_text=_(
            "0: never. A day on which a user is signed in counts, too. "
            "Users are told by email 14 and 3 days before. Without emails, no account is "
            "deactivated."
        ),
        required=False,
        max_value=3650,
    )
    dormant_days_if_never = forms.IntegerField(
        label=LABELS["dormant_days_if_never"],
        help_text=_("0: never."),
        required=False,
        max_value=3650,
    )
    dormant_admins = forms.BooleanField(label=LABELS["dormant_admins"], required=False)
    version = forms.IntegerField(min_value=0, max_value=2**31 - 1, widget=forms.HiddenInput)
    inactive = forms.BooleanField(
        label=_("Yes, deactivate these accounts unless their users sign in"), required=False
    )
    cut_off = forms.BooleanField(label=_("Cut them off"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["time_zone"].label = _("Time zone of emails")
        self.fields["time_zone"].help_text = _(
            "For users who have chosen none. A city, for example Paris. Empty: that of the Admin "
            "who causes the email."
        )
        self.fields["language"].choices = [  # type: ignore[attr-defined]
            ("", _("As the Admin who causes the email")),
            *settings.LANGUAGES,
        ]

    def clean_name(self) -> str:
        return names.clean(self.cleaned_data["name"])

    def clean_domains(self) -> list:
        try:
            return actions.clean_domains(self.cleaned_data["domains"])
        except Invalid as fault:
            raise faults.validation_error(fault) from fault

    def clean_dormant_days(self) -> int:
        return _days(self.cleaned_data["dormant_days"])

    def clean_dormant_days_if_never(self) -> int:
        return _days(self.cleaned_data["dormant_days_if_never"])

    def clean_support_address(self):
        address = self.cleaned_data["support_address"]
        if address and not email_address.find(address):
            raise ValidationError(
                _("Enter an email address like name@example.com."), code="invalid"
            )
        return address


def _days(days) -> int:
    """Return a number of days that leaves time for the warnings, or 0."""
    days = days or 0
    if days != 0 and days < FEWEST_DAYS:
        raise ValidationError(
            _("Enter 0, or at least %(least)d days.") % {"least": FEWEST_DAYS}, code="invalid"
        )
    return days
