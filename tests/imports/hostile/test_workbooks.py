"""Workbooks that state what is not so, hide what nobody is to see, or are made to cost time and memory."""

import struct
import tracemalloc
import zipfile

import pytest

import accounts.tabular.limits
from accounts.models import ImportJob
from tests.conftest import text_of
from tests.imports.hostile.workbooks import (
    HEADER,
    MAIN,
    cell,
    parts_of,
    row,
    sheet,
    workbook,
    zipped,
)

PEOPLE = (
    HEADER,
    ("a@example.com", "Al One", "viewer", "no"),
    ("b@example.com", "Bo Two", "", "no"),
)
READ = [
    ("Al One", "a@example.com", "viewer", False, ""),
    ("Bo Two", "b@example.com", "member", False, ""),
]


class TestWhatTheFileStates:
    @pytest.mark.parametrize(
        "stated", ["", "A1", "A1:A4", "A1:B4", "A1:D2", "A1:XFD1048576", "nonsense"]
    )
    def test_of_its_size_is_not_believed(self, rows, stated):
        before = f'<dimension ref="{stated}"/>' if stated else ""
        assert rows(workbook(*PEOPLE, before=before)) == READ

    def test_of_the_sheet_that_opens_is_believed_only_where_there_is_one(self, rows):
        view = '<bookViews><workbookView activeTab="5"/></bookViews>'
        assert rows(workbook(*PEOPLE, view=view)) == READ

    def test_with_rows_and_cells_that_have_no_number_is_counted(self, rows):
        cells = ["".join(f'<c t="str"><v>{text}</v></c>' for text in one) for one in PEOPLE]
        assert rows(workbook("".join(f"<row>{one}</row>" for one in cells))) == READ

    @pytest.mark.parametrize("lines", [(1, 1), (2, 1), (1, 1_048_577)])
    def test_of_rows_out_of_order_is_refused(self, upload, lines):
        response = upload(workbook(*(row(line, "email") for line in lines)))
        assert (response.status_code, "no XLSX file" in text_of(response)) == (422, True)


class TestHidden:
    OLD = sheet(HEADER, ("old@example.com", "Old", "admin", "yes"))
    NOTES = sheet(("Read this first",))

    def test_sheets_are_never_read(self, admin, rows):
        sheets = {"Old": self.OLD, "New": sheet(*PEOPLE)}
        for state in ("hidden", "veryHidden"):
            assert rows(zipped(parts_of(sheets, states=[state]))) == READ, state
        page = text_of(admin.get(f"/imports/{ImportJob.objects.last().public_id}/"))
        assert "Only the sheet “New” was read, not “Old”." in page

    def test_sheets_alone_are_refused(self, upload):
        response = upload(zipped(parts_of({"Old": self.OLD}, states=["hidden"])))
        assert (
            response.status_code,
            "Every sheet of the workbook is hidden" in text_of(response),
        ) == (422, True)

    def test_by_another_that_opens_is_not_what_has_the_column(self, rows):
        assert (
            rows(zipped(parts_of({"Instructions": self.NOTES, "People": sheet(*PEOPLE)}))) == READ
        )

    def test_behind_the_one_that_opens_is_not_read(self, rows):
        view = '<bookViews><workbookView activeTab="1"/></bookViews>'
        sheets = {"Old": self.OLD, "New": sheet(*PEOPLE)}
        assert rows(zipped(parts_of(sheets, view=view))) == READ

    def test_no_sheet_has_the_column_says_which_was_looked_at(self, upload):
        response = upload(zipped(parts_of({"Instructions": self.NOTES, "More": self.NOTES})))
        assert (
            response.status_code,
            "Only the sheet “Instructions” was looked at" in text_of(response),
        ) == (422, True)

    def test_rows_and_columns_are_not_read_and_that_is_said(self, admin, rows):
        before = '<cols><col min="3" max="3" hidden="1"/></cols>'
        hidden = row(4, "x@example.com", "X", attributes='hidden="1"') + row(
            5, "y@example.com", attributes='ht="0"'
        )
        found = rows(workbook(*PEOPLE, hidden, before=before))
        assert [one[1:3] for one in found] == [
            ("a@example.com", "member"),
            ("b@example.com", "member"),
        ]
        page = text_of(admin.get(f"/imports/{ImportJob.objects.get().public_id}/"))
        assert "2 hidden rows were not read." in page
        assert "Hidden columns were not read: C." in page


