"""
Imports in the reader's language: what is wrong with a row or a file, and what is to be said of
both.
"""

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import ImportState


def of_row(code):
    """Return what is wrong with a row, or what is known of it, as a sentence; "" for nothing."""
    return {
        "": "",
        "no_address": _("The email is missing."),
        "address": _("This is no email address."),
        "role": _("The role must be admin, member or viewer."),
        "active": _("“Active” must be yes or no."),
        "beyond": _(
            "This row has more cells than the first row has columns. Is a quotation mark missing?"
        ),
        "error_cell": _("A cell of this row holds an error of the spreadsheet."),
        "line_break": _(
            "There is a line break in the email, the role or “Active”. Is a quotation mark missing?"
        ),
        "long_name": _("The name is longer than 150 characters."),
        "twice": _("The email stands in the file twice."),
        "user": _("There is a user with this email already."),
        "invited": _("This person is invited already."),
        "domain": _("The email is outside the authorized domains."),
        "inactive": _("Nobody is invited who is not to be active."),
        "not_permitted": _("Whoever started the import may not do this any more."),
        "too_many_mails": _(
            "This address got several mails a moment ago. Try again in a quarter of an hour."
        ),
        "mail_is_off": _("Mails were turned off, so no invitation would arrive."),
        "error": _("A fault of ours; the log says more. Do it again."),
        "other_key": _(
            "The product's secret key was changed before the file was checked. Send it again."
        ),
        "invalid": _("Name or email were refused."),
    }.get(code, code)


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
    words = {
        "": "",
        "size": _("The file is larger than 50 MB."),
        "unpacked": _(
            "The file is larger than 200 MB when it is unpacked, or has too many cells. Keep only "
            "the four columns."
        ),
        "kind": _("This is no XLSX file that can be read."),
        "encrypted": _("The file is protected by a password. Save it without one."),
        "xls": _(
            "This is an XLS workbook, or one that a password protects. Save it as XLSX without a "
            "password."
        ),
        "xlsb": _("This is a binary workbook (XLSB). Save it as XLSX."),
        "ods": _("This is an OpenDocument file. Save it as XLSX or CSV."),
        "numbers": _("This is a Numbers file. Export it as XLSX or CSV."),
        "document": _("This is a text document. Send a table, as CSV or XLSX."),
        "pdf": _("This is a PDF, not a table. Send the table it was made from, as CSV or XLSX."),
        "image": _("This is a picture, not a table. Send a table, as CSV or XLSX."),
        "html": _(
            "This is a web page (HTML or XML), not a table. Open it in your spreadsheet program "
            "and save it as XLSX."
        ),
        "archive": _("This is a compressed file. Unpack it, and send the table in it."),
        "hidden": _("Every sheet of the workbook is hidden. Show the one to import."),
        "text": _("The text of the file cannot be read. Save it as CSV in UTF-8."),
        "mixed": _(
            "The file is in UTF-8, but line %(line)s is not: it was put together from two files. "
            "Save it as UTF-8 anew."
        ),
        "quote": _(
            "A quotation mark is missing, or is not closed, in the row that begins in line "
            "%(line)s."
        ),
        "rows": _(
            "The file has more than 100,000 rows, blank ones included. Delete the blank ones, or "
            "split it."
        ),
        "cells": _(
            "The row in line %(line)s has more than 200 columns, or a cell with more than 2,000 "
            "characters."
        ),
        "header": _("The first row must name the columns, with “email” among them."),
        "header_twice": _("Two columns are called “%(column)s”. Keep one of them."),
        "not_permitted": _("Whoever started the import may not do this any more."),
        "error": _("A fault of ours; the log says more. Do it again."),
        "other_key": _(
            "The product's secret key was changed before the file was checked. Send it again."
        ),
        "killed": _(
            "The file brought the worker down twice, so it is not tried again. Save it anew with "
            "only the four columns."
        ),
        "unfinished": _("The check did not come to its end within a day. Do it again."),
    }[code]
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
    Return what should be known of the good rows, see `queries.imports.of_good_rows`, as sentences.
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
