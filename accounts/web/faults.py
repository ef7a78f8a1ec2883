"""What the domain finds wrong with a form, beside the form's fields."""

from django.core.exceptions import ValidationError

from accounts.web.words import sentences


def add(form, invalid, otherwise=None):
    """
    Show each fault of an Invalid at the field of its name, or `otherwise` (None: above them all).
    """
    for fault in invalid.faults:
        field = fault.field if fault.field in form.fields else otherwise
        form.add_error(field, validation_error(fault))


def validation_error(invalid):
    """Return an Invalid as Django's forms take it, in the reader's language."""
    return ValidationError(
        [ValidationError(sentences.of(fault), code=str(fault.code)) for fault in invalid.faults]
    )
