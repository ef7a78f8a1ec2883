"""What Prometheus reads, and who else does not."""

import os
import re
import subprocess
import sys
from datetime import UTC, datetime

import pytest
from django.core.cache import cache
from django.db import OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder
from django_tasks_db.models import DBTaskResult

import accounts.passwords.mails
from accounts.kernel import audit, metrics
from accounts.kernel.actor import Actor
from accounts.kernel.crypto import hashers
from accounts.kernel.crypto.slots import Slots
from accounts.kernel.outbox import deliver
from accounts.kernel.queue import tasks, worker
from accounts.passwords.events import PasswordResetByAdmin
from tests.conftest import PASSWORD
from tests.house.test_deployment import alerts
from vectice_admin.caches import CounterCache
from vectice_admin.operations import backups

TOKEN = "a-token-of-the-tests-0123456789"


@pytest.fixture
def scrape(client, settings, db):
    """Return a function: the figures as {name with labels: value}."""
    settings.METRICS_TOKEN = TOKEN

    def read():
        text = client.get("/metrics", headers={"authorization": f"Bearer {TOKEN}"}).content.decode()
        lines = (line.rpartition(" ") for line in text.splitlines() if not line.startswith("#"))
        return {name: float(value) for name, _space, value in lines}

    return read


@pytest.fixture
def rise(scrape, django_capture_on_commit_callbacks):
    """Return a function: by how much each figure rose while `do` ran; what rises by nothing is left out."""

    def measure(do):
        before = scrape()
        with django_capture_on_commit_callbacks(execute=True):
            do()
        return {
            name: value - before.get(name, 0)
            for name, value in scrape().items()
            if value != before.get(name, 0)
        }

    return measure


class TestWhoMayRead:
    def test_nobody_where_no_token_is_set(self, client, db):
        assert client.get("/metrics", headers={"authorization": "Bearer "}).status_code == 404

    @pytest.mark.parametrize(
        "given",
        [
            None,
            "",
            "Bearer",
            "Bearer ",
            "Bearer wrong",
            f"Basic {TOKEN}",
            TOKEN,
            f"Bearer {TOKEN}x",
            "Bearer ü",
        ],
    )
    def test_nobody_without_the_token(self, client, settings, given):
        settings.METRICS_TOKEN = TOKEN
        headers = {} if given is None else {"authorization": given.encode().decode("latin-1")}
        response = client.get("/metrics", headers=headers)
        assert (response.status_code, response["WWW-Authenticate"], response.content) == (
            401,
            "Bearer",
            b"",
        )

    def test_not_even_an_admin_without_the_token(self, ada, signed_in_as, settings):
        settings.METRICS_TOKEN = TOKEN
        assert signed_in_as(ada).get("/metrics").status_code == 401

    def test_whoever_has_the_token_under_any_host_and_without_tls(self, client, db, settings):
        settings.METRICS_TOKEN, settings.SECURE_SSL_REDIRECT = TOKEN, True
        headers = {"authorization": f"Bearer {TOKEN}", "host": "10.1.2.3:8000"}
        assert client.get("/metrics", headers=headers).status_code == 200

    def test_and_nobody_changes_anything_there(self, client, settings):
        settings.METRICS_TOKEN = TOKEN
        assert (
            client.post("/metrics", headers={"authorization": f"Bearer {TOKEN}"}).status_code == 405
        )


class TestRequests:
    def test_are_counted_by_page_method_and_status(self, rise, client):
        found = rise(lambda: client.get("/sign-in/"))
        assert found['vectice_requests_total{method="GET",page="sign-in",status="200"}'] == 1
        assert found['vectice_request_seconds_count{page="sign-in"}'] == 1

    def test_have_no_address_in_their_labels(self, rise, client, max):
        found = rise(lambda: client.get(f"/reset/{max.public_id}/secret-token/"))
        assert any('page="reset-link"' in name for name in found)
        assert not any("secret-token" in name or str(max.public_id) in name for name in found)

    def test_that_clients_make_up_are_few(self, rise, client):
        found = rise(lambda: [client.generic(f"X{n}", f"/nowhere/{n}") for n in range(5)])
        assert found['vectice_requests_total{method="OTHER",page="none",status="404"}'] == 5


