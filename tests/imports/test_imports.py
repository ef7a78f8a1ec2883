import csv
import io

import openpyxl
import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile

import accounts.imports.uploads
import accounts.users.actions
from accounts.kernel import jobs
from accounts.kernel.errors import NotPermitted
from accounts.models import AuditEvent, ImportJob, ImportRow, Invitation, Organization, User
from tests.conftest import maintain, text_of

FILE = (
    "name,email,role,active\nBob Bunsen,bob@example.com,viewer,yes\nEve,eve@example.com,member,no\n"
)


def upload(admin, data, name="people.csv"):
    data = data.encode() if isinstance(data, str) else data
    return admin.post("/imports/", {"file": SimpleUploadedFile(name, data)})


def start(admin, data=FILE, mode="create"):
    path = upload(admin, data)["Location"]
    admin.post(f"{path}start/", {"mode": mode})
    return path


def xlsx(*rows):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def rows():
    return list(ImportRow.objects.order_by("line").values_list("email", "fault"))


class TestFile:
    GOOD = [("bob@example.com", ""), ("eve@example.com", "")]

    @pytest.mark.parametrize(
        "data",
        [
            FILE,
            "\ufeff" + FILE,
            FILE.encode("utf-16"),
            FILE.replace(",", ";"),
            FILE.replace(",", "\t"),
            FILE.replace("\n", "\r\n"),
            "sep=;\r\n" + FILE.replace(",", ";").replace("\n", "\r\n"),
            'ROLE,Email,"Name",active\nviewer,bob@example.com,"Bob\nBunsen",1\n,eve@example.com,Eve,\n',
            "\n\nemail\nbob@example.com\n\n  EVE@example.com \n",
            xlsx(
                ("Name", "Email", "Active"),
                ("Bob", "bob@example.com", True),
                ("Eve", "eve@example.com", False),
            ),
        ],
    )
    def test_is_read_in_many_forms(self, admin, data):
        upload(admin, data)
        assert rows() == self.GOOD

    def test_with_quotes_in_a_name_keeps_them(self, admin):
        upload(admin, b'name;email\n"Max ""The; Man"" Planck";p@example.com\n')
        assert ImportRow.objects.get().full_name == 'Max "The; Man" Planck'

    def test_in_a_windows_encoding_keeps_its_letters(self, admin):
        upload(
            admin,
            "name;email\nJörg Müßiggång;joerg@example.com\nZoë Dvořák-Łęski;z@example.com".replace(
                "ř", "r"
            )
            .replace("Łę", "Le")
            .encode("cp1252"),
        )
        assert ImportRow.objects.first().full_name == "Jörg Müßiggång"

    @pytest.mark.parametrize(
        ("data", "words"),
        [
            ("name,role\nBob,viewer", "with “email” among them"),
            ("", "The submitted file is empty."),
            (b"PK\x03\x04 broken", "This is no XLSX file"),
            (b"email\n\x00\x00\x00", "cannot be read"),
            ("email," + "x," * 300, "more than 200 columns"),
            ("email\n" + "x" * 5000, "more than 2,000 characters"),
        ],
    )
    def test_that_cannot_be_read_says_why(self, admin, data, words):
        response = upload(admin, data)
        assert (response.status_code, words in text_of(response)) == (422, True)

    def test_with_other_columns_reports_them(self, admin):
        response = admin.get(
            upload(admin, "email,is_superuser,password\nbob@example.com,1,x")["Location"]
        )
        assert "Ignored columns: is_superuser, password" in text_of(response)


