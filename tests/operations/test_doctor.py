"""The doctor says what is wrong, in words, and never a secret."""

from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.cache.backends.dummy import DummyCache
from django.core.management import CommandError, call_command
from django.db import connection
from django_tasks_db.models import DBTaskResult

from accounts.kernel.outbox import deliver
from accounts.kernel.queue import worker
from vectice_admin.caches import CounterCache
from vectice_admin.operations import backups, unfinished
from vectice_admin.operations.doctor import background, configuration, public_address, stores
from vectice_admin.operations.doctor.finding import Finding


def levels(findings):
    return {finding.subject: finding.level for finding in findings}


class TestCommand:
    @pytest.fixture
    def examined(self, monkeypatch, db):
        def examine(*findings, **options):
            monkeypatch.setattr(public_address, "findings", lambda url: findings)
            out = StringIO()
            call_command("doctor", stdout=out, **options)
            return out.getvalue()

        return examine

    def test_says_each_thing_in_a_line(self, examined, work):
        worker.plan()
        work()
        lines = examined(Finding("ok", "Public address", "answers\nwell.")).splitlines()
        assert "ok       Public address: answers well." in lines
        assert all(line.split()[0] in ("ok", "warning", "wrong") for line in lines)

    def test_fails_when_anything_is_wrong(self, examined, work):
        worker.plan()
        work()
        with pytest.raises(CommandError, match="1 thing is wrong"):
            examined(Finding("wrong", "Public address", "does not answer."))

    @pytest.mark.parametrize(
        "options", [{"url": "admin.example.com"}, {"url": "https://x/path"}, {"mail_to": "x"}]
    )
    def test_refuses_what_it_cannot_use(self, examined, options):
        with pytest.raises(CommandError, match=r"must be like|no e-mail address"):
            examined(**options)

    def test_goes_on_without_a_database_and_hides_its_password(self, installation):
        url = (
            "sqlite:////nowhere/x.sqlite3"
            if connection.vendor == "sqlite"
            else "postgres://x:hunter2@127.0.0.1:1/x"
        )
        environment = {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "vectice_admin.settings"}
        environment |= {
            "REDIS_URL": "redis://:hunter2@127.0.0.1:1/0",
            "PUBLIC_URL": "http://127.0.0.1:1",
        }
        done = installation("manage.py", "doctor", **environment)
        assert (done.returncode, done.stderr) == (1, "CommandError: 3 things are wrong.\n")
        assert "wrong    Database: does not answer" in done.stdout
        assert "wrong    Redis: does not answer" in done.stdout
        assert "hunter2" not in done.stdout

    def test_goes_on_without_tables(self, installation):
        environment = {
            "DJANGO_SETTINGS_MODULE": "vectice_admin.settings",
            "PUBLIC_URL": "http://127.0.0.1:1",
        }
        done = installation("manage.py", "doctor", **environment)
        assert (done.returncode, done.stderr) == (1, "CommandError: 2 things are wrong.\n")
        assert "Run manage.py migrate." in done.stdout
        assert "Public address" in done.stdout

    def test_hides_secrets_in_whatever_it_says(self, settings):
        settings.EMAIL_HOST_PASSWORD = "hunter2"
        text = str(
            Finding("wrong", "Mail", f"535 no such password hunter2, nor {settings.SECRET_KEY}")
        )
        assert text == "wrong    Mail: 535 no such password …, nor …"


