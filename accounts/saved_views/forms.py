"""The name of a view."""

from django import forms
from django.utils.translation import gettext_lazy as _


class View(forms.Form):
    """A name for the filters of the list."""

    name = forms.CharField(
        label=_("Name of the view"), max_length=60, widget=forms.TextInput({"autocomplete": "off"})
    )
    is_shared = forms.BooleanField(label=_("Share it with the other Admins"), required=False)

    def clean_name(self) -> str:
        return " ".join(self.cleaned_data["name"].split())