class TestDryRun:
    def test_names_every_fault_with_its_line(self, admin, max):
        Organization.objects.create(name="N", domains=["example.com"])
        upload(
            admin,
            "email,role,active\nx,,\n,viewer,\nbob@example.com,root,\nbob@example.com,,\nBOB@example.com,,\n"
            "max@example.com,,\neve@evil.test,,\neve@example.com,,maybe\n",
        )
        assert [fault for _email, fault in rows()] == [
            *("address", "no_address", "role", "", "twice", "user", "domain", "active")
        ]

    def test_happens_to_nobody(self, admin):
        upload(admin, FILE)
        assert (User.objects.count(), Invitation.objects.count(), mail.outbox) == (1, 0, [])

    def test_can_be_downloaded(self, admin):
        path = upload(admin, FILE)["Location"]
        body = b"".join(admin.post(f"{path}result/").streaming_content).decode("utf-8-sig")
        assert [row["line"] for row in csv.DictReader(io.StringIO(body))] == ["2", "3"]

    def test_without_a_good_row_cannot_be_started_and_says_so(self, admin):
        path = upload(admin, "email\nnobody\n")["Location"]
        response = admin.post(f"{path}start/", {"mode": "create"})
        assert response.status_code == 422
        assert "No row can be imported. Mend the file, and send it again." in text_of(response)


class TestCreating:
    def test_makes_the_accounts(self, admin, work):
        start(admin)
        work()
        found = User.objects.filter(email__in=["bob@example.com", "eve@example.com"])
        assert set(found.values_list("full_name", "role", "is_active", "must_change_password")) == {
            ("Bob Bunsen", "viewer", True, True),
            ("Eve", "member", False, True),
        }

    def test_hands_the_passwords_over_once(self, admin, work, client):
        path = start(admin)
        work()
        body = b"".join(admin.post(f"{path}passwords/").streaming_content).decode("utf-8-sig")
        password = next(csv.DictReader(io.StringIO(body)))["temporary_password"]
        assert (
            client.post("/sign-in/", {"email": "bob@example.com", "password": password}).status_code
            == 302
        )
        assert admin.post(f"{path}passwords/").status_code == 409

    def test_keeps_no_password_in_the_clear(self, admin, work):
        path = start(admin)
        work()
        stored = str(list(ImportRow.objects.values()))
        sealed = ImportRow.objects.exclude(sealed_password="").count()
        body = b"".join(admin.post(f"{path}passwords/").streaming_content).decode("utf-8-sig")
        passwords = [row["temporary_password"] for row in csv.DictReader(io.StringIO(body))]
        assert (len(passwords), sealed) == (2, 2)
        assert [password for password in passwords if password in stored] == []
        assert not ImportRow.objects.exclude(sealed_password="").exists()

    def test_forgets_passwords_that_nobody_fetched(self, admin, work, later):

        start(admin)
        work()
        before = ImportRow.objects.exclude(sealed_password="").count()
        later(hours=73)
        maintain()
        assert (before, ImportRow.objects.exclude(sealed_password="").count()) == (2, 0)

    def test_is_forgotten_after_a_while(self, admin, work, later):

        start(admin)
        work()
        later(days=89)
        maintain()
        assert ImportRow.objects.count() == 2
        later(days=2)
        maintain()
        assert not ImportRow.objects.exists()

    def test_shows_its_progress(self, admin, work):
        path = start(admin)
        assert "0 of 2 worked off" in text_of(admin.get(path))
        work()
        assert "2 of 2 worked off" in text_of(admin.get(path))

    def test_goes_on_after_a_killed_worker_without_doing_a_row_twice(self, admin, work, killed_at):
        start(admin)
        with killed_at(accounts.users.actions, "add", call=2):
            jobs.run.call(kind="import", job_id=ImportJob.objects.get().pk)
        assert AuditEvent.objects.filter(action="user.created").count() == 1
        work()
        assert AuditEvent.objects.filter(action="user.created").count() == 2

    def test_takes_turns_when_it_is_long(self, admin, work, monkeypatch):
        monkeypatch.setattr(jobs, "SECONDS_AT_A_TIME", -1)
        start(admin)
        work()
        assert ImportJob.objects.get().state == "done"
        assert User.objects.count() == 3

    def test_stops_doing_rows_when_the_admin_loses_the_right(self, admin, ada, work):
        start(admin)
        ada.role = "viewer"
        ada.save()
        work()
        assert {fault for _email, fault in rows()} == {"not_permitted"}

    def test_can_be_stopped(self, admin, work):
        path = start(admin)
        admin.post(f"{path}cancel/")
        work()
        assert (User.objects.count(), ImportJob.objects.get().state) == (1, "cancelled")

    def test_stopped_is_recorded_with_who_and_how_far(
        self, admin, new_user, signed_in_as, killed_at
    ):
        path = start(admin)
        job, grace = ImportJob.objects.get(), new_user("Grace Hopper", "admin")
        with killed_at(accounts.users.actions, "add", call=2):
            jobs.run.call(kind="import", job_id=job.pk)
        signed_in_as(grace).post(f"{path}cancel/")
        event = AuditEvent.objects.get(action="import.cancelled")
        what = {"job": str(job.public_id), "mode": "create"}
        assert (event.actor, event.details) == (grace, {**what, "done": 1, "left": 1})

    def test_stopped_is_in_the_audit_trail_in_words(self, admin):
        admin.post(f"{start(admin)}cancel/")
        text = text_of(admin.get("/audit/?action=import.cancelled"))
        assert all(words in text for words in ("Import cancelled", "Left undone 2"))

    def test_leaves_alone_who_was_added_meanwhile(self, admin, new_user, work):
        start(admin)
        new_user("Bob Another", email="bob@example.com")
        work()
        assert rows()[0] == ("bob@example.com", "user")


