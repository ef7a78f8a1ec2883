from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import ImportMode
from accounts.web import fields

ENCODINGS = {
    "utf-8": "UTF-8",
    "cp1252": _("Windows, Western Europe (1252)"),
    "cp850": _("DOS, Western Europe (850)"),
    "mac_roman": _("Macintosh (Mac Roman)"),
    "cp1250": _("Windows, Central Europe (1250)"),
    "cp1251": _("Windows, Cyrillic (1251)"),
}


class Upload(forms.Form):
    file = forms.FileField(
        label=_("File"),
        help_text=_(
            "CSV or XLSX with the columns name, email, role and active; at most 100,000 rows and "
            "50 MB. "
            "Hidden sheets, rows and columns are not read."
        ),
        widget=forms.FileInput({"accept": ".csv,.xlsx,text/csv"}),
    )


class Start(forms.Form):
    """What is to become of the good rows; without mail nobody could be reached by an invitation."""

    mode = fields.Choice(
        label=_("What to do"), choices=ImportMode.choices, widget=forms.RadioSelect
    )

    def __init__(self, *args: Any, mail_is_on: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not mail_is_on:
            self.fields["mode"].choices = [(ImportMode.CREATE.value, ImportMode.CREATE.label)]  # type: ignore[attr-defined]


class ReadAgain(forms.Form):
    """In which encoding a file is to be read whose encoding was guessed at."""

    encoding = fields.Choice(label=_("Encoding of the file"), choices=ENCODINGS)
