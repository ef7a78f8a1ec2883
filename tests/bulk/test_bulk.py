import csv
import io

import pytest
from django.core import mail
from django.db import OperationalError
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

import accounts.users.actions
import accounts.users.activation
from accounts.kernel import jobs
from accounts.kernel.actor import Actor
from accounts.kernel.crypto import hashers
from accounts.models import AuditEvent, BulkJob, BulkRow, Organization, User
from tests.conftest import PASSWORD, maintain, text_of


@pytest.fixture
def crowd(ada, max, vera, dora):
    return [ada, max, vera, dora]


def choose(admin, action, *people, query="", scope="selected"):
    """Choose people, or with `scope` everything; return the path of the page that asks."""
    typed = {"action": action, "scope": scope, "user": [person.public_id for person in people]}
    return admin.post(f"/users/bulk/choose/{query}", typed)["Location"]


def downloaded(admin, path):
    body = b"".join(admin.post(f"{path}passwords/").streaming_content).decode("utf-8-sig")
    return {row["email"]: row["temporary_password"] for row in csv.DictReader(io.StringIO(body))}


class TestChoosing:
    def test_does_nothing_yet(self, admin, crowd):
        choose(admin, "deactivate", scope="everything")
        assert User.objects.filter(is_active=True).count() == 3

    def test_says_how_many_and_who(self, admin, max, vera):
        text = text_of(admin.get(choose(admin, "deactivate", max, vera)))
        assert all(
            part in text
            for part in ("Deactivate: 2 people", "Max Planck", "Vera Rubin", "Not done yet")
        )

    def test_takes_everybody_whom_the_filters_match(self, admin, crowd):
        choose(admin, "deactivate", query="?role=viewer", scope="everything")
        assert [row.user.full_name for row in BulkRow.objects.all()] == ["Vera Rubin"]

    def test_says_by_which_filters_people_were_chosen(self, admin, crowd):
        path = choose(admin, "deactivate", query="?role=viewer&q=ve", scope="everything")
        assert "everybody who matched “ve” Viewer" in text_of(admin.get(path))

    def test_leaves_the_admin_out_and_says_so(self, admin, crowd):
        text = text_of(admin.get(choose(admin, "deactivate", scope="everything")))
        assert "Deactivate: 2 people" in text
        assert (
            "Ada Lovelace ada@example.com Left as it is: You can't do this to your own account."
            in text
        )

    def test_leaves_out_whom_nothing_would_happen_to(self, admin, max, dora):
        text = text_of(admin.get(choose(admin, "deactivate", max, dora)))
        assert "Deactivate: 1 person" in text
        assert "The account is deactivated." in text

    @pytest.mark.parametrize(
        ("typed", "words"),
        [
            ({"action": "deactivate"}, "Nobody is selected."),
            ({"action": "deactivate", "user": ["nonsense", "7"]}, "Nobody is selected."),
            ({"action": "change_role:root", "scope": "everything"}, "Say what to do"),
            ({}, "Say what to do"),
        ],
    )
    def test_says_what_is_missing(self, admin, typed, words):
        response = admin.post("/users/bulk/choose/", typed)
        assert (response.status_code, words in text_of(response)) == (422, True)

    def test_refuses_to_mail_links_while_mail_is_off(self, admin, max):
        Organization.objects.create(name="Southwind", mail_is_on=False)
        typed = {"action": "send_link", "user": [max.public_id]}
        assert "no link would arrive" in text_of(admin.post("/users/bulk/choose/", typed))

    def test_is_for_admins(self, max, vera, signed_in_as):
        typed = {"action": "deactivate", "user": [vera.public_id]}
        assert signed_in_as(max).post("/users/bulk/choose/", typed).status_code == 403


