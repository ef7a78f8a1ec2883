from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import ImportMode


class Upload(forms.Form):
    file = forms.FileField(
        label=_("File"),
        help_text=_("CSV or XLSX with the columns name, email, role and active; at most 100,000 rows and 50 MB."),
        widget=forms.FileInput({"accept": ".csv,.xlsx,text/csv"}),
    )


class Start(forms.Form):
    """What is to become of the good rows; without mail nobody could be reached by an invitation."""

    mode = forms.ChoiceField(label=_("What to do"), choices=ImportMode.choices, widget=forms.RadioSelect)

    def __init__(self, *args, mail_is_on, **kwargs):
        super().__init__(*args, **kwargs)
        if not mail_is_on:
            self.fields["mode"].choices = [(ImportMode.CREATE.value, ImportMode.CREATE.label)]
