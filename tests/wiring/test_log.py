"""One event, one line, with the id of its request and without a secret."""

import errno
import json
import logging
import subprocess
import sys
from itertools import product

import pytest

from vectice_admin import log, request_id

SAID = ["Not Found: {}", "https://admin.example.com{} is slow", '"GET {}?x=1 HTTP/1.1" 500', "{}"]
FROM_PROXY = "proxy-1234567890abcdef"


@pytest.fixture
def id_of_answer(client, db, settings):
    """Return a function: the X-Request-ID of an answer, for a request that came with another."""

    def ask(given=None, *, peer="10.0.0.1"):
        settings.TRUSTED_PROXIES = ["10.0.0.1"]
        headers = {} if given is None else {"x-request-id": given}
        return client.get("/sign-in/", headers=headers, REMOTE_ADDR=peer)["X-Request-ID"]

    return ask


def record(message, *arguments, error=None):
    exc_info = (type(error), error, None) if error else None
    made = logging.LogRecord("x", logging.ERROR, "", 0, message, arguments, exc_info)
    log.MaskLinks().filter(made)
    log.NameRequest().filter(made)
    return made


class TestRequestId:
    def test_is_made_for_each_request(self, id_of_answer):
        one, other = id_of_answer(), id_of_answer()
        assert (len(one), one != other) == (32, True)

    def test_is_taken_from_a_trusted_proxy(self, id_of_answer):
        assert id_of_answer(FROM_PROXY) == FROM_PROXY

    def test_is_not_taken_from_anybody_else(self, id_of_answer):
        assert id_of_answer(FROM_PROXY, peer="198.51.100.1") != FROM_PROXY

    @pytest.mark.parametrize(
        "given", ["", "short", "x" * 65, "with space 12345", "a\nb-forged-line", "über-12345678"]
    )
    def test_is_not_taken_when_it_is_odd(self, id_of_answer, given):
        assert id_of_answer(given.encode().decode("latin-1")) != given

    def test_is_on_answers_that_no_view_gave(self, client, db):
        assert client.get("/nowhere/").has_header("X-Request-ID")
        assert client.get("/sign-in/", headers={"host": "evil.test"}).has_header("X-Request-ID")

    def test_is_in_what_is_logged_meanwhile(self, client, max, monkeypatch, caplog, settings):
        def broken(*args, **kwargs):
            raise RuntimeError

        monkeypatch.setattr("accounts.sign_in.views.forms.SignIn", broken)
        client.raise_request_exception = False
        caplog.handler.addFilter(log.NameRequest())
        settings.TRUSTED_PROXIES = ["10.0.0.1"]
        client.get("/sign-in/", headers={"x-request-id": FROM_PROXY}, REMOTE_ADDR="10.0.0.1")
        assert {entry.request_id for entry in caplog.records} == {FROM_PROXY}

    def test_is_in_what_django_logs_of_the_answer(self, client, db, monkeypatch, caplog):
        monkeypatch.setattr(
            "vectice_admin.at_start.known_migrations", lambda: {("accounts", "9999_later")}
        )
        caplog.handler.addFilter(log.NameRequest())
        answer = client.get("/health/ready")
        assert [entry.name for entry in caplog.records] == [
            "vectice_admin.health",
            "django.request",
        ]
        assert {entry.request_id for entry in caplog.records} == {answer["X-Request-ID"]}

    def test_ends_with_the_request(self, id_of_answer):
        id_of_answer()
        assert (request_id.current(), record("x").request_id) == ("", "-")


