"""Both kinds of file hold what they were given, in every spreadsheet and in our own import."""

import csv
import io
import json

import openpyxl
import pytest
from django.utils import translation
from django.utils.translation import gettext
from hypothesis import given, settings
from hypothesis import strategies as st

import accounts.tabular.reading
import accounts.tabular.writing
from tests.tabular.test_escaping import TEXTS, is_formula, parts

FILES = [("csv", "en"), ("csv", "fr"), ("xlsx", "en")]
# What a file holds: no control characters and no halves of letters; the import takes blanks around a cell away.
CELLS = TEXTS.map(lambda text: accounts.tabular.writing.NOT_IN_A_FILE.sub("", text).strip())
ROWS = st.lists(st.tuples(CELLS, CELLS, CELLS).filter(any), max_size=5)


def written(kind, rows, language="en"):
    with translation.override(language):
        return b"".join(accounts.tabular.writing.table(kind, ("a", "b", "c"), rows, len(rows)))


@pytest.mark.parametrize(("kind", "language"), FILES)
class TestEveryFile:
    @settings(deadline=None)
    @given(rows=ROWS)
    def test_is_read_again_as_it_was(self, kind, language, rows):
        found = accounts.tabular.reading.Table(io.BytesIO(written(kind, rows, language)))
        assert [tuple(cells + [""] * (3 - len(cells))) for _line, cells in found] == [
            ("a", "b", "c"),
            *rows,
        ]

    def test_bears_half_a_letter(self, kind, language):
        found = list(
            accounts.tabular.reading.Table(
                io.BytesIO(written(kind, [("x\ud800\x00y", "\udfff=1", "z")], language))
            )
        )
        assert found[1][1] == ["xy", "=1", "z"]

    def test_is_made_in_the_language_of_who_asked_for_it(self, kind, language):
        with translation.override(language):
            parts_of_it = accounts.tabular.writing.table(
                kind, ["a"], ([gettext("Role changed")] for _ in range(2)), 2
            )
        with translation.override("fr" if language == "en" else "en"):
            found = list(accounts.tabular.reading.Table(io.BytesIO(b"".join(parts_of_it))))
        assert found[2][1] == ["Role changed" if language == "en" else "Rôle modifié"]

    def test_begins_before_the_first_row_is_there(self, kind, language):
        def rows():
            raise AssertionError
            yield

        assert next(accounts.tabular.writing.table(kind, ["name"], rows(), 1))


class TestCsv:
    @pytest.mark.parametrize(("language", "line"), [("en", '"x","y","z"'), ("fr", '"x";"y";"z"')])
    def test_is_separated_as_the_readers_spreadsheet_does_it(self, language, line):
        assert (
            written("csv", [("x", "y", "z")], language).decode("utf-8-sig").splitlines()[1] == line
        )

    @pytest.mark.parametrize("language", ["en", "fr"])
    @pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
    @settings(deadline=None)
    @given(rows=ROWS)
    def test_holds_no_formula_wherever_it_is_split(self, language, separator, rows):
        text = written("csv", rows, language).decode("utf-8-sig")
        cells = [
            cell
            for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator)
            for cell in row
        ]
        assert [cell for cell in cells for part in parts(cell) if is_formula(part)] == []

    @settings(deadline=None)
    @given(rows=ROWS)
    def test_holds_no_formula_for_who_knows_no_quotes(self, rows):
        assert not any(map(is_formula, parts(written("csv", rows).decode("utf-8-sig"))))

    def test_is_sent_in_parts_that_are_worth_it(self):
        sizes = [
            len(part)
            for part in accounts.tabular.writing.csv_parts(
                ["n"], ([f"{n:060}"] for n in range(10_000))
            )
        ]
        assert (len(sizes), max(sizes) < 2 * accounts.tabular.writing.PART) == (11, True)


class TestXlsx:
    def test_goes_on_with_a_further_sheet_where_one_is_full(self, monkeypatch):
        monkeypatch.setattr(accounts.tabular.writing, "ROWS_OF_SHEET", 2)
        book = openpyxl.load_workbook(io.BytesIO(written("xlsx", [(n, "", "") for n in "12345"])))
        column = [[row[0] for row in sheet.values] for sheet in book]
        assert column == [["a", "1", "2"], ["a", "3", "4"], ["a", "5"]]

    def test_holds_no_more_of_a_cell_than_excel_takes(self):
        [_header, (cell, *_rest)] = openpyxl.load_workbook(
            io.BytesIO(written("xlsx", [("x" * 40_000, "", "")]))
        ).active.values
        assert len(cell) == 32_767

    def test_holds_texts_only(self):
        book = openpyxl.load_workbook(io.BytesIO(written("xlsx", [("1", "2026-11-26", "=1")])))
        assert {cell.data_type for row in book.active for cell in row} == {"s"}


def test_json_in_a_cell_is_read_by_programs():
    from accounts.tabular.escaping import json_text

    details = {"reason": "left,=1;-2", "+a": ["@b"]}
    [_header, row] = csv.reader(
        io.StringIO(written("csv", [(json_text(details), "", "")]).decode("utf-8-sig"))
    )
    assert json.loads(row[0]) == details
