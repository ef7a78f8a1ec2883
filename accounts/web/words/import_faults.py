"""
Imports in the reader's language: what is wrong with a row or a file, and what is to be said of
both.
"""

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import ImportState

_ROWS = {
    "": "",
    "no_address": gettext_lazy("The email is missing."),
    "address": gettext_lazy("This is no email address."),
    "role": gettext_lazy("The role must be admin, member or viewer."),
    "active": gettext_lazy("“Active” must be yes or no."),
    "beyond": gettext_lazy(
        "This row has more cells than the first row has columns. Is a quotation mark missing?"
    ),
    "error_cell": gettext_lazy("A cell of this row holds an error of the spreadsheet."),
    "line_break": gettext_lazy(
        "There is a line break in the email, the role or “Active”. Is a quotation mark missing?"
    ),
    "long_name": gettext_lazy("The name is longer than 150 characters."),
    "twice": gettext_lazy("The email stands in the file twice."),
    "user": gettext_lazy("There is a user with this email already."),
    "invited": gettext_lazy("This person is invited already."),
    "domain": gettext_lazy("The email is outside the authorized domains."),
    "inactive": gettext_lazy("Nobody is invited who is not to be active."),
    "not_permitted": gettext_lazy("Whoever started the import may not do this any more."),
    "too_many_mails": gettext_lazy(
        "This address got several mails a moment ago. Try again in a quarter of an hour."
    ),
    "mail_is_off": gettext_lazy("Mails were turned off, so no invitation would arrive."),
    "error": gettext_lazy("A fault of ours; the log says more. Do it again."),
    "other_key": gettext_lazy(
        "The product's secret key was changed before the file was checked. Send it again."
    ),
    "invalid": gettext_lazy("Name or email were refused."),
}
_FILES = {
    "": "",
    "size": gettext_lazy("The file is larger than 50 MB."),
    "unpacked": gettext_lazy(
        "The file is larger than 200 MB when it is unpacked, or has too many cells. Keep only "
        "the four columns."
    ),
    "kind": gettext_lazy("This is no XLSX file that can be read."),
    "encrypted": gettext_lazy("The file is protected by a password. Save it without one."),
    "xls": gettext_lazy(
        "This is an XLS workbook, or one that a password protects. Save it as XLSX without a "
        "password."
    ),
    "xlsb": gettext_lazy("This is a binary workbook (XLSB). Save it as XLSX."),
    "ods": gettext_lazy("This is an OpenDocument file. Save it as XLSX or CSV."),
    "numbers": gettext_lazy("This is a Numbers file. Export it as XLSX or CSV."),
    "document": gettext_lazy("This is a text document. Send a table, as CSV or XLSX."),
    "pdf": gettext_lazy(
        "This is a PDF, not a table. Send the table it was made from, as CSV or XLSX."
    ),
    "image": gettext_lazy("This is a picture, not a table. Send a table, as CSV or XLSX."),
    "html": gettext_lazy(
        "This is a web page (HTML or XML), not a table. Open it in your spreadsheet program "
        "and save it as XLSX."
    ),
    "archive": gettext_lazy("This is a compressed file. Unpack it, and send the table in it."),
    "hidden": gettext_lazy("Every sheet of the workbook is hidden. Show the one to import."),
    "text": gettext_lazy("The text of the file cannot be read. Save it as CSV in UTF-8."),
    "mixed": gettext_lazy(
        "The file is in UTF-8, but line %(line)s is not: it was put together from two files. "
        "Save it as UTF-8 anew."
    ),
    "quote": gettext_lazy(
        "A quotation mark is missing, or is not closed, in the row that begins in line %(line)s."
    ),
    "rows": gettext_lazy(
        "The file has more than 100,000 rows, blank ones included. Delete the blank ones, or "
        "split it."
    ),
    "cells": gettext_lazy(
        "The row in line %(line)s has more than 200 columns, or a cell with more than 2,000 "
        "characters."
    ),
    "header": gettext_lazy("The first row must name the columns, with “email” among them."),
    "header_twice": gettext_lazy("Two columns are called “%(column)s”. Keep one of them."),
    "not_permitted": gettext_lazy("Whoever started the import may not do this any more."),
    "error": gettext_lazy("A fault of ours; the log says more. Do it again."),
    "other_key": gettext_lazy(
        "The product's secret key was changed before the file was checked. Send it again."
    ),
    "killed": gettext_lazy(
        "The file brought the worker down twice, so it is not tried again. Save it anew with "
        "only the four columns."
    ),
    "unfinished": gettext_lazy("The check did not come to its end within a day. Do it again."),
}


def of_row(code):
    """Return what is wrong with a row, or what is known of it, as a sentence; "" for nothing."""
    return str(_ROWS.get(code, code))


def result(job, row):
    """Return what became of a row, or will become of it, as the page says it."""
    if row.fault:
        return of_row(row.fault)
    is_new = job.state in (ImportState.CHECKING, ImportState.CHECKED)
    return _("New") if is_new else row.get_outcome_display()


def of_file(code, facts=None):
    """
    Return why a whole file is refused, as a sentence that says how to mend it; "" for nothing.
    """
    facts = {"line": "?", "column": "?", **(facts or {})}  # the version before kept none
    words = str(_FILES[code])
    if code == "header" and "sheet" in facts:
        words += " " + _("Only the sheet “%(sheet)s” was looked at.")
    return words % facts


def notes(job):
    """
    Return what is to be said of a file beside its rows, as sentences: what was not read, and what
    was guessed.
    """
    known, said = job.notes, []
    if job.ignored_columns:
        said.append(
            _("Ignored columns: %(columns)s.") % {"columns": ", ".join(job.ignored_columns)}
        )
    if unnamed := known.get("unnamed_columns"):
        said.append(
            _("Columns without a name were not read: %(columns)s.")
            % {"columns": ", ".join(map(str, unnamed))}
        )
    if others := known.get("other_sheets"):
        facts = {"sheet": known["sheet"], "others": ", ".join(f"“{name}”" for name in others)}
        said.append(_("Only the sheet “%(sheet)s” was read, not %(others)s.") % facts)
    if count := known.get("hidden_rows"):
        text = ngettext(
            "%(count)d hidden row was not read.", "%(count)d hidden rows were not read.", count
        )
        said.append(text % {"count": count})
    if columns := known.get("hidden_columns"):
        said.append(
            _("Hidden columns were not read: %(columns)s.") % {"columns": ", ".join(columns)}
        )
    return said


def remarks(numbers):
    """
    Return what should be known of the good rows, see `accounts.imports.queries.of_good_rows`, as
    sentences.
    """
    said = []
    if count := numbers["admins"]:
        said.append(
            ngettext("%(count)d of them is an Admin.", "%(count)d of them are Admins.", count)
            % {"count": count}
        )
    if count := numbers["inactive"]:
        text = _(
            "Not active: %(count)d. Their accounts are made deactivated, and none of them is "
            "invited."
        )
        said.append(text % {"count": count})
    if count := numbers["nameless"]:
        text = _(
            "Without a name: %(count)d. They are called by the part of the email before the @."
        )
        said.append(text % {"count": count})
    hours = settings.TEMPORARY_PASSWORD_HOURS
    text = _(
        "Temporary passwords work for %(hours)d hours. You hand them over yourself: no mail brings "
        "them."
    )
    return [*said, text % {"hours": hours}]