class TestRunning:
    def run(self, admin, work, action, *people, **typed):
        path = choose(admin, action, *people)
        admin.post(f"{path}start/", typed)
        work()
        return path

    def test_deactivates_by_the_single_action(self, admin, max, vera, work, signed_in_as):
        browser = signed_in_as(max)
        self.run(admin, work, "deactivate", max, vera, reason="Left the company")
        assert set(User.objects.filter(is_active=False)) == {max, vera}
        assert browser.get("/profile/").status_code == 302
        events = AuditEvent.objects.filter(action="user.deactivated")
        assert [event.personal.data["reason"] for event in events] == ["Left the company"] * 2

    def test_activates(self, admin, dora, work):
        self.run(admin, work, "activate", dora)
        assert User.objects.get(pk=dora.pk).is_active

    def test_gives_a_role(self, admin, max, vera, work):
        self.run(admin, work, "change_role:viewer", max, vera)
        assert set(User.objects.filter(role="viewer")) == {max, vera}
        assert AuditEvent.objects.filter(action="user.role_changed").count() == 1

    def test_tells_each_by_mail(self, admin, max, vera, work):
        self.run(admin, work, "deactivate", max, vera)
        assert {message.to[0] for message in mail.outbox} == {max.email, vera.email}

    def test_makes_temporary_passwords_that_are_downloaded_once(
        self, admin, max, vera, work, client
    ):
        path = self.run(admin, work, "reset_password", max, vera)
        passwords = downloaded(admin, path)
        assert set(passwords) == {max.email, vera.email}
        assert (
            client.post(
                "/sign-in/", {"email": max.email, "password": passwords[max.email]}
            ).status_code
            == 302
        )
        assert admin.post(f"{path}passwords/").status_code == 409

    def test_records_who_downloaded_them(self, admin, ada, max, work):
        downloaded(admin, self.run(admin, work, "reset_password", max))
        assert AuditEvent.objects.get(action="passwords.downloaded").actor == ada

    def test_keeps_no_password_in_the_clear(self, admin, max, work):
        path = self.run(admin, work, "reset_password", max)
        stored, sealed = (
            str(list(BulkRow.objects.values())),
            BulkRow.objects.exclude(sealed_password="").count(),
        )
        passwords = downloaded(admin, path)
        assert (list(passwords), sealed) == ([max.email], 1)
        assert not any(password in stored for password in passwords.values())
        assert not BulkRow.objects.exclude(sealed_password="").exists()

    def test_mails_links_that_set_a_password(self, admin, max, work, client):
        self.run(admin, work, "send_link", max)
        max.refresh_from_db()
        assert not hashers.matches("correct horse battery staple", max.password)
        [message] = mail.outbox
        link = next(line for line in message.body.splitlines() if "/reset/" in line)
        form = client.get(link.removeprefix("http://127.0.0.1:8000"), follow=True)
        assert form.status_code == 200
        new = {
            "new_password": "quiet-lantern-marble-fox",
            "confirm_password": "quiet-lantern-marble-fox",
        }
        client.post(form.redirect_chain[-1][0], new)
        assert (
            client.post(
                "/sign-in/", {"email": max.email, "password": new["new_password"]}
            ).status_code
            == 302
        )

    def test_mails_no_link_to_the_deactivated(self, admin, dora, max, work):
        path = self.run(admin, work, "send_link", max, dora)
        assert "The account is deactivated." in text_of(admin.get(path))
        assert {message.to[0] for message in mail.outbox} == {max.email}

    def test_shows_progress_and_each_result(self, admin, max, vera, work):
        path = choose(admin, "deactivate", max, vera)
        admin.post(f"{path}start/")
        assert "0 of 2 worked off" in text_of(admin.get(path))
        work()
        text = text_of(admin.get(path))
        assert "2 of 2 worked off" in text
        assert "Max Planck max@example.com Done" in text

    def test_gives_the_results_as_a_file(self, admin, max, work):
        path = self.run(admin, work, "deactivate", max)
        body = b"".join(admin.post(f"{path}result/").streaming_content).decode("utf-8-sig")
        assert '"Max Planck","max@example.com","done","","Done"' in body

    def test_takes_no_password_away_once_mail_is_off(self, admin, max, work):
        path = choose(admin, "send_link", max)
        Organization.objects.create(name="Southwind", mail_is_on=False)
        response = admin.post(f"{path}start/")
        assert (response.status_code, "no link would arrive" in text_of(response)) == (422, True)

    def test_stops_taking_passwords_away_when_mail_is_turned_off(self, admin, max, work):
        path = choose(admin, "send_link", max)
        admin.post(f"{path}start/")
        Organization.objects.create(name="Southwind", mail_is_on=False)
        work()
        max.refresh_from_db()
        assert (BulkRow.objects.get().fault, hashers.matches(PASSWORD, max.password)) == (
            "mail_is_off",
            True,
        )

    def test_goes_on_after_a_row_that_cannot_be_done(self, admin, max, vera, work, monkeypatch):
        deactivate = accounts.users.activation.deactivate

        def fail_for_max(user_id, **told):
            if user_id == max.pk:
                raise ZeroDivisionError
            return deactivate(user_id, **told)

        monkeypatch.setattr(accounts.users.activation, "deactivate", fail_for_max)
        self.run(admin, work, "deactivate", max, vera)
        assert dict(BulkRow.objects.values_list("user", "fault")) == {max.pk: "error", vera.pk: ""}
        assert BulkJob.objects.get().state == "done"

    def test_comes_again_after_a_task_that_failed(self, admin, max, work, monkeypatch, later):

        deactivate, tries = accounts.users.activation.deactivate, []

        def busy_at_first(user_id, **told):
            tries.append(user_id)
            if len(tries) == 1:
                raise OperationalError
            return deactivate(user_id, **told)

        monkeypatch.setattr(accounts.users.activation, "deactivate", busy_at_first)
        self.run(admin, work, "deactivate", max)
        assert BulkJob.objects.get().state == "running"
        later(seconds=11)
        work()
        assert (BulkJob.objects.get().state, BulkRow.objects.get().outcome) == ("done", "done")

    def test_starts_once(self, admin, max, work):
        path = self.run(admin, work, "deactivate", max)
        assert admin.post(f"{path}start/").status_code == 409

    def test_stops_acting_when_the_admin_loses_the_right(self, admin, ada, max, work):
        path = choose(admin, "deactivate", max)
        admin.post(f"{path}start/")
        User.objects.filter(pk=ada.pk).update(role="viewer")
        work()
        assert (BulkRow.objects.get().fault, User.objects.get(pk=max.pk).is_active) == (
            "not_permitted",
            True,
        )

    def test_leaves_alone_who_changed_meanwhile(self, admin, ada, max, work, acting):
        path = choose(admin, "deactivate", max)
        admin.post(f"{path}start/")
        accounts.users.activation.deactivate(max.pk, actor=acting(ada))
        work()
        assert (BulkRow.objects.get().outcome, BulkRow.objects.get().fault) == (
            "skipped",
            "deactivated",
        )

    def test_says_of_who_was_deleted_meanwhile_that_they_were(self, admin, ada, max, work, acting):
        path = choose(admin, "deactivate", max)
        admin.post(f"{path}start/")
        accounts.users.activation.deactivate(max.pk, actor=acting(ada))
        accounts.users.actions.delete(max.pk, actor=acting(ada))
        work()
        text = text_of(admin.get(path))
        assert ("The account was deleted." in text, "is deactivated" in text) == (True, False)

    def test_leaves_alone_who_does_not_match_any_more(self, admin, vera, work):
        path = choose(admin, "deactivate", query="?role=viewer", scope="everything")
        User.objects.filter(pk=vera.pk).update(role="member")
        admin.post(f"{path}start/")
        work()
        assert (BulkRow.objects.get().fault, User.objects.get(pk=vera.pk).is_active) == (
            "no_match",
            True,
        )

    def test_takes_nobody_whose_id_was_made_up_and_nobody_deleted(self, admin, dora, max, work):
        accounts.users.actions.delete(dora.pk, actor=Actor.system())
        typed = {
            "action": "activate",
            "user": [dora.public_id, max.public_id, "9f8b0c7e-0000-4000-8000-000000000000"],
        }
        admin.post("/users/bulk/choose/", typed)
        assert [row.user for row in BulkRow.objects.all()] == [max]

    def test_takes_nobody_deleted_among_everybody(self, admin, dora, max, work):
        accounts.users.actions.delete(dora.pk, actor=Actor.system())
        choose(admin, "deactivate", scope="everything")
        assert {row.user.full_name for row in BulkRow.objects.all()} == {
            "Ada Lovelace",
            "Max Planck",
        }

    def test_takes_turns_and_does_nobody_twice(self, admin, max, vera, work, monkeypatch):
        monkeypatch.setattr(jobs, "SECONDS_AT_A_TIME", -1)
        self.run(admin, work, "deactivate", max, vera)
        assert (
            BulkJob.objects.get().state,
            AuditEvent.objects.filter(action="user.deactivated").count(),
        ) == (
            "done",
            2,
        )

    def test_goes_on_where_a_killed_worker_stopped(self, admin, max, vera, work, killed_at):
        path = choose(admin, "deactivate", max, vera)
        admin.post(f"{path}start/")
        with killed_at(accounts.users.activation, "deactivate", call=2):
            jobs.run.call(kind="bulk", job_id=BulkJob.objects.get().pk)
        assert AuditEvent.objects.filter(action="user.deactivated").count() == 1
        work()
        assert AuditEvent.objects.filter(action="user.deactivated").count() == 2

    @pytest.mark.parametrize("status", ["READY", "RUNNING"])
    def test_that_has_a_task_gets_no_other(self, admin, max, status):
        admin.post(f"{choose(admin, 'deactivate', max)}start/")
        DBTaskResult.objects.update(status=status, started_at=timezone.now())
        for _time in range(3):
            maintain()
        assert DBTaskResult.objects.filter(task_path=jobs.run.module_path).count() == 1

    @pytest.mark.parametrize(("kind", "distance"), [("bulk", 1), ("import", 0)])
    def test_goes_on_though_only_another_job_has_a_task(self, admin, max, work, kind, distance):
        admin.post(f"{choose(admin, 'deactivate', max)}start/")
        DBTaskResult.objects.update(status="FAILED")
        another = BulkJob.objects.get().pk + distance
        jobs.run.enqueue(kind=kind, job_id=another)
        maintain()
        DBTaskResult.objects.filter(args_kwargs__kwargs={"kind": kind, "job_id": another}).delete()
        work()
        assert BulkJob.objects.get().state == "done"

    def test_is_recorded_with_what_and_how_many(self, admin, max, work):
        self.run(admin, work, "change_role:viewer", max)
        event = AuditEvent.objects.get(action="bulk.started")
        job = str(BulkJob.objects.get().public_id)
        assert event.details == {"job": job, "change": "change_role", "role": "viewer", "rows": 1}

    def test_forgets_passwords_that_nobody_fetched(self, admin, max, work, later):

        self.run(admin, work, "reset_password", max)
        before = BulkRow.objects.exclude(sealed_password="").count()
        later(hours=73)
        maintain()
        assert (before, BulkRow.objects.exclude(sealed_password="").count()) == (1, 0)


def test_earlier_ones_are_listed(admin, max):
    choose(admin, "deactivate", max)
    text = text_of(admin.get("/users/bulk/"))
    assert "Deactivate Ada Lovelace" in text