class TestCells:
    STYLES = (
        f'<styleSheet xmlns="{MAIN}"><numFmts><numFmt numFmtId="164" formatCode=";;;"/></numFmts><cellStyleXfs>'
        '<xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="164"/><xf numFmtId="14"/></cellXfs>'
        "</styleSheet>"
    )

    def read(self, rows, xml, **more):
        """Return the name, whether active, and the fault, of a row with this cell in column B or D."""
        line = f'<row r="2">{cell("A", 2, "a@example.com")}{xml}</row>'
        [(name, _email, _role, is_active, fault)] = rows(workbook(HEADER, line, **more))
        return name, is_active, fault

    @pytest.mark.parametrize(
        ("xml", "seen"),
        [
            ('<c r="B2" t="str"><f>A1</f><v>Worked out</v></c>', ("Worked out", True, "")),
            ('<c r="B2" t="str"><f>A1</f><v></v></c>', ("", True, "")),
            ('<c r="B2"><f>A1</f></c>', ("#VALUE!", True, "error_cell")),
            ('<c r="B2" t="e"><v>#N/A</v></c>', ("#N/A", True, "error_cell")),
            ('<c r="B2" t="e"><v>#REF!</v></c>', ("#REF!", True, "error_cell")),
            ('<c r="B2" t="inlineStr"><is><t></t></is></c>', ("", True, "")),
            ('<c r="B2" t="inlineStr"><is><t>\u200b\u2060</t></is></c>', ("", True, "")),
            (
                '<c r="B2" t="inlineStr"><is><r><t>Two </t></r><r><t>runs</t></r></is></c>',
                ("Two runs", True, ""),
            ),
            (
                '<c r="B2" t="inlineStr"><is><t>東</t><rPh><t>ひがし</t></rPh></is></c>',
                ("東", True, ""),
            ),
            ('<c r="B2" t="inlineStr"><is><t>a_xD800_b_x0041_</t></is></c>', ("abA", True, "")),
            ('<c r="B2"><v>7.0</v></c>', ("7", True, "")),
            ('<c r="B2" s="2"><v>45987</v></c>', ("2025-11-26T00:00:00", True, "")),
            ('<c r="B2" s="2"><v>1e300</v></c>', ("#VALUE!", True, "error_cell")),
            ('<c r="B2" s="1" t="str"><v>Nobody sees this</v></c>', ("", True, "")),
            ('<c r="B2" s="99"><v>7</v></c>', ("7", True, "")),
            ('<c r="D2"><v>0.0</v></c>', ("", False, "")),
            ('<c r="D2" t="b"><v>0</v></c>', ("", False, "")),
            ('<c r="D2" t="b"><v>1</v></c>', ("", True, "")),
            ('<c r="D2" t="e"><v>#NAME?</v></c>', ("", True, "error_cell")),
        ],
    )
    def test_are_read_as_they_are_seen(self, rows, xml, seen):
        assert self.read(rows, xml, styles=self.STYLES) == seen

    def test_share_their_texts(self, rows):
        texts = f'<sst xmlns="{MAIN}"><si><t>Zoë</t></si><si><r><t>Li</t></r><r><t>🎉</t></r></si></sst>'
        assert self.read(rows, '<c r="B2" t="s"><v>1</v></c>', texts=texts) == ("Li🎉", True, "")

    @pytest.mark.parametrize("number", ["2", "-1", "x", "9" * 5000])
    def test_that_share_a_text_that_is_not_there_are_a_fault_of_the_file(self, upload, number):
        texts = f'<sst xmlns="{MAIN}"><si><t>a</t></si><si><t>b</t></si></sst>'
        line = f'<row r="2"><c r="A2" t="s"><v>{number}</v></c></row>'
        assert upload(workbook(HEADER, line, texts=texts)).status_code == 422


