from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts.kernel.outbox import KINDS
from accounts.kernel.text import names


def _kinds() -> list[tuple[str, str]]:
    """Return the kinds of mail by their label in the reader's language."""
    labels = {name: str(kind.label) for name, kind in KINDS.items()}
    return sorted(labels.items(), key=lambda choice: names.normalize(choice[1]))


class Preview(forms.Form):
    """Which mail is looked at, in which language."""

    mail = forms.ChoiceField(label=_("Email"), choices=_kinds)
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
