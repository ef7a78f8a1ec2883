"""SECRET_KEY was changed without a fallback: what waits sealed is refused with the reason, and nothing of it is lost."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

import accounts.imports.uploads
from accounts.models import AuditEvent, BulkJob, BulkRow, ImportJob, ImportPart, ImportRow
from tests.bulk.test_bulk import choose, downloaded
from tests.conftest import text_of
from tests.imports.test_imports import start
from vectice_admin.operations.doctor import sealed_things

NEW = "another-key-for-tests-0123456789-abcdefghijklmnopqrstuvwxyz"


@pytest.fixture
def rotate(settings):
    """Return a function that gives the product another key, and one that puts the former one among the fallbacks."""
    former = settings.SECRET_KEY

    def change():
        settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = NEW, []

    def mend():
        settings.SECRET_KEY_FALLBACKS = [former]

    return change, mend


@pytest.fixture
def fresh(ada, signed_in_as):
    """Return a function that returns Ada's browser, signed in with whatever key there is."""
    return lambda: signed_in_as(ada)


@pytest.fixture(params=["import", "bulk"])
def waiting(request, fresh, max, work):
    """The path of a finished job with temporary passwords, its kind, its rows, and whom they are for."""
    if request.param == "import":
        path = start(fresh())
        work()
        return path, ImportJob, ImportRow, {"bob@example.com", "eve@example.com"}
    path = choose(fresh(), "reset_password", max)
    fresh().post(f"{path}start/", {})
    work()
    return path, BulkJob, BulkRow, {max.email}


class TestPasswords:
    def test_are_not_handed_over_empty_but_kept(self, waiting, fresh, rotate, caplog):
        path, job, row, people = waiting
        rotate[0]()
        answer = fresh().post(f"{path}passwords/")
        assert (answer.status_code, "SECRET_KEY_FALLBACKS" in text_of(answer)) == (409, True)
        assert "SECRET_KEY_FALLBACKS" in caplog.text
        assert row.objects.exclude(sealed_password="").count() == len(people)
        assert job.objects.get().passwords_taken_at is None
        assert not AuditEvent.objects.filter(action="passwords.downloaded").exists()

    def test_are_handed_over_when_the_former_key_is_back(self, waiting, fresh, rotate, client):
        path, _job, _row, people = waiting
        rotate[0]()
        fresh().post(f"{path}passwords/")
        rotate[1]()
        passwords = downloaded(fresh(), path)
        assert set(passwords) == people
        who = min(people)
        assert (
            client.post("/sign-in/", {"email": who, "password": passwords[who]}).status_code == 302
        )

    def test_are_counted_by_the_doctor(self, waiting, rotate):
        found = [[(f.level, f.text) for f in sealed_things.findings()]]
        for step in rotate:
            step()
            found.append([(f.level, f.text) for f in sealed_things.findings()])
        (before,), (meanwhile,), (after,) = found
        assert (before[0], meanwhile[0], after[0]) == ("ok", "wrong", "ok")
        assert meanwhile[1].startswith(
            f"{len(waiting[3])} temporary passwords that wait cannot be opened"
        )


class TestFile:
    @pytest.fixture(autouse=True)
    def short_steps(self, monkeypatch):
        monkeypatch.setattr(accounts.imports.uploads, "ROWS_AT_A_TIME", 2)

    @pytest.fixture
    def uploaded(self, fresh):
        lines = "".join(f"p{number}@example.com\n" for number in range(9))
        return fresh().post(
            "/imports/", {"file": SimpleUploadedFile("people.csv", f"email\n{lines}".encode())}
        )

    def test_that_is_being_checked_says_what_to_do(self, uploaded, fresh, rotate, work):
        rotate[0]()
        work()
        assert "secret key was changed" in text_of(fresh().get(uploaded["Location"]))

    def test_that_might_be_read_again_is_kept(self, fresh, rotate):
        data = (
            "name;email\nZo\xeb Dvo\xf8\xe1k;z@example.com\nM\xe9\xb3\xa3;y@example.com\n".encode(
                "latin-1"
            )
        )
        path = fresh().post("/imports/", {"file": SimpleUploadedFile("people.csv", data)})[
            "Location"
        ]
        parts = ImportPart.objects.count()
        rotate[0]()
        answer = fresh().post(f"{path}read-again/", {"encoding": "cp1250"})
        assert (answer.status_code, ImportPart.objects.count()) == (409, parts)
        assert parts == 1
        assert next(sealed_things.findings()).text.startswith(
            "1 parts of files that wait cannot be opened"
        )
