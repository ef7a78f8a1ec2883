"""The rules for passwords, for the pages where one is chosen."""

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext


def rules():
    """Return the rules as sentences."""
    least = settings.PASSWORD_MIN_LENGTH
    length = ngettext(
        "At least %(min_length)d character. A few unrelated words work well.",
        "At least %(min_length)d characters. A few unrelated words work well.",
        least,
    )
    return [
        length % {"min_length": least},
        _("Not one of the common passwords, nor one of them repeated."),
        _("Nothing close to your own name or address."),
        _("Not the name of the organization or of this product."),
    ]