def stated(data, offset, value, form="<H"):
    """Return an archive in which each entry of the directory states another value, and so does each part."""
    data = bytearray(data)
    for mark, before in ((b"PK\x01\x02", 0), (b"PK\x03\x04", -2)):
        at = data.find(mark)
        while at >= 0:
            struct.pack_into(form, data, at + offset + before, value)
            at = data.find(mark, at + 4)
    return bytes(data)


def broken_lzma():
    data = bytearray(zipped(parts_of({"People": sheet(*PEOPLE)}), zipfile.ZIP_LZMA))
    at = data.find(b"PK\x03\x04") + 60
    data[at : at + 20] = b"\xff" * 20
    return bytes(data)


GOOD = workbook(*PEOPLE)
ODD = {
    "version 101": stated(GOOD, 6, 101),
    "encrypted": stated(GOOD, 8, 1),
    "unknown compression": stated(GOOD, 10, 99),
    "LZMA": zipped(parts_of({"People": sheet(*PEOPLE)}), zipfile.ZIP_LZMA),
    "broken LZMA": broken_lzma(),
    "BZIP2": zipped(parts_of({"People": sheet(*PEOPLE)}), zipfile.ZIP_BZIP2),
    "states less than there is": stated(GOOD, 24, 10, "<L"),
    "states more than there is": stated(GOOD, 24, 2**31, "<L"),
    "cut off": GOOD[: len(GOOD) // 2],
    "without end": GOOD[:-10],
    "no parts": zipped({}),
    "no workbook": zipped({"[Content_Types].xml": ""}),
    "a text": zipped({"people.csv": "email\na@example.com"}),
    "no XML": zipped({**parts_of({"People": sheet(*PEOPLE)}), "xl/workbook.xml": "\xff\xfe"}),
    "an unknown encoding": zipped(
        {
            **parts_of({"People": ""}),
            "xl/worksheets/sheet1.xml": '<?xml version="1.0" encoding="hex"?><worksheet/>',
        }
    ),
    "a part that is not there": zipped(
        {name: xml for name, xml in parts_of({"People": ""}).items() if "sheet1" not in name}
    ),
    "thousands of parts": zipped({f"{n:05}.xml": "" for n in range(7_000)}),
}


class TestOddArchives:
    @pytest.mark.parametrize("name", ODD)
    def test_are_refused_with_the_reason(self, upload, name):
        response = upload(ODD[name], "people.xlsx")
        assert (response.status_code, "That did not work" in text_of(response)) == (422, True)

    def test_of_every_byte_that_is_another_are_no_fault_of_ours(self, upload):
        for at in range(0, len(GOOD), 13):
            data = bytearray(GOOD)
            data[at] ^= 0xFF
            assert upload(bytes(data), "people.xlsx").status_code in (302, 422), at


DTD = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "{}">]>'


