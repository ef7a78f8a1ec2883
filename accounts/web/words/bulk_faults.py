"""Bulk changes in the reader's language: why nothing happens to a person, or to anybody."""

from django.utils.translation import gettext as _


def of_row(code):
    """Return why nothing happens to a person, as a sentence; "" for nothing."""
    return {
        "": "",
        "oneself": _("You can't do this to your own account."),
        "not_permitted": _("This is not allowed for this person."),
        "deactivated": _("The account is deactivated."),
        "active": _("The account is active already."),
        "role": _("The person has this role already."),
        "no_match": _("The person does not match any more."),
        "mail_is_off": _("Mails were turned off, so no link would arrive."),
        "error": _("A fault of ours; the log says more. Do it again."),
        "gone": _("The account was deleted."),
    }.get(code, code)


def result(row):
    """Return what became of a person, and why, as the page says it."""
    outcome, remark = row.get_outcome_display(), of_row(row.fault)
    return f"{outcome}: {remark}" if remark else outcome


def of_job(code):
    """
    Return why the people of a job could not be collected, as a sentence that says what to do; ""
    for nothing.
    """
    return {
        "": "",
        "error": _("A fault of ours; the log says more. Do it again."),
        "killed": _(
            "It brought the worker down twice, so it is not tried again. The log says more."
        ),
        "unfinished": _("It did not come to its end within a day. Do it again."),
    }[code]
