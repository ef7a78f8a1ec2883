"""What is saved as a file: by whom, by what, in which form, and what is in it."""

import csv
import io

import openpyxl
import pytest
from django.test import Client
from django.utils import timezone

from accounts.kernel.crypto import encryption
from accounts.models import (
    AuditEvent,
    BulkAction,
    BulkJob,
    BulkRow,
    BulkState,
    ImportJob,
    ImportMode,
    ImportRow,
    ImportState,
    RowOutcome,
)
from tests.imports.test_imports import rows as rows_of_imports
from tests.imports.test_imports import upload

FILES = [
    "users",
    "audit trail",
    "import",
    "passwords of an import",
    "bulk change",
    "passwords of a bulk change",
]
PASSWORDS = ["passwords of an import", "passwords of a bulk change"]
LEFT_BEHIND = ("users.exported", "audit.exported", "passwords.downloaded")


@pytest.fixture
def imported(ada):
    done = {"started_by": ada, "finished_at": timezone.now()}
    job = ImportJob.objects.create(
        state=ImportState.DONE, mode=ImportMode.CREATE, file_name="x.csv", **done
    )
    fields = {
        "full_name": "Nora;=1+1",
        "email": "nora@example.com",
        "role": "viewer",
        "outcome": RowOutcome.DONE,
    }
    ImportRow.objects.create(
        job=job, line=2, sealed_password=encryption.seal("maple-orbit"), **fields
    )
    return job


@pytest.fixture
def changed(ada, max):
    done = {"started_by": ada, "finished_at": timezone.now()}
    job = BulkJob.objects.create(state=BulkState.DONE, action=BulkAction.RESET_PASSWORD, **done)
    BulkRow.objects.create(
        job=job, user=max, outcome=RowOutcome.DONE, sealed_password=encryption.seal("canyon-thrift")
    )
    return job


@pytest.fixture
def paths(imported, changed):
    of_import, of_bulk = f"/imports/{imported.public_id}/", f"/users/bulk/{changed.public_id}/"
    jobs = (
        f"{of_import}result/",
        f"{of_import}passwords/",
        f"{of_bulk}result/",
        f"{of_bulk}passwords/",
    )
    return dict(zip(FILES, ("/users/export/", "/audit/export/", *jobs), strict=True))


@pytest.fixture
def french(ada, signed_in_as):
    ada.language = "fr"
    ada.save()
    return signed_in_as(ada)


def text(response):
    return b"".join(response.streaming_content).decode("utf-8-sig")


def table(response):
    return list(csv.DictReader(io.StringIO(text(response), newline="")))


def waiting_passwords():
    return [row.sealed_password != "" for row in (*ImportRow.objects.all(), *BulkRow.objects.all())]


class TestAFile:
    @pytest.mark.parametrize("what", FILES)
    @pytest.mark.parametrize("who", ["vera", "max"])
    def test_is_for_admins_only(self, request, paths, signed_in_as, what, who):
        response = signed_in_as(request.getfixturevalue(who)).post(paths[what])
        assert (response.status_code, response.streaming) == (403, False)
        assert not AuditEvent.objects.filter(action__in=LEFT_BEHIND).exists()
        assert waiting_passwords() == [True, True]

    @pytest.mark.parametrize("what", FILES)
    def test_is_made_by_no_other_site(self, ada, paths, signed_in_as, what):
        browser = Client(enforce_csrf_checks=True)
        browser.cookies = signed_in_as(ada).cookies
        assert browser.post(paths[what]).status_code == 403
        assert not AuditEvent.objects.filter(action__in=LEFT_BEHIND).exists()

    @pytest.mark.parametrize("kind", ["csv", "xlsx"])
    @pytest.mark.parametrize("what", FILES)
    def test_is_had_in_both_kinds(self, admin, paths, what, kind):
        response = admin.post(paths[what], {"format": kind})
        assert response["Content-Disposition"].endswith(f'.{kind}"')
        assert b"".join(response.streaming_content).startswith(
            {"csv": b"\xef\xbb\xbf", "xlsx": b"PK"}[kind]
        )

    @pytest.mark.parametrize("what", FILES)
    def test_is_csv_where_nobody_says(self, admin, paths, what):
        assert admin.post(paths[what])["Content-Type"] == "text/csv; charset=utf-8"

    @pytest.mark.parametrize(("reader", "separator"), [("admin", '","'), ("french", '";"')])
    @pytest.mark.parametrize("what", FILES)
    def test_is_separated_for_its_reader(self, request, paths, what, reader, separator):
        header = text(request.getfixturevalue(reader).post(paths[what])).splitlines()[0]
        assert (header.count(separator) > 1, header.replace(separator, "").count('"')) == (True, 2)

    @pytest.mark.parametrize(
        ("kind", "reader"), [("csv", "admin"), ("csv", "french"), ("xlsx", "french")]
    )
    def test_can_be_imported_again(self, request, new_user, imported, kind, reader):
        new_user("=1+1; '=2", email="a@example.com")
        response = request.getfixturevalue(reader).post("/users/export/", {"format": kind})
        upload(
            request.getfixturevalue(reader), b"".join(response.streaming_content), f"users.{kind}"
        )
        assert ImportRow.objects.filter(
            full_name="=1+1; '=2", email="a@example.com", fault="user"
        ).exists()
        assert ("ada@example.com", "user") in rows_of_imports()

    def test_holds_no_formula_of_a_visitor(self, client, admin):
        client.post(
            "/sign-in/",
            {"email": "x", "password": "y"},
            headers={"User-Agent": "Mozilla;=cmd|'/c calc'!A1;"},
        )
        [row] = [
            row
            for row in table(admin.post("/audit/export/"))
            if row["action"] == "session.sign_in_failed"
        ]
        assert row["browser"] == "Mozilla;'=cmd|'/c calc'!A1;"

    @pytest.mark.parametrize("what", ["import", "passwords of an import"])
    def test_holds_no_formula_of_somebody_who_is_imported(self, admin, paths, what):
        assert table(admin.post(paths[what]))[0]["name"] == "Nora;'=1+1"


