"""What is left of somebody who was deleted."""

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django_tasks_db.models import DBTaskResult

import accounts.invitations.actions
from accounts.disputes.mails import SomebodyDidNotExpectAChange
from accounts.kernel import outbox
from accounts.models import BulkJob, ImportRow, Invitation, PersonalDetail, SavedView
from tests.conftest import text_of


@pytest.fixture
def person(new_user):
    return new_user("Gone Person", email="gone.person@example.com")


@pytest.fixture
def delete(admin, person):
    """Return a function that deletes the person as an Admin does."""

    def act(reason=""):
        admin.post(f"{person.get_absolute_url()}deactivate/")
        person.refresh_from_db()
        answer = admin.post(
            f"{person.get_absolute_url()}delete/", {"typed": person.email, "reason": reason}
        )
        assert answer.status_code == 302

    return act


def everything_stored():
    """Return what stands in every table of ours but the task queue, where what is done stays for a day."""
    with connection.cursor() as cursor:
        tables = [
            name for name in connection.introspection.table_names() if name.startswith("accounts_")
        ]
        for table in tables:
            cursor.execute(f'SELECT * FROM "{table}"')
            yield from (f"{table}: {row}".lower() for row in cursor.fetchall())


class TestTrail:
    @pytest.mark.parametrize(
        "q", ["gone.person@example.com", "Gone", "person", "gone.person@exa", "GÖNE"]
    )
    def test_forgets_the_search_of_an_export(self, admin, delete, q):
        admin.post(f"/users/export/?q={q}")
        assert PersonalDetail.objects.get().data == {"q": q}
        delete()
        assert not PersonalDetail.objects.filter(data__has_key="q").exists()

    @pytest.mark.parametrize("q", ["planck", "@example.com", "ex"])
    def test_keeps_a_search_for_others(self, admin, delete, q):
        admin.post(f"/users/export/?q={q}")
        delete()
        assert f"Search {q}" in text_of(admin.get("/audit/")).replace(":", "")

    def test_keeps_the_reason_of_the_deletion_without_the_name(self, admin, delete):
        delete("Gone Person (gone.person@example.com) asked us; Mr. PERSON moved")
        assert "… (…) asked us; Mr. … moved" in text_of(admin.get("/audit/"))

    def test_says_so_before(self, admin, dora):
        assert "without the name and the email" in text_of(
            admin.get(f"{dora.get_absolute_url()}delete/")
        )


class TestInvitations:
    def test_that_were_cancelled_lose_name_and_address(self, admin, ada, acting, delete):
        Invitation.objects.all().delete()
        how = {"role": "member", "full_name": "Gone Person", "by_mail": False}
        accounts.invitations.actions.invite("gone.person+old@example.com", actor=acting(ada), **how)
        Invitation.objects.update(email="gone.person@example.com")
        accounts.invitations.actions.cancel_all(actor=acting(ada))
        delete()
        invitation = Invitation.objects.get()
        assert (invitation.email.startswith("deleted"), invitation.full_name) == (True, "")

    def test_to_an_address_from_before_lose_it(self, admin, ada, acting, person, delete):
        accounts.invitations.actions.invite(
            "first@example.com", actor=acting(ada), role="member", by_mail=False
        )
        edit = f"{person.get_absolute_url()}edit/"
        for email in ("first@example.com", "gone.person@example.com"):
            admin.post(edit, {"full_name": "Gone Person", "email": email})
        before = Invitation.objects.get().email
        delete()
        assert (before, Invitation.objects.get().email.partition("-")[0]) == (
            "first@example.com",
            "deleted",
        )

    def test_to_an_address_that_somebody_else_has_now_keep_it(
        self, admin, ada, acting, person, delete, new_user
    ):
        accounts.invitations.actions.invite(
            "first@example.com", actor=acting(ada), role="member", by_mail=False
        )
        edit = f"{person.get_absolute_url()}edit/"
        for email in ("first@example.com", "gone.person@example.com"):
            admin.post(edit, {"full_name": "Gone Person", "email": email})
        new_user("Another One", email="first@example.com")
        delete()
        assert Invitation.objects.filter(email="first@example.com").exists()

    def test_of_somebody_else_to_an_address_from_before_live_on(
        self, admin, ada, acting, person, delete
    ):
        admin.post(
            f"{person.get_absolute_url()}edit/",
            {"full_name": "Gone Person", "email": "moved@example.com"},
        )
        accounts.invitations.actions.invite(
            "gone.person@example.com", actor=acting(ada), role="member"
        )
        delete()
        invitation = Invitation.objects.get()
        assert (invitation.email, invitation.cancelled_at) == ("gone.person@example.com", None)


class TestJobs:
    def choose(self, admin, q):
        admin.post(f"/users/bulk/choose/?q={q}", {"scope": "everything", "action": "deactivate"})
        return BulkJob.objects.get()

    def test_lose_a_search_for_the_person(self, admin, delete):
        job = self.choose(admin, "gone.person@example.com")
        assert "gone" in job.filters
        delete()
        job.refresh_from_db()
        assert "gone" not in job.filters

    def test_that_wait_find_nobody_more_than_before(self, admin, max, delete, work):
        job = self.choose(admin, "gone.person")
        delete()
        admin.post(f"/users/bulk/{job.public_id}/start/")
        work()
        max.refresh_from_db()
        assert max.is_active

    def test_keep_a_search_for_others(self, admin, max, delete):
        job = self.choose(admin, "planck")
        delete()
        job.refresh_from_db()
        assert "q=planck" in job.filters

    def test_lose_the_row_of_an_import(self, admin, delete, work):
        file = SimpleUploadedFile(
            "x.csv", b"email,name\ngone.person@example.com,Gone Person\nnew@example.com,New\n"
        )
        path = admin.post("/imports/", {"file": file})["Location"]
        admin.post(f"{path}start/", {"mode": "create"})
        work()
        delete()
        assert [row.email.partition("-")[0] for row in ImportRow.objects.order_by("line")] == [
            "deleted",
            "new@example.com",
        ]


