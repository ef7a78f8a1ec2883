"""A file that is too long to be checked while somebody waits: the worker goes on, and says how far it is."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError
from django_tasks_db.models import DBTaskResult

import accounts.imports.uploads
import accounts.tabular.limits
from accounts.kernel import jobs
from accounts.models import ImportJob, ImportPart, ImportRow, User
from tests.conftest import maintain, text_of
from tests.imports.test_imports import xlsx

FILE = "email,role,shoe size\na@example.com,,\nb@example.com,root,\nc@example.com,,\nA@example.com,,\nd@example.com,,\n"
CHECKED = [("a@example.com", ""), ("b@example.com", "role"), ("c@example.com", "")]
CHECKED += [("a@example.com", "twice"), ("d@example.com", "")]


@pytest.fixture
def admin(ada, signed_in_as):
    return signed_in_as(ada)


@pytest.fixture(autouse=True)
def short_steps(monkeypatch):
    """Two rows are many here."""
    monkeypatch.setattr(accounts.imports.uploads, "ROWS_AT_A_TIME", 2)


@pytest.fixture
def slow_workbooks(monkeypatch):
    """Every workbook is so large that reading it does not begin at once."""
    monkeypatch.setattr(accounts.tabular.limits, "SHORT_UNPACKED", 0)


def upload(admin, data=FILE, name="people.csv"):
    data = data.encode() if isinstance(data, str) else data
    return admin.post("/imports/", {"file": SimpleUploadedFile(name, data)})


def rows():
    return list(ImportRow.objects.order_by("line").values_list("email", "fault"))


def left():
    """What is left of the file, and the state of its job."""
    return ImportPart.objects.count(), ImportJob.objects.get().state


class TestWhileItIsChecked:
    def test_the_page_says_how_far_it_is(self, admin):
        page = text_of(admin.get(upload(admin)["Location"]))
        assert "Being checked" in page
        assert "2 rows checked so far" in page

    def test_the_page_says_how_much_of_the_file_was_read(self, admin):
        path = upload(admin, "email,remark\n" + f"a@example.com,{'x' * 500}\n" * 100)["Location"]
        [percent] = re.findall(
            r'<progress max="100" value="(\d+)"', admin.get(path).content.decode()
        )
        assert 10 < int(percent) < 30

    def test_the_page_asks_again_by_itself(self, admin):
        assert b'hx-trigger="every 2s"' in admin.get(upload(admin)["Location"]).content

    def test_the_page_offers_another_look_without_scripts(self, admin):
        path = upload(admin)["Location"]
        assert re.search(
            rf'<noscript><a [^>]*href="{path}\??">Look again', admin.get(path).content.decode()
        )

    def test_it_cannot_be_started(self, admin):
        path = upload(admin)["Location"]
        assert admin.post(f"{path}start/", {"mode": "create"}).status_code == 409

    def test_the_file_is_kept_but_cannot_be_read(self, admin):
        upload(admin, "email,password\n" + "x@example.com,hunter2\n" * 5)
        kept = b"".join(bytes(part.sealed) for part in ImportPart.objects.all())
        assert kept
        assert b"hunter2" not in kept

    def test_it_can_be_stopped(self, admin, work):
        path = upload(admin)["Location"]
        admin.post(f"{path}cancel/")
        work()
        assert (rows(), left()) == (CHECKED[:2], (0, "cancelled"))


class TestOnceItIsChecked:
    def test_every_row_has_what_it_has_in_a_short_file(self, admin, work):
        upload(admin)
        work()
        assert rows() == CHECKED

    def test_the_page_asks_what_to_do(self, admin, work):
        path = upload(admin)["Location"]
        work()
        page = text_of(admin.get(path))
        assert "3 rows are good, 2 rows will be left out" in page
        assert "Ignored columns: shoe size" in page

    def test_it_can_be_started(self, admin, work):
        path = upload(admin)["Location"]
        work()
        admin.post(f"{path}start/", {"mode": "create"})
        work()
        assert set(User.objects.exclude(role="admin").values_list("email", flat=True)) == {
            *("a@example.com", "c@example.com", "d@example.com")
        }

    def test_the_file_is_erased(self, admin, work):
        upload(admin)
        work()
        assert left() == (0, "checked")

    def test_a_workbook_is_read_alike(self, admin, work, slow_workbooks):
        upload(admin, xlsx(*(line.split(",") for line in FILE.splitlines())), "people.xlsx")
        assert rows() == []
        work()
        assert (rows(), left()) == (CHECKED, (0, "checked"))

    def test_a_file_of_many_parts_is_whole(self, admin, work, monkeypatch):
        monkeypatch.setattr(accounts.imports.uploads, "PART", 10)
        upload(admin)
        assert ImportPart.objects.count() > 5
        work()
        assert rows() == CHECKED


class TestInterrupted:
    def test_it_takes_turns(self, admin, work, monkeypatch):
        monkeypatch.setattr(jobs, "SECONDS_AT_A_TIME", -1)
        upload(admin)
        work()
        assert (rows(), DBTaskResult.objects.count()) == (CHECKED, 2)

    def test_it_is_taken_up_where_no_task_is_left(self, admin, work):
        upload(admin)
        DBTaskResult.objects.all().delete()
        maintain()
        work()
        assert (rows(), left()) == (CHECKED, (0, "checked"))

    def test_it_comes_again_when_the_database_was_away(self, admin, work, monkeypatch, later):
        upload(admin)
        with monkeypatch.context() as broken:
            broken.setattr(ImportRow.objects, "bulk_create", raising(OperationalError("away")))
            work()
        assert left() == (1, "checking")
        later(seconds=11)
        work()
        assert (rows(), left()) == (CHECKED, (0, "checked"))

    def test_it_is_given_up_after_a_day(self, admin, later):
        path = upload(admin)["Location"]
        later(hours=25)
        maintain()
        assert (rows(), left()) == ([], (0, "refused"))
        assert ImportJob.objects.get(public_id=path.split("/")[2]).fault == "unfinished"


class TestRefused:
    @pytest.mark.parametrize(
        ("data", "words"),
        [
            ("name,role\nBob,viewer\n" * 5, "with “email” among them"),
            (b"PK\x03\x04 broken" * 10, "This is no XLSX file"),
            (b"email\n" + b"a@example.com\n" * 5 + b"\x00", "cannot be read"),
        ],
    )
    def test_at_once_where_that_is_seen_at_once(self, admin, data, words):
        response = upload(admin, data)
        assert (response.status_code, words in text_of(response)) == (422, True)
        assert not ImportJob.objects.exists()

    @pytest.mark.parametrize(
        ("limit", "words"),
        [("MOST_BYTES", "larger than 50 MB"), ("MOST_UNPACKED", "when it is unpacked")],
    )
    def test_at_once_where_it_is_too_large(self, admin, monkeypatch, limit, words):
        monkeypatch.setattr(accounts.tabular.limits, limit, 100)
        response = upload(admin, xlsx(["email"]), "people.xlsx")
        assert (response.status_code, words in text_of(response)) == (422, True)

    def test_later_where_it_is_seen_later(self, admin, work):
        path = upload(admin, FILE + "x" * 5000)["Location"]
        work()
        assert "more than 2,000 characters" in text_of(admin.get(path))
        assert (rows(), left()) == ([], (0, "refused"))

    def test_later_where_a_workbook_lacks_the_column(self, admin, work, slow_workbooks):
        path = upload(admin, xlsx(["name"], ["Bob"]), "people.xlsx")["Location"]
        work()
        assert "with “email” among them" in text_of(admin.get(path))

    def test_it_cannot_be_started(self, admin, work):
        path = upload(admin, FILE + "x" * 5000)["Location"]
        work()
        assert admin.post(f"{path}start/", {"mode": "create"}).status_code == 409

    def test_when_the_admin_loses_the_right(self, admin, ada, work):
        upload(admin)
        ada.role = "viewer"
        ada.save()
        work()
        assert (rows(), left()) == ([], (0, "refused"))

    def test_when_the_key_is_another_one_by_now(self, admin, work, settings):
        upload(admin)
        settings.SECRET_KEY = "another-key-" * 5
        work()
        assert left() == (0, "refused")

    def test_for_a_fault_of_ours_without_what_is_in_the_file(
        self, admin, work, monkeypatch, caplog
    ):
        path = upload(admin)["Location"]
        monkeypatch.setattr(
            ImportRow.objects, "bulk_create", raising(RuntimeError("c@example.com"))
        )
        work()
        assert "A fault of ours" in text_of(admin.get(path))
        assert "RuntimeError" in caplog.text
        assert "c@example.com" not in caplog.text


def raising(error):
    def function(*_arguments):
        raise error

    return function