def bombs():
    """Yield workbooks of a few KB that would cost minutes or gigabytes, by what they are made of."""
    parts = parts_of({"People": sheet(*PEOPLE)}, styles="x", texts="x")
    named = "xl/worksheets/sheet1.xml"

    def with_part(name, xml):
        return zipped({**parts, "xl/styles.xml": "<s/>", "xl/sharedStrings.xml": "<s/>", name: xml})

    entities = DTD.format("a" * 1000) + f"<sst>{'<si><t>' + '&a;' * 1000 + '</t></si>'}</sst>"
    yield "entities in texts", with_part("xl/sharedStrings.xml", entities)
    yield "entities in styles", with_part("xl/styles.xml", DTD.format("a") + "<styleSheet/>")
    yield "entities in a sheet", with_part(named, DTD.format("a") + sheet(*PEOPLE))
    yield (
        "entities in the workbook",
        with_part("xl/workbook.xml", DTD.format("a") + parts["xl/workbook.xml"]),
    )
    yield "a document type", with_part(named, "<!DOCTYPE worksheet>" + sheet(*PEOPLE))
    yield "blank rows", with_part(named, sheet("<row/>" * 10_002))
    yield "blank cells", with_part(named, sheet(f"<row>{'<c/>' * 16_384}</row>" * 20))
    yield "depth", with_part(named, "<a>" * 30_000)
    yield "names", with_part(named, "<a>" + "".join(f"<b{n}/>" for n in range(20_000)))
    yield (
        "names of attributes",
        with_part(named, "<a>" + "".join(f'<b c{n}=""/>' for n in range(20_000))),
    )
    yield "a remark", with_part(named, f"<a><!--{'x' * 30_000_000}--></a>")
    yield "an attribute", with_part(named, f'<a b="{"x" * 30_000_000}"/>')
    yield "styles", with_part("xl/styles.xml", f"<a><cellXfs>{'<xf/>' * 10_001}</cellXfs></a>")
    yield "more styles", with_part("xl/styles.xml", f"<a>{' ' * 3_000_000}</a>")
    yield "texts", with_part("xl/sharedStrings.xml", f"<sst>{' ' * 3_000_000}</sst>")
    yield "sheets", with_part("xl/workbook.xml", f"<a>{'<sheet/>' * 1_000}</a>")
    yield "parts", zipped({**parts, **{f"{n}": "" for n in range(1_001)}})


class TestBombs:
    def test_of_many_parts_are_refused_before_the_parts_are_counted(self, upload, monkeypatch):
        monkeypatch.setattr(accounts.tabular.limits, "MOST_PARTS", 10_000)
        response = upload(ODD["thousands of parts"])
        assert (response.status_code, "too many cells" in text_of(response)) == (422, True)

    def test_of_many_cells_are_refused_after_so_many_in_all_sheets(self, upload, monkeypatch):
        sheets = {name: sheet(*[[name]] * 20) for name in "abc"} | {"People": sheet(*PEOPLE)}
        elements = 3 * 20 * 4
        monkeypatch.setattr(accounts.tabular.limits, "MOST_ELEMENTS", elements + 300)
        assert upload(zipped(parts_of(sheets))).status_code == 302
        monkeypatch.setattr(accounts.tabular.limits, "MOST_ELEMENTS", elements - 50)
        response = upload(zipped(parts_of(sheets)))
        assert (response.status_code, "too many cells" in text_of(response)) == (422, True)

    def test_are_refused_within_the_memory_that_is_stated(self, upload, work, admin, monkeypatch):
        for limit in ("LONGEST_STYLES", "LONGEST_TEXTS"):
            monkeypatch.setattr(accounts.tabular.limits, limit, 2 * accounts.tabular.limits.MIB)
        monkeypatch.setattr(accounts.tabular.limits, "MOST_ROWS", 10_000)
        monkeypatch.setattr(accounts.tabular.limits, "MOST_STYLES", 10_000)
        for name, data in bombs():
            ImportJob.objects.all().delete()
            tracemalloc.start()
            response = upload(data, "people.xlsx")
            work()
            peak = tracemalloc.get_traced_memory()[1]
            tracemalloc.stop()
            job = ImportJob.objects.first()
            assert response.status_code == 422 or job.state == "refused", name
            assert peak < 20 * accounts.tabular.limits.MIB, (name, peak)

    def test_with_as_many_texts_as_fit_stay_within_it_too(self, upload, work, monkeypatch):
        monkeypatch.setattr(
            accounts.tabular.limits, "LONGEST_TEXTS", 2 * accounts.tabular.limits.MIB
        )
        texts = f'<sst xmlns="{MAIN}">{"<si><t>é</t></si>" * 50_000}</sst>'
        data = workbook(HEADER, '<row r="2"><c r="A2" t="s"><v>49999</v></c></row>', texts=texts)
        tracemalloc.start()
        upload(data, "people.xlsx")
        work()
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert ImportJob.objects.get().state == "checked"
        assert peak < 10 * accounts.tabular.limits.MIB
