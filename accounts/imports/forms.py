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
    mode = forms.ChoiceField(label=_("What to do"), choices=ImportMode.choices, widget=forms.RadioSelect)
