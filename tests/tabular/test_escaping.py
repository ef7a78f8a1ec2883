"""No text that somebody chose is a formula in anybody's spreadsheet, and none is lost for that."""

import json
import re
import unicodedata
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.tabular.escaping import escape_cell, json_text, unescape_cell

FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "＝1", "＋1", "－1", "＠a", "﹢1", "⁼1", "−1"]
BEFORE = [
    "",
    " ",
    "\xa0",
    "\u3000",
    "\u200b",
    "\ufeff",
    "\u2060",
    "\x00",
    "\x1b",
    '"',
    "'",
    "“",
    "«",
    " \" \u200b'",
]
PLAIN = [
    *(
        "Ada Lovelace",
        "O'Brien",
        "'t Hooft",
        "Jean-Luc",
        "a = b",
        "ada@example.com",
        "Planck, Max; Dr",
        "",
        "1-2",
    ),
    "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
]
SEPARATORS = [",", ";", "\t", "|", "\r", "\n", "\r\n", "\v", "\x85", "\u2028"]
QUOTES = '"`´«»‘’‚‛“”„‟‹›′″'
UNSEEN = ("Zs", "Zl", "Zp", "Cc", "Cf", "Cs")
# Letters that matter come often, all others now and then.
TEXTS = st.text(
    st.sampled_from("=+-@＝－';, \t\n\r\"\u200b\ufeffa1’|") | st.characters(codec="utf-8")
)


def is_formula(part):
    """Return whether a spreadsheet would begin a formula with the first thing that it sees of the text."""
    seen = (one for one in part if one not in QUOTES and unicodedata.category(one) not in UNSEEN)
    first = next(seen, "x")
    return unicodedata.normalize("NFKC", first) in ("=", "+", "-", "@", "−")


def parts(text):
    return re.split(r"[,;|\t\r\n\v\f\x1c-\x1e\x85\u2028\u2029]", text)


class TestAFormula:
    def test_is_known_by_these_tests(self):
        assert [formula for formula in FORMULAS if not is_formula(formula)] == []

    def test_is_none_at_the_start_of_a_cell(self):
        expected = {
            before + formula: f"'{before}{formula}" for before in BEFORE for formula in FORMULAS
        }
        assert {text: escape_cell(text) for text in expected} == expected

    def test_is_none_behind_a_separator(self):
        pairs = product(SEPARATORS, FORMULAS)
        expected = {f'x{mark} "{formula}': f"x{mark}' \"{formula}" for mark, formula in pairs}
        assert {text: escape_cell(text) for text in expected} == expected

    def test_is_not_begun_by_a_tab_or_a_line_end(self):
        expected = {f"{start}x": f"'{start}x" for start in ("\t", "\r", "\n", " \t", "\u200b\n")}
        assert {text: escape_cell(text) for text in expected} == expected

    @settings(deadline=None)
    @given(TEXTS)
    def test_is_nowhere(self, text):
        assert not any(map(is_formula, parts(escape_cell(text))))


def test_what_is_no_formula_stays_as_it_is():
    assert {text: (escape_cell(text), unescape_cell(text)) for text in PLAIN} == {
        text: (text, text) for text in PLAIN
    }


@settings(deadline=None)
@given(TEXTS)
def test_every_text_comes_back(text):
    assert unescape_cell(escape_cell(text)) == text


@settings(deadline=None)
@given(
    st.recursive(TEXTS, lambda inner: st.lists(inner) | st.dictionaries(TEXTS, inner), max_leaves=8)
)
def test_json_stays_json(value):
    cell = escape_cell(json_text(value))
    assert (json.loads(cell), any(map(is_formula, parts(cell)))) == (value, False)
