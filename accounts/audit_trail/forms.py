from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.kernel.events import REGISTRY
from accounts.kernel.text import names
from accounts.web import fields


def _actions():
    """Return the choices of the filter, by their label in the reader's language."""
    labels = {name: str(event.label) for name, event in REGISTRY.items()}
    in_order = sorted(labels.items(), key=lambda choice: names.normalize(choice[1]))
    return [("", _("Any action")), *in_order]


class Filter(forms.Form):
    """What the audit trail is narrowed to; everything may stay empty."""

    actor = forms.CharField(label=_("Who"), required=False, max_length=200)
    target = forms.CharField(label=_("On whom"), required=False, max_length=200)
    person = forms.CharField(label=_("Who or on whom"), required=False, max_length=200)
    action = fields.Choice(label=_("Action"), required=False, choices=_actions)
    since = forms.DateField(
        label=_("From"), required=False, widget=forms.DateInput({"type": "date"})
    )
    until = forms.DateField(label=_("To"), required=False, widget=forms.DateInput({"type": "date"}))

    def clean(self) -> dict[str, Any]:
        since, until = self.cleaned_data.get("since"), self.cleaned_data.get("until")
        if since and until and since > until:
            self.add_error("until", _("This day is before the first one."))
        return self.cleaned_data
