from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts.models import Theme
from accounts.web import fields, time_zones


class Profile(forms.Form):
    """What a person decides about their own account."""

    full_name = forms.CharField(
        label=_("Name"), max_length=150, widget=forms.TextInput({"autocomplete": "name"})
    )
    language = fields.Choice(label=_("Language"), required=False)
    time_zone = time_zones.TimeZone()
    theme = fields.Choice(label=_("Theme"), choices=Theme.choices)
    keyboard_shortcuts = forms.BooleanField(
        label=_("Keyboard shortcuts: single keys in lists"), required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"].choices = [("", _("As the browser")), *settings.LANGUAGES]  # type: ignore[attr-defined]
