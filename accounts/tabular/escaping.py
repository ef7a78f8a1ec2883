"""
What a spreadsheet would take for a formula, made harmless when it is written and given back when it
is read.

A file is opened with whatever separator the reader's spreadsheet has, and saved and opened again;
so not only a cell must begin harmlessly (OWASP: CSV injection), but also each part of it that
another separator would cut off.
"""

import json
import re

# What one spreadsheet or another begins a formula with; also as wide, small, raised and lowered
# letters, and a minus.
FORMULA = "=+\\-@＝＋－＠﹦﹢﹣﹫⁼⁺⁻₌₊₋−"
LINE_END = "\r\n\v\f\x1c-\x1e\x85\u2028\u2029"
SEPARATOR = ",;|\t" + LINE_END
# What may stand before it and is not seen, or taken away: blanks, quotes, control characters, what
# has no width.
UNSEEN = (
    "\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f"
    " \xa0\u1680\u2000-\u200a\u202f\u205f\u2800\u3000\u3164\uffa0"
    "\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\ufe00-\ufe0f\ufeff\ufff0-\ufffb\ufffe\uffff\U000e0000-\U000e0fff\ud800-\udfff"
    "\"'`´«»‘’‚‛“”„‟‹›′″＂＇"
)
PART = f"(?:^|(?<=[{SEPARATOR}]))"
IS_FORMULA = f"(?=[{UNSEEN}]*[{FORMULA}])"
IS_BROKEN_OFF = f"(?=[{UNSEEN}]*[\t{LINE_END}])"  # a cell, not a part, that begins so
# An apostrophe counts as unseen, so a text that had one before gets another, and each text its own
# form.
ESCAPE = re.compile(f"{PART}{IS_FORMULA}|^{IS_BROKEN_OFF}")
UNESCAPE = re.compile(f"{PART}'{IS_FORMULA}|^'{IS_BROKEN_OFF}")
FORMULA_IN_JSON = re.compile(f"({PART}[{UNSEEN}]*)([{FORMULA}])")


def escape_cell(cell: str) -> str:
    """
    Return the text with an apostrophe before each part of it that a spreadsheet would take for a
    formula.
    """
    return ESCAPE.sub("'", cell)


def unescape_cell(cell: str) -> str:
    """Return what `escape_cell` was given; other text comes back as it is."""
    return UNESCAPE.sub("", cell)


def json_text(value: object) -> str:
    """
    Return plain values as JSON in which no part begins like a formula, so that it is still JSON in
    a cell.

    A number below zero cannot be written so; there is none in an entry of the audit trail.
    """
    text = json.dumps(value, sort_keys=True, ensure_ascii=False)
    return FORMULA_IN_JSON.sub(lambda match: f"{match[1]}\\u{ord(match[2]):04x}", text)