class TestSignIns:
    @pytest.mark.parametrize(
        ("password", "outcome"), [(PASSWORD, "signed_in"), ("wrong", "wrong_password")]
    )
    def test_are_counted_by_outcome(self, rise, client, max, password, outcome):
        found = rise(lambda: client.post("/sign-in/", {"email": max.email, "password": password}))
        assert found[f'vectice_sign_ins_total{{outcome="{outcome}"}}'] == 1

    def test_have_the_time_of_hashing_and_waiting(self, rise):
        found = rise(lambda: hashers.matches(PASSWORD, ""))
        assert (
            found["vectice_hashing_seconds_count"],
            found["vectice_hashing_wait_seconds_count"],
        ) == (1, 1)
        assert 0 < found["vectice_hashing_seconds_sum"] < 10

    def test_that_are_turned_away_are_counted(self, rise, monkeypatch):
        monkeypatch.setattr(Slots, "acquire", lambda self, rank, timeout: False)

        def try_it():
            with pytest.raises(hashers.HashingIsBusy):
                hashers.matches(PASSWORD, "")

        assert rise(try_it)["vectice_hashing_turned_away_total"] == 1


class TestAuditEntries:
    def test_are_counted_by_action(self, rise, max):
        found = rise(
            lambda: audit.record(
                PasswordResetByAdmin(sessions_ended=0), actor=Actor.system(), target=max
            )
        )
        assert (
            found['vectice_audit_events_total{action="password.reset_by_admin",outcome="done"}']
            == 1
        )
        assert found["vectice_audit_lag_seconds_count"] == 1

    def test_are_not_counted_before_they_are_committed(self, scrape, max):
        before = scrape()
        audit.record(PasswordResetByAdmin(sessions_ended=0), actor=Actor.system(), target=max)
        assert {
            name
            for name, value in scrape().items()
            if "audit" in name and value != before.get(name, 0)
        } == set()


class TestFromTheDatabase:
    @pytest.mark.usefixtures("clock")
    def test_the_queue(self, scrape, later, max, work):
        worker.plan()
        work()
        DBTaskResult.objects.exclude(pk__in=tasks.RECURRING).delete()
        deliver.enqueue(name="password_was_reset", user_id=max.pk, facts={})
        later(seconds=90)
        found = scrape()
        waiting = len(tasks.RECURRING) + 1
        assert (found["vectice_queue_waiting_tasks"], found["vectice_queue_due_tasks"]) == (
            waiting,
            1,
        )
        assert found["vectice_queue_oldest_due_seconds"] == 90
        assert found["vectice_worker_seen_timestamp_seconds"] == pytest.approx(
            datetime.now(UTC).timestamp() - 90
        )

    @pytest.mark.usefixtures("clock")
    def test_the_oldest_mail_whose_tries_are_in_vain(
        self, scrape, later, max, mail_server, settings, work
    ):
        settings.EMAIL_PORT = 1
        accounts.passwords.mails.PasswordWasChanged(how="link").queue(max)
        for _ in range(3):
            work()
            later(minutes=4)
        assert scrape()["vectice_mails_oldest_waiting_seconds"] == 720
        assert alerts()["VecticeMailsWait"] == "max(vectice_mails_oldest_waiting_seconds) > 600"

    def test_no_mail_that_waits(self, scrape):
        assert scrape()["vectice_mails_oldest_waiting_seconds"] == 0

    def test_the_last_backup(self, scrape):
        CounterCache("", {}).set(backups.LAST, 1_800_000_000, None)
        assert scrape()["vectice_last_backup_timestamp_seconds"] == 1_800_000_000

    def test_is_left_out_while_it_is_away(self, scrape, monkeypatch):
        def away():
            raise OperationalError

        monkeypatch.setattr("vectice_admin.operations.queue.now", away)
        found = scrape()
        assert (found["vectice_database_up"], "vectice_queue_due_tasks" in found) == (0, False)
        assert any(name.startswith("vectice_requests_total") for name in found)