class TestViews:
    def test_of_other_admins_stay(self, admin, delete):
        admin.post("/users/views/?q=gone.person", {"name": "whom I look after"})
        delete()
        assert SavedView.objects.get().query == "q=gone.person"

    def test_of_their_own_go_but_those_that_others_use(self, person, delete):
        SavedView.objects.create(owner=person, name="mine", query="q=planck")
        SavedView.objects.create(owner=person, name="ours", query="q=planck", is_shared=True)
        delete()
        assert [view.name for view in SavedView.objects.all()] == ["ours"]


class TestQueue:
    """The tasks are a store too: they hold names, addresses and reasons."""

    def stored(self):
        return str(list(DBTaskResult.objects.values_list("args_kwargs", flat=True))).lower()

    @pytest.mark.parametrize("status", ["READY", "RUNNING", "FAILED", "SUCCESSFUL"])
    def test_has_no_mail_of_theirs_any_more(self, admin, person, delete, status):
        edit = {"full_name": "Gone Person", "email": "gone.person@example.org"}
        admin.post(f"{person.get_absolute_url()}edit/", edit)
        admin.post(
            f"{person.get_absolute_url()}role/",
            {"role": "viewer", "reason": "Gone asked", "tell_reason": "on"},
        )
        DBTaskResult.objects.update(status=status)
        assert ("gone.person" in self.stored(), "gone asked" in self.stored()) == (True, True)
        delete()
        assert "gone" not in self.stored()

    def test_has_no_request_for_a_reset_link_of_theirs(self, client, person, delete):
        client.post("/forgot-password/", {"email": person.email})
        assert "gone.person" in self.stored()
        delete()
        assert "gone" not in self.stored()

    @pytest.mark.parametrize("status", ["READY", "FAILED", "SUCCESSFUL"])
    def test_has_no_mail_to_others_that_names_them(self, admin, person, max, delete, status):
        facts = {"action": "user.role_changed", "frozen": "admin"}
        SomebodyDidNotExpectAChange(about=person.full_name, **facts).queue(max)
        DBTaskResult.objects.update(status=status)
        assert "gone" in self.stored()
        delete()
        assert "gone" not in self.stored()

    def test_has_no_malformed_mail_that_names_them(self, person, max, delete):
        SomebodyDidNotExpectAChange(about=person.full_name, action="", frozen="").queue(max)
        stored = DBTaskResult.objects.get()
        DBTaskResult.objects.update(args_kwargs=stored.args_kwargs | {"args": ["x"]})
        assert "gone" in self.stored()
        delete()
        assert "gone" not in self.stored()

    @pytest.mark.parametrize(("status", "kept"), [("READY", 1), ("FAILED", 1), ("SUCCESSFUL", 0)])
    def test_keeps_a_mail_to_others_that_is_still_to_be_sent(
        self, person, max, delete, status, kept
    ):
        facts = {"action": "user.role_changed", "frozen": "admin"}
        SomebodyDidNotExpectAChange(about=person.full_name, **facts).queue(max)
        DBTaskResult.objects.update(status=status)
        delete()
        assert DBTaskResult.objects.filter(args_kwargs__kwargs__user_id=max.pk).count() == kept

    def test_sends_what_waits_for_others_without_the_name(self, person, max, delete, work):
        facts = {"action": "user.role_changed", "frozen": "admin"}
        SomebodyDidNotExpectAChange(about=person.full_name, **facts).queue(max)
        delete()
        work()
        [message] = [message for message in mail.outbox if message.to == ["max@example.com"]]
        assert ("…" in message.body, "Gone" in message.body) == (True, False)

    def test_sends_nothing_to_them_that_was_begun_before(self, admin, person, delete, work):
        admin.post(f"{person.get_absolute_url()}role/", {"role": "viewer"})
        DBTaskResult.objects.update(status="RUNNING", started_at=person.created_at)
        delete()
        DBTaskResult.objects.update(status="READY", started_at=None)
        work()
        failed = DBTaskResult.objects.filter(status="FAILED")
        assert (mail.outbox, failed.count()) == ([], 0)

    def test_sends_nothing_to_them_that_a_worker_had_just_read(self, admin, person, delete):
        admin.post(f"{person.get_absolute_url()}role/", {"role": "viewer"})
        arguments = DBTaskResult.objects.latest("enqueued_at").args_kwargs["kwargs"]
        delete()
        outbox.deliver.call(**arguments)
        assert mail.outbox == []

    def test_sends_to_them_as_long_as_they_are_there(self, admin, person, work):
        admin.post(f"{person.get_absolute_url()}role/", {"role": "viewer"})
        work()
        assert [message.to for message in mail.outbox] == [["gone.person@example.com"]]


def test_nothing_else_names_them(admin, ada, acting, person, delete, work):
    admin.post("/users/export/?q=gone.person@example.com")
    admin.post(
        "/users/bulk/choose/?q=gone", {"scope": "everything", "action": "change_role:viewer"}
    )
    job = BulkJob.objects.get()
    admin.post(f"/users/bulk/{job.public_id}/start/", {"reason": "Gone Person leaves"})
    work()
    naming = {
        row.partition(":")[0].removeprefix("accounts_")
        for row in everything_stored()
        if "gone" in row
    }
    assert {"user", "personaldetail", "bulkjob"} <= naming
    delete("as Gone Person wished")
    assert [row for row in everything_stored() if "gone" in row] == []