class TestConfiguration:
    def test_of_a_good_installation(self, settings):
        settings.TLS, settings.PUBLIC_URL = True, "https://admin.example.com"
        settings.TRUSTED_PROXIES = ["10.0.0.1", "unix"]
        found = levels(configuration.findings())
        assert {
            found[name] for name in ("DEBUG", "SECRET_KEY", "PUBLIC_URL", "TRUSTED_PROXIES")
        } == {"ok"}

    @pytest.mark.parametrize(
        ("name", "value", "subject", "level"),
        [
            ("DEVELOPMENT", True, "DEBUG", "wrong"),
            ("DEVELOPMENT", True, "SECRET_KEY", "warning"),
            ("PUBLIC_URL", "http://admin.example.com", "PUBLIC_URL", "warning"),
            ("TRUSTED_PROXIES", ["0.0.0.0/0"], "TRUSTED_PROXIES", "wrong"),
            ("TRUSTED_PROXIES", ["10.0.0.1", "::/0"], "TRUSTED_PROXIES", "wrong"),
            ("TLS", True, "TRUSTED_PROXIES", "wrong"),
            ("X_FRAME_OPTIONS", "SAMEORIGIN", "Django's check security.W019", "warning"),
        ],
    )
    def test_that_is_wrong(self, settings, name, value, subject, level):
        setattr(settings, name, value)
        assert levels(configuration.findings())[subject] == level

    def test_advises_nothing_that_the_product_has_decided_otherwise(self, settings):
        settings.TLS, settings.SECURE_HSTS_SECONDS = True, 3600
        settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = settings.SECURE_HSTS_PRELOAD = False
        advice = {"Django's check security.W005", "Django's check security.W021"}
        given = [advice & set(levels(configuration.findings()))]
        settings.SILENCED_SYSTEM_CHECKS = []
        given.append(advice & set(levels(configuration.findings())))
        assert given == [set(), advice]

    @pytest.mark.parametrize(("hours", "days"), [(12, 30), (24 * 45, 45), (24 * 45 + 1, 46)])
    def test_says_how_long_a_former_key_is_needed(self, settings, hours, days):
        settings.SECRET_KEY_FALLBACKS, settings.SESSION_HOURS = ["x" * 50], hours
        text = next(
            finding.text for finding in configuration.findings() if finding.subject == "SECRET_KEY"
        )
        assert f"may go {days} days after" in text

    def test_and_the_documents_say_the_same_of_it(self):
        text = (Path(__file__).parent.parent.parent / "docs" / "operations.md").read_text()
        assert f"After {configuration.fallback_days()} days (the longest life of a link" in text

    def test_with_a_misspelt_name_in_the_environment(self, monkeypatch):
        monkeypatch.setenv("TEST_DATABASE_URL", "postgres://elsewhere/x")
        assert "Settings" not in levels(configuration.findings())
        monkeypatch.setenv("ALOWED_HOSTS", "hunter2")
        (text,) = [
            finding.text for finding in configuration.findings() if finding.subject == "Settings"
        ]
        assert text == "ALOWED_HOSTS in the environment is none. Is ALLOWED_HOSTS meant?"

    def test_with_files_that_others_can_read(self, settings, tmp_path):
        settings.BASE_DIR = tmp_path
        (tmp_path / ".env").write_text("SECRET_KEY=x")

        def count(folder, file):
            (tmp_path / ".env").chmod(file)
            tmp_path.chmod(folder)
            return sum(".env" in finding.text for finding in configuration.findings())

        assert [count(0o755, 0o640), count(0o700, 0o644), count(0o755, 0o644)] == [0, 0, 1]

    def test_with_settings_that_others_can_read_behind_a_link(self, settings, tmp_path):
        release, etc = tmp_path / "release", tmp_path / "etc"
        release.mkdir(mode=0o700)
        etc.mkdir(mode=0o755)
        (etc / "product.env").write_text("SECRET_KEY=x")
        (etc / "product.env").chmod(0o644)
        (release / ".env").symlink_to(etc / "product.env")
        settings.BASE_DIR = release
        assert any("product.env" in finding.text for finding in configuration.findings())


@pytest.mark.django_db
class TestStores:
    def test_that_are_well(self):
        CounterCache("", {}).set(backups.LAST, int(datetime.now(UTC).timestamp()), None)
        assert {
            *levels(stores.findings()).values(),
            stores.database().level,
            stores.redis_server().level,
        } == {"ok"}

    def test_whose_restore_was_killed_is_not_to_be_migrated(self):
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM django_migrations WHERE app = 'accounts'")
        unfinished.mark()
        assert levels(stores.findings()) == {"Restore": "wrong"}

    def test_with_a_missing_migration(self):
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM django_migrations WHERE app = 'accounts'")
        assert levels(stores.findings())["Migrations"] == "wrong"

    @pytest.mark.parametrize(("minutes", "level"), [(0, "ok"), (0.5, "warning"), (5, "wrong")])
    def test_whose_clock_differs(self, monkeypatch, minutes, level):
        monkeypatch.setitem(
            stores.NOW, connection.vendor, f"{stores.NOW[connection.vendor]} + {minutes * 60}"
        )
        assert levels(stores.findings())["Clock"] == level

    def test_where_nothing_is_counted(self, monkeypatch):
        monkeypatch.setattr(stores, "cache", DummyCache("", {}))
        assert levels(stores.findings())["Limits"] == "wrong"

    def test_where_counts_stand_still(self, monkeypatch):
        monkeypatch.setattr(stores.cache, "incr", lambda key: 1)
        assert levels(stores.findings())["Limits"] == "wrong"

    def test_whose_redis_is_away(self, settings):
        settings.REDIS_URL = "redis://127.0.0.1:1/0"
        assert stores.redis_server().level == "wrong"

    @pytest.mark.parametrize(
        ("days", "level"), [(None, "warning"), (1, "ok"), (2, "warning"), (9, "wrong")]
    )
    def test_whose_backup_is_old(self, days, level):
        if days is not None:
            made_at = datetime.now(UTC) - timedelta(days=days)
            CounterCache("", {}).set(backups.LAST, int(made_at.timestamp()), None)
        assert levels(stores.findings())["Backup"] == level

    def test_whose_audit_trail_lost_its_triggers(self, monkeypatch):
        monkeypatch.setitem(backups.TRIGGERS, connection.vendor, "SELECT 'another'")
        assert levels(stores.findings())["Audit trail"] == "wrong"