def test_processes_count_together(tmp_path):
    def python(code):
        environment = {
            **os.environ,
            "PROMETHEUS_MULTIPROC_DIR": str(tmp_path),
            "DJANGO_SETTINGS_MODULE": "tests.settings",
        }
        code = f"import django; django.setup(); from accounts.kernel import metrics; {code}"
        return subprocess.run(
            [sys.executable, "-c", code],
            env=environment,
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
        ).stdout

    for _ in range(2):
        python("metrics.TURNED_AWAY.inc()")
    shown = python(
        "from prometheus_client import generate_latest; from vectice_admin import metrics;"
        "print(generate_latest(metrics.counted()).decode())"
    )
    assert re.search(r"^vectice_hashing_turned_away_total 2\.0$", shown, re.MULTILINE)


def test_no_label_can_name_a_person():
    labels = {
        label
        for metric in metrics.REGISTRY.collect()
        for sample in metric.samples
        for label in sample.labels
    }
    assert labels <= {"action", "outcome", "page", "method", "status", "le"}


class TestHealth:
    @pytest.mark.parametrize("path", ["/health/live", "/health/ready"])
    @pytest.mark.parametrize("host", ["10.1.2.3:8000", "evil.test", "[::1]:80", "", "a b"])
    def test_answers_whatever_the_host(self, client, db, path, host):
        assert client.get(path, headers={"host": host}).status_code == 200

    @pytest.mark.parametrize("path", ["/sign-in/", "/health/", "/health/live/", "/", "/metrics/"])
    def test_other_pages_still_ask_for_it(self, client, db, path):
        assert client.get(path, headers={"host": "evil.test"}).status_code == 400

    def test_needs_no_session(self, client, db, settings, django_assert_num_queries):
        client.cookies[settings.SESSION_COOKIE_NAME] = "x" * 32
        with django_assert_num_queries(0):
            assert client.get("/health/live").status_code == 200

    def test_is_read_only(self, client, db):
        assert client.post("/health/live").status_code == 405

    def test_is_not_ready_while_the_database_is_away(self, client, db, monkeypatch):
        def away(*arguments):
            raise OperationalError

        monkeypatch.setattr("vectice_admin.health.MigrationRecorder", away)
        assert (
            client.get("/health/ready").status_code,
            client.get("/health/live").status_code,
        ) == (503, 200)

    def test_is_not_ready_while_nothing_can_be_counted(self, client, db, monkeypatch):
        monkeypatch.setattr(cache, "get", lambda key: None, raising=False)
        assert client.get("/health/ready").status_code == 503

    def test_is_not_ready_while_a_migration_is_missing(self, client, db):
        with connection.cursor() as cursor:
            cursor.execute(
                "DELETE FROM django_migrations WHERE app = 'accounts' AND name LIKE '0002%%'", []
            )
        assert client.get("/health/ready").status_code == 503

    def test_tells_the_version_to_who_has_the_token(self, client, db, settings):
        settings.METRICS_TOKEN, settings.VERSION = TOKEN, "7.8.9"
        answer = client.get("/health/ready", headers={"authorization": f"Bearer {TOKEN}"})
        assert (answer.status_code, answer.json()) == (200, {"status": "ready", "version": "7.8.9"})

    def test_tells_the_version_also_while_it_is_not_ready(self, client, db, settings, monkeypatch):
        settings.METRICS_TOKEN, settings.VERSION = TOKEN, "7.8.9"
        monkeypatch.setattr(cache, "get", lambda key: None, raising=False)
        answer = client.get("/health/ready", headers={"authorization": f"Bearer {TOKEN}"})
        assert (answer.status_code, answer.json()) == (
            503,
            {"status": "not ready", "version": "7.8.9"},
        )

    @pytest.mark.parametrize(
        ("token", "given"),
        [(TOKEN, ""), (TOKEN, f"Bearer {TOKEN}x"), (TOKEN, f"Basic {TOKEN}"), ("", "Bearer ")],
    )
    def test_answers_as_ever_without_the_token(self, client, db, settings, token, given):
        settings.METRICS_TOKEN = token
        answer = client.get("/health/ready", headers={"authorization": given})
        assert (answer.status_code, answer.content) == (200, b"ready")

    def test_is_ready_where_the_database_is_ahead(self, client, db):
        MigrationRecorder(connection).record_applied("accounts", "9999_later")
        assert client.get("/health/ready").status_code == 200
