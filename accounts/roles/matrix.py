"""The policy's matrix, as the pages show it."""

from django.utils.translation import gettext as _

from accounts.kernel import policy
from accounts.kernel.policy import Grant
from accounts.models import Role


def groups():
    """Return the two parts of the matrix as dicts: title, note, rows; a row has a label and a cell for each role."""
    return [
        {
            "title": _("In the product around it"),
            "note": _(
                "What the role means to the workspaces. This application stores the role, they apply it."
            ),
            "rows": [_row(row) for row in policy.PRODUCT_ROWS],
        },
        {
            "title": _("In this application"),
            "note": _("Decided here, at every request."),
            "rows": [_row(row) for row in policy.OWN_ROWS],
        },
    ]


def difference(old, new):
    """Return what somebody loses and gains by changing from one role to another, as two lists of rows' labels."""
    lost = [row.label for row in policy.ROWS if _strength(row, new) < _strength(row, old)]
    gained = [row.label for row in policy.ROWS if _strength(row, new) > _strength(row, old)]
    return lost, gained


def _row(row):
    return {"label": row.label, "cells": [_cell(row, role) for role in Role]}


def _cell(row, role):
    grant = row.grant(role)
    allowed = {Grant.YES: True, Grant.NO: False}.get(grant)
    return {"role": role.label, "text": grant.label, "allowed": allowed}


def _strength(row, role):
    return (Grant.NO, Grant.IF_ALLOWED, Grant.YES).index(row.grant(role))