@pytest.mark.django_db
class TestBackground:
    def test_without_a_worker(self):
        assert levels(background.findings())["Worker"] == "wrong"

    def test_with_a_worker_that_has_just_started(self, work):
        worker.plan()
        work()
        assert levels(background.findings())["Worker"] == "ok"

    def test_with_a_worker_that_works(self, work, later):
        worker.plan()
        later(minutes=6)
        work()
        later(minutes=4)
        assert levels(background.findings())["Worker"] == "ok"

    def test_with_a_worker_that_died(self, work, later):
        worker.plan()
        later(minutes=6)
        work()
        later(minutes=30)
        found = levels(background.findings())
        assert (found["Worker"], found["Queue"]) == ("wrong", "wrong")

    @pytest.mark.usefixtures("clock")
    def test_with_a_task_that_nobody_takes(self, later, max):
        deliver.enqueue(name="password_was_reset", user_id=max.pk, facts={})
        later(minutes=2)
        assert levels(background.findings())["Queue"] == "ok"
        later(minutes=4)
        text = next(finding.text for finding in background.findings() if finding.subject == "Queue")
        assert text == "1 tasks wait; 1 are due, for 360 s at most."

    def test_with_mails_that_failed(self, max):
        deliver.enqueue(name="password_was_reset", user_id=max.pk, facts={})
        DBTaskResult.objects.update(status="FAILED")
        assert levels(background.findings())["Mails"] == "warning"

    @pytest.mark.usefixtures("clock")
    @pytest.mark.parametrize(("minutes", "level"), [(9, None), (11, "wrong")])
    def test_with_a_mail_that_waits(self, later, max, minutes, level):
        deliver.enqueue(name="password_was_reset", user_id=max.pk, facts={})
        later(minutes=minutes)
        assert levels(background.findings()).get("Mails") == level

    def test_asks_the_mail_server_and_sends_nothing(self, mail_server):
        assert background.mail_server().level == "ok"
        assert mail_server.received == []

    @pytest.mark.parametrize("name", ["EMAIL_PORT", "EMAIL_HOST_USER", "EMAIL_USE_TLS"])
    def test_says_that_the_mail_server_would_take_none(self, mail_server, settings, name):
        """It is away, it knows no such user, it has no TLS."""
        settings.EMAIL_HOST_PASSWORD = "hunter2-hunter2"
        setattr(
            settings,
            name,
            {"EMAIL_PORT": 1, "EMAIL_HOST_USER": "nobody", "EMAIL_USE_TLS": True}[name],
        )
        found = background.mail_server()
        assert (found.level, "hunter2" in str(found)) == ("wrong", False)

    def test_says_without_a_question_that_mails_are_files(self, settings):
        settings.EMAIL_BACKEND = background.FILES
        assert background.mail_server().level == "warning"

    def test_sends_a_mail(self, mail_server):
        assert background.delivered("ops@example.com").level == "ok"
        assert mail_server.received[0].recipients == ["ops@example.com"]

    def test_says_that_the_mail_server_is_away(self, settings):
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
        assert background.delivered("ops@example.com").level == "wrong"

    def test_says_that_mails_are_files(self, settings, tmp_path):
        settings.EMAIL_BACKEND, settings.EMAIL_FILE_PATH = background.FILES, tmp_path
        assert (background.delivered("ops@example.com").level, len(list(tmp_path.iterdir()))) == (
            "warning",
            1,
        )