class TestInviting:
    def test_sends_invitations_to_the_active(self, admin, work):
        start(admin, mode="invite")
        work()
        assert ([message.to for message in mail.outbox], rows()[1]) == (
            [["bob@example.com"]],
            ("eve@example.com", "inactive"),
        )

    def test_is_not_offered_without_mail(self, admin):
        path = upload(admin, FILE)["Location"]
        assert "Invite new ones by mail" in text_of(admin.get(path))
        Organization.objects.create(name="N", mail_is_on=False)
        assert "Invite new ones by mail" not in text_of(admin.get(path))

    def test_invites_nobody_once_mail_is_off(self, admin, work):
        start(admin, mode="invite")
        Organization.objects.create(name="N", mail_is_on=False)
        work()
        assert (mail.outbox, Invitation.objects.count(), rows()[0]) == (
            [],
            0,
            ("bob@example.com", "mail_is_off"),
        )

    @pytest.mark.parametrize("mode", ["", "nonsense"])
    def test_needs_to_be_chosen(self, admin, mode):
        path = upload(admin, FILE)["Location"]
        response = admin.post(f"{path}start/", {"mode": mode})
        assert (response.status_code, ImportJob.objects.get().state) == (422, "checked")
        assert response.context["form"].errors["mode"]


def test_rows_are_shown_as_the_people_they_will_be(admin):
    page = text_of(
        admin.get(
            upload(admin, "Name;E-mail;Rôle;Actif\nÈve;e@example.com;Lecteur;FAUX\n")["Location"]
        )
    )
    assert "Ève e@example.com Viewer New Deactivated" in page


def test_figures_of_a_long_file_have_their_thousands_apart(admin, work):
    path = upload(admin, "email\n" + "nonsense\n" * 1_000)["Location"]
    work()
    assert "0 rows are good, 1,000 rows will be left out" in text_of(admin.get(path))


class TestAnAdminWhoWasDeactivatedAMomentAgo:
    """The request still has them as they were when it began."""

    def late(self, ada, acting):
        actor = acting(ada)
        User.objects.filter(pk=ada.pk).update(is_active=False)
        return actor

    def test_makes_no_job(self, ada, acting):
        actor = self.late(ada, acting)
        with pytest.raises(NotPermitted):
            accounts.imports.uploads.take(io.BytesIO(FILE.encode()), "people.csv", actor=actor)
        assert not ImportJob.objects.exists()

    def test_has_no_file_read_again(self, ada, acting):
        data = io.BytesIO("name,email\nJérôme,jerome@example.com\n".encode("cp850"))
        job = accounts.imports.uploads.take(data, "people.csv", actor=acting(ada))
        actor = self.late(ada, acting)
        with pytest.raises(NotPermitted):
            accounts.imports.uploads.read_again(job.public_id, actor=actor, encoding="cp850")
        assert ImportJob.objects.get().encoding == job.encoding