class TestJson:
    def test_has_what_a_collector_needs(self):
        said = json.loads(log.Json().format(record("Redis is away (%s)", "TimeoutError")))
        assert said.pop("at").endswith("+00:00")
        assert said == {
            "level": "ERROR",
            "logger": "x",
            "request_id": "-",
            "message": "Redis is away (TimeoutError)",
        }

    def test_is_one_line_whatever_is_said(self):
        text = log.Json().format(
            record("a\nINFO forged\u2028\u0085\x1b[2J", error=ValueError("two\nlines"))
        )
        assert (text.isascii(), len(text.splitlines())) == (True, 1)

    def test_masks_links_in_the_message_and_in_the_fault(self):
        link = "/reset/9f8b/tp2kab-1582f724/"
        text = log.Json().format(record("Not Found: %s", link, error=ValueError(link)))
        assert (json.loads(text)["message"], "ValueError" in text) == ("Not Found: /…/", True)
        assert "tp2kab" not in text


class TestLine:
    def test_names_the_request(self):
        form = log.configuration("line")["formatters"]["line"]["format"]
        assert " - Redis is away" in log.OneLine(form).format(record("Redis is away"))


class TestSecretLinks:
    """What opens an account never stands in the log, in whatever words it comes there."""

    LINKS = {
        "reset": "/reset/9f8b0c7e-0000-4000-8000-000000000000/tp2kab-1582f724/",
        "join": "/join/9f8b0c7e-0000-4000-8000-000000000000/tp2kab-1582f724/",
        "dispute": "/unexpected/tp2kab-1582f724:1vY:sig/",
    }

    def test_are_masked_in_what_is_said_and_in_its_fault(self):
        formatters = {"line": log.OneLine("%(message)s"), "json": log.Json()}
        assert set(formatters) == set(log.FORMATS)
        rows, wrong = list(product(formatters, self.LINKS, SAID)), []
        for form, kind, said in rows:
            link = self.LINKS[kind]
            text = formatters[form].format(
                record(said.replace("{}", "%s"), link, error=ValueError(said.format(link)))
            )
            if "tp2kab" in text or "/…" not in text.replace("\\u2026", "…"):
                wrong.append((form, kind, said, text))
        assert (wrong, len(rows)) == ([], 24)

    def test_of_a_request_that_breaks_are_masked(self, client, db, monkeypatch, caplog):
        def broken(*args, **kwargs):
            raise RuntimeError

        monkeypatch.setattr("accounts.disputes.views.actions.find", broken)
        monkeypatch.setattr("accounts.invitations.views.queries.find", broken)
        monkeypatch.setattr("accounts.users.queries.find", broken)
        client.raise_request_exception = False
        caplog.handler.addFilter(log.MaskLinks())
        for link in self.LINKS.values():
            assert client.get(link).status_code == 500
        assert caplog.text.count("/…") >= len(self.LINKS)
        assert "tp2kab" not in caplog.text

    @pytest.mark.parametrize("form", log.FORMATS)
    def test_are_masked_by_whoever_writes_the_log(self, form):
        said = "\n".join(written(form, [f"warning({link!r})" for link in self.LINKS.values()]))
        assert (said.count("/…") + said.count(r"/\u2026"), "tp2kab" in said) == (6, False)


class TestFault:
    @pytest.mark.parametrize(
        ("error", "said"),
        [
            (
                FileNotFoundError(errno.ENOENT, "hunter2", "hunter2.csv"),
                "builtins.FileNotFoundError: No such file or directory",
            ),
            (OSError("hunter2"), "builtins.OSError"),
            (ValueError("hunter2"), "builtins.ValueError"),
        ],
    )
    def test_has_a_name_without_what_it_quotes(self, error, said):
        assert log.name(error) == said


def written(form, calls):
    """Return the lines that a process writes of these calls of gunicorn's logger and of Django's."""
    loggers = ("gunicorn.error", "django")
    said = [f"logging.getLogger({name!r}).{call}" for call in calls for name in loggers]
    code = (
        "import logging.config; from vectice_admin import log;"
        f"logging.config.dictConfig(log.configuration({form!r}));{';'.join(said)}"
    )
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return done.stderr.splitlines()


@pytest.mark.parametrize("form", log.FORMATS)
def test_gunicorn_writes_as_django_does(form):
    said = written(form, ["warning('Worker died')"])
    assert len(said) == 2
    assert [line.startswith("{") for line in said] == [form == "json"] * 2
