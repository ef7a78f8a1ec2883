"""Names and addresses that leave as a file leave an entry before they do: who, what, how many, of which job."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

import accounts.users.actions
from accounts.models import AuditEvent, BulkJob, ImportJob
from tests.bulk.test_bulk import choose
from tests.conftest import text_of


@pytest.fixture
def people(admin, max, vera):
    """The path of the people that an Admin chose."""
    return f"{choose(admin, 'change_role:member', max, vera)}result/"


@pytest.fixture
def rows(admin):
    """The path of the rows of a file that an Admin uploaded."""
    file = SimpleUploadedFile("a.csv", b"email\nnew@example.com\nnonsense\n")
    return f"{admin.post('/imports/', {'file': file})['Location']}result/"


def entry(action):
    return AuditEvent.objects.get(action=action)


class TestPeopleOfABulkChange:
    def test_are_recorded(self, admin, ada, people):
        admin.post(people)
        job = str(BulkJob.objects.get().public_id)
        what = {"exported": "bulk_change", "format": "csv", "rows": 2, "job": job}
        found = entry("users.exported")
        assert (found.actor, found.details) == (
            ada,
            what | {"change": "change_role", "role": "member"},
        )

    def test_are_recorded_before_the_first_byte(self, admin, people):
        response = admin.post(people)
        assert entry("users.exported")
        assert b"max@example.com" in b"".join(response.streaming_content)

    def test_stay_where_it_cannot_be_recorded(self, admin, people, monkeypatch):
        monkeypatch.setattr("accounts.kernel.audit.record", lambda *args, **details: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            admin.post(people)

    def test_are_in_the_trail_in_words(self, admin, people):
        admin.post(people)
        text = text_of(admin.get("/audit/?action=users.exported"))
        assert all(
            words in text for words in ("What was exported people of a bulk change", "Rows 2")
        )


class TestRowsOfAnImport:
    def test_are_recorded(self, admin, ada, rows):
        admin.post(rows)
        job = str(ImportJob.objects.get().public_id)
        found = entry("users.exported")
        assert (found.actor, found.details) == (
            ada,
            {"exported": "import", "format": "csv", "rows": 2, "job": job},
        )

    def test_are_those_of_the_file(self, admin, rows):
        lines = b"".join(admin.post(rows).streaming_content).decode().splitlines()
        assert lines[1:] == [
            '"2","","new@example.com","member","yes","pending","","New"',
            '"3","","nonsense","member","yes","pending","This is no email address.","This is no email address."',
        ]


class TestAuditTrail:
    def test_is_recorded(self, admin, ada, people):
        admin.post(people)
        admin.post("/audit/export/?action=users.exported&since=2000-01-01")
        found = entry("audit.exported")
        filters = {"action": "users.exported", "since": "2000-01-01"}
        assert (found.actor, found.details) == (
            ada,
            {"format": "csv", "rows": 1, "filters": filters},
        )

    @pytest.mark.parametrize("whom", ["person", "actor", "target"])
    def test_keeps_a_name_that_was_typed_where_it_can_be_erased(self, admin, whom):
        admin.post(f"/audit/export/?{whom}=max@example.com")
        found = entry("audit.exported")
        assert (found.details["filters"], found.personal.data) == ({}, {whom: "max@example.com"})

    @pytest.mark.parametrize("whom", ["person", "actor", "target"])
    def test_forgets_an_address_that_was_typed_with_the_person(
        self, admin, dora, acting, ada, whom
    ):
        admin.post(f"/audit/export/?{whom}={dora.email}")
        before = entry("audit.exported").personal.data
        accounts.users.actions.delete(dora.pk, actor=acting(ada))
        assert (before, hasattr(entry("audit.exported"), "personal")) == (
            {whom: dora.email},
            False,
        )

    def test_holds_what_was_there_when_it_was_asked_for(self, admin):
        response = admin.post("/audit/export/")
        assert len(b"".join(response.streaming_content).splitlines()) == 1