class TestAnAddressThatWasKept:
    @pytest.mark.parametrize(
        ("kept", "leads_to"),
        [
            ("/users/export/?role=viewer&format=xlsx", "/users/?role=viewer"),
            ("/users/export/", "/users/"),
            ("/audit/export/?person=ada&since=2026-01-01", "/audit/?person=ada&since=2026-01-01"),
        ],
    )
    def test_leads_to_the_list_that_it_was_of(self, admin, kept, leads_to):
        assert admin.get(kept)["Location"] == leads_to

    @pytest.mark.parametrize("what", ["import", "bulk change"])
    def test_leads_to_the_job(self, admin, paths, what):
        assert admin.get(paths[what])["Location"] == paths[what].removesuffix("result/")


class TestFilters:
    def test_stand_in_the_form_of_the_list(self, admin):
        page = admin.get("/users/?role=viewer&sort=-email&cursor=").content.decode()
        assert 'action="/users/export/?role=viewer&amp;sort=-email"' in page

    def test_stand_in_the_form_of_the_trail(self, admin):
        page = admin.get("/audit/?person=ada&action=&since=&until=").content.decode()
        assert 'action="/audit/export/?person=ada&amp;action=&amp;since=&amp;until="' in page

    @pytest.mark.parametrize(("query", "typed"), [("?role=viewer", {}), ("", {"role": "viewer"})])
    def test_are_taken_from_the_address_and_from_the_form(self, admin, max, vera, query, typed):
        rows = table(admin.post(f"/users/export/{query}", typed))
        assert [row["email"] for row in rows] == ["vera@example.com"]

    def test_of_the_trail_with_a_fault_are_shown_again(self, admin):
        assert admin.post("/audit/export/", {"since": "nonsense"}).status_code == 422


class TestTemporaryPasswords:
    @pytest.mark.parametrize("what", PASSWORDS)
    @pytest.mark.parametrize("kind", ["csv", "xlsx"])
    def test_are_in_the_one_file_that_there_is(self, admin, paths, what, kind):
        data = b"".join(admin.post(paths[what], {"format": kind}).streaming_content)
        if kind == "csv":
            cells = [row[2] for row in csv.reader(io.StringIO(data.decode("utf-8-sig")))]
        else:
            cells = [row[2] for row in openpyxl.load_workbook(io.BytesIO(data)).active.values]
        assert cells[1] in ("maple-orbit", "canyon-thrift")
        assert admin.post(paths[what], {"format": "csv"}).status_code == 409

    @pytest.mark.parametrize("what", PASSWORDS)
    def test_wait_until_the_last_of_them_is_made(self, admin, paths, what):
        ImportJob.objects.update(state=ImportState.RUNNING)
        BulkJob.objects.update(state=BulkState.RUNNING)
        assert (admin.post(paths[what]).status_code, waiting_passwords()) == (409, [True, True])

    @pytest.mark.parametrize("what", PASSWORDS)
    def test_come_in_the_kind_that_is_chosen_before(self, admin, paths, what):
        page = admin.get(paths[what].removesuffix("passwords/")).content.decode()
        form = page[page.index(f'action="{paths[what]}"') :].partition("</form>")[0]
        assert all(f'value="{kind}"' in form for kind in ("csv", "xlsx"))


class TestUsers:
    def test_have_all_that_the_list_can_show(self, admin, ada, nils):
        nils.invited_by = ada
        nils.save()
        [row] = table(admin.post("/users/export/?q=nils"))
        assert (row["invited_by"], row["must_change_password"]) == ("Ada Lovelace", "yes")
        assert row["temporary_password_expires_at"] == nils.temporary_password_expires_at.isoformat(
            timespec="seconds"
        )


class TestJobs:
    def test_have_the_result_as_the_page_says_it(self, french, paths, changed):
        BulkRow.objects.update(outcome=RowOutcome.SKIPPED, fault="role")
        [row] = csv.DictReader(io.StringIO(text(french.post(paths["bulk change"]))), delimiter=";")
        assert (row["outcome"], row["remark"]) == ("skipped", "La personne a déjà ce rôle.")
        assert row["result"] in french.get(f"/users/bulk/{changed.public_id}/").content.decode()
