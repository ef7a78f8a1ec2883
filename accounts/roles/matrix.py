"""The policy's matrix, as the pages show it."""

from django.utils.translation import gettext as _

from accounts.kernel import grants
from accounts.kernel.grants import Grant
from accounts.models import Role
from accounts.web.words import refusals


def groups():
    """
    Return the two parts of the matrix as dicts: title, note, rows; a row has a label and a cell for
    each role.
    """
    return [
        {
            "title": _("In the product around it"),
            "note": _(
                "What the role means to the workspaces. This application stores the role, they "
                "apply it."
            ),
            "rows": [_row(row) for row in grants.PRODUCT_ROWS],
        },
        {
            "title": _("In this application"),
            "note": _("Decided here, at every request."),
            "rows": [_row(row) for row in grants.OWN_ROWS],
        },
    ]


def difference(old, new):
    """
    Return what somebody loses and gains by changing from one role to another, as two lists of rows'
    labels.
    """
    lost = [refusals.ROWS[row] for row in grants.ROWS if _strength(row, new) < _strength(row, old)]
    gained = [
        refusals.ROWS[row] for row in grants.ROWS if _strength(row, new) > _strength(row, old)
    ]
    return lost, gained


def _row(row):
    return {"label": refusals.ROWS[row], "cells": [_cell(row, role) for role in Role]}


def _cell(row, role):
    grant = row.grant(role)
    allowed = {Grant.YES: True, Grant.NO: False}.get(grant)
    return {"role": role.label, "text": refusals.GRANTS[grant], "allowed": allowed}


def _strength(row, role):
    return row.grant(role).value
