"""Users as a file for a spreadsheet."""

import csv
import io

import openpyxl
import pytest

import accounts.tabular.writing
from accounts.management import demo_data
from accounts.models import AuditEvent, ImportRow
from tests.imports.test_imports import rows, upload


@pytest.fixture
def admin(ada, signed_in_as):
    return signed_in_as(ada)


def exported(admin, query=""):
    response = admin.post(f"/users/export/?{query}")
    return b"".join(response.streaming_content)


def cells(data):
    return list(openpyxl.load_workbook(io.BytesIO(data)).active.values)


class TestExport:
    def test_shows_what_the_filters_show(self, admin, max, dora):
        body = exported(admin, "status=deactivated").decode("utf-8-sig")
        assert [row["email"] for row in csv.DictReader(io.StringIO(body))] == ["dora@example.com"]

    def test_holds_no_hash(self, admin, max):
        file = exported(admin)
        assert max.email.encode() in file
        assert b"argon2" not in file

    def test_is_recorded(self, admin):
        exported(admin, "q=max")
        event = AuditEvent.objects.get()
        assert (event.details, event.personal.data) == (
            {"format": "csv", "filters": {}},
            {"q": "max"},
        )

    def test_bears_a_search_that_no_database_keeps(self, admin):
        assert admin.post("/users/export/?q=a%00").status_code == 200

    @pytest.mark.parametrize("kind", ["csv", "xlsx"])
    def test_imports_again_without_a_change(self, admin, new_user, kind):
        demo_data.add(range(1, 30))
        new_user("=1+1", email="formula@example.com")
        upload(admin, exported(admin, f"format={kind}"), f"users.{kind}")
        assert {fault for _email, fault in rows()} == {"user"}
        assert ImportRow.objects.filter(full_name="=1+1").exists()

    def test_defuses_formulas(self, admin, new_user):
        new_user("=HYPERLINK(1)", email="x@example.com")
        assert "'=HYPERLINK(1)" in exported(admin).decode()


class TestWorkbook:
    def test_is_what_openpyxl_reads(self, admin, max):
        header, *people = cells(exported(admin, "format=xlsx&sort=email"))
        assert header[:4] == ("name", "email", "role", "active")
        assert [person[:4] for person in people] == [
            ("Ada Lovelace", "ada@example.com", "admin", "yes"),
            ("Max Planck", "max@example.com", "member", "yes"),
        ]

    def test_defuses_formulas(self, admin, new_user):
        new_user("=HYPERLINK(1)", email="x@example.com")
        assert cells(exported(admin, "format=xlsx&q=x@example.com"))[1][0] == "'=HYPERLINK(1)"

    def test_keeps_every_letter_that_xml_can_hold(self):
        odd = '<b> & "Zoë" ]]> 𝛑  two  spaces '
        assert cells(
            b"".join(accounts.tabular.writing.xlsx_parts(["name"], [[odd], ["a\x00\x1b\uffffb"]]))
        )[1:] == [
            (odd,),
            ("ab",),
        ]

    def test_begins_before_the_first_row_is_there(self):
        def rows():
            raise AssertionError
            yield

        assert next(accounts.tabular.writing.xlsx_parts(["name"], rows())).startswith(b"PK")

    def test_is_sent_as_the_rows_come(self):
        taken = []
        many = ([taken.append(number) or f"{number * 7919:x}"] for number in range(100_000))
        parts = accounts.tabular.writing.xlsx_parts(["name"], many)
        next(parts)
        assert len(next(parts)) < 2 * accounts.tabular.writing.PART
        assert 0 < len(taken) < 50_000

    def test_is_a_file_to_save(self, admin):
        response = admin.post("/users/export/", {"format": "xlsx"})
        assert response["Content-Disposition"].endswith('.xlsx"')
        assert response["Content-Type"].endswith("spreadsheetml.sheet")
