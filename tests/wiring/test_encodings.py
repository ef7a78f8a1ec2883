"""A body is UTF-8, or it is refused before anything of it is decoded; nothing that cannot be shown is ever stored."""

import io
import logging
from pathlib import Path

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client

from accounts.kernel import audit
from accounts.kernel.actor import Actor
from accounts.models import PersonalDetail
from accounts.models.plain_json import PlainJSONField
from accounts.organization.events import OrganizationChanged
from accounts.users.events import UserDeactivated, UserEdited
from tests.conftest import text_of
from vectice_admin import log

MARKER = "marker-password-123"
OTHERS = (
    *(
        "undefined",
        "punycode",
        "idna",
        "hex",
        "rot13",
        "bz2",
        "base64",
        "zlib",
        "uu",
        "quopri",
        "unicode_escape",
    ),
    *(
        "raw_unicode_escape",
        "utf-7",
        "utf-16",
        "utf-16-le",
        "utf-32",
        "utf-8-sig",
        "latin-1",
        "cp1252",
        "us-ascii",
    ),
    *("mbcs", "oem", "nonsense", "", " ", "../os", "utf-8, undefined", "UTF_8_SIG", "utf8"),
)
UNFIT = (
    *(f"text/plain; charset={name}" for name in OTHERS),
    *(f'application/x-www-form-urlencoded; CHARSET="{name}"' for name in OTHERS),
    *(f"multipart/form-data; boundary=x; charset={name}" for name in OTHERS),
    "text/plain; charset*=undefined''utf-8",
    "text/plain; charset*=utf-8''utf%2D7",
    "text/plain; charset=utf-8; charset=utf-7",
    "text/plain; x*=a; x*0=b",
    "text/plain; charset=é",
    "text/plain; charset=\x00",
    "text/plain; x=" + "y" * 5000,
    "\x00",
)
FIT = (
    'multipart/form-data; boundary="a\\b"; charset=utf-8',
    "",
    ";",
    "text/plain",
    "text/plain; charset=UTF-8",
    'application/x-www-form-urlencoded; charset="utf-8"',
)


@pytest.fixture
def browser(db):
    return Client(raise_request_exception=False)


@pytest.fixture
def lines():
    """What a request writes into the log, as it stands there."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(log.OneLine("%(levelname)s %(name)s %(message)s"))
    loggers = [logging.getLogger(name) for name in ("", "django")]
    for logger in loggers:
        logger.addHandler(handler)
    yield lambda: stream.getvalue().splitlines()
    for logger in loggers:
        logger.removeHandler(handler)


def part(*headers, value=MARKER):
    return "\r\n".join(["--x", *headers, "", value, "--x--", ""]).encode()


class TestContentType:
    def test_is_refused_in_any_other_encoding(self, browser):
        statuses = {
            (method, path, kind): browser.generic(
                method, path, b"email=%5Cud800", content_type=kind
            ).status_code
            for kind in UNFIT
            for method, path in (
                ("POST", "/sign-in/"),
                ("GET", "/forgot-password/?q=1"),
                ("POST", "/nowhere/"),
            )
        }
        assert {
            place: status for place, status in statuses.items() if status not in (400, 415)
        } == {}

    def test_is_refused_with_a_page_that_says_why(self, browser):
        answer = browser.generic("POST", "/sign-in/", b"x", "text/plain; charset=undefined")
        assert (answer.status_code, "is not in UTF-8" in text_of(answer)) == (415, True)

    def test_is_taken_in_utf_8(self, browser):
        kinds = {
            kind: browser.generic("POST", "/sign-in/", b"email=x", content_type=kind).status_code
            for kind in FIT
        }
        assert set(kinds.values()) == {422}

    def test_leaves_the_health_pages_alone(self, browser):
        assert (
            browser.get(
                "/health/live", headers={"content-type": "text/plain; charset=undefined"}
            ).status_code
            == 200
        )

    def test_is_one_warning_without_anything_typed(self, browser, lines):
        browser.post("/sign-in/", MARKER, content_type="text/plain; charset=raw_unicode_escape")
        assert [line.split()[0] for line in lines()] == ["WARNING"]
        assert MARKER not in "".join(lines())


class TestParts:
    FIELD = "Content-Disposition: form-data; name=email"

    def test_are_refused_where_they_are_packed_or_in_another_encoding(self, browser, lines):
        refused = {
            header: browser.post(
                "/sign-in/", part(self.FIELD, header), "multipart/form-data; boundary=x"
            ).status_code
            for header in (
                *(
                    f"Content-Transfer-Encoding: {name}"
                    for name in ("base64", "BASE64", "quoted-printable", "x-uu")
                ),
                *(f"content-type: text/plain; charset={name}" for name in OTHERS),
                "Content-Type : text/plain;x*=a;x*0=b",
                "X: y;x*=a;x*0=b",
            )
        }
        assert {header: status for header, status in refused.items() if status != 400} == {}
        assert ({line.split()[0] for line in lines()}, len(lines())) == ({"WARNING"}, len(refused))
        assert MARKER not in "".join(lines())

    def test_break_nothing_by_the_encoding_of_a_name(self, browser):
        names = [f"Content-Disposition: form-data; name*={name}''%5Cud800%ff" for name in OTHERS]
        names += [
            f"Content-Disposition: form-data; name=a; filename*={name}''%5Cud800%ff"
            for name in OTHERS
        ]
        got = {
            name: browser.post("/sign-in/", part(name), "multipart/form-data; boundary=x")
            for name in names
        }
        assert {
            name: answer.status_code for name, answer in got.items() if answer.status_code != 422
        } == {}

    def test_are_taken_as_browsers_send_them(self, browser, max):
        answer = browser.post(
            "/sign-in/",
            part(
                self.FIELD,
                "Content-Transfer-Encoding: 8bit",
                "Content-Type: text/plain; charset=utf-8",
                value="é",
            ),
            "multipart/form-data; boundary=x",
        )
        assert (answer.status_code, 'value="é"' in answer.content.decode()) == (422, True)


def test_many_fields_in_an_address_are_one_warning_whatever_the_body_says_it_is(browser, lines):
    address = "/sign-in/?" + "&".join(f"field{number}={MARKER}" for number in range(300))
    for kind in (*FIT, *UNFIT):
        before = len(lines())
        status = browser.generic("GET", address, b"", content_type=kind).status_code
        assert (status, [line.split()[0] for line in lines()[before:]]) in (
            (400, ["WARNING"]),
            (415, ["WARNING"]),
        ), kind
    assert MARKER not in "".join(lines())


def test_many_fields_are_one_warning(browser, lines):
    body = "&".join(f"field{number}={MARKER}" for number in range(300))
    multipart = b"".join(
        part(f"Content-Disposition: form-data; name=a{number}")[:-6] for number in range(300)
    )
    for sent, kind in (
        (body, "application/x-www-form-urlencoded"),
        (multipart, "multipart/form-data; boundary=x"),
    ):
        before = len(lines())
        assert browser.post("/sign-in/", sent, content_type=kind).status_code == 400
        assert [line.split()[0] for line in lines()[before:]] == ["WARNING"]
    assert MARKER not in "".join(lines())


class TestHalfALetter:
    def test_of_a_form_is_refused(self, ada, max, signed_in_as):
        answer = signed_in_as(ada).post(
            f"/users/{max.public_id}/deactivate/",
            rb"reason=\ud800",
            content_type="application/x-www-form-urlencoded; charset=raw_unicode_escape",
        )
        max.refresh_from_db()
        assert (answer.status_code, max.is_active) == (415, True)

    def test_that_was_stored_before_is_shown(self, ada, max, signed_in_as):
        client = signed_in_as(ada)
        event = audit.record(
            UserDeactivated(sessions_ended=0), actor=Actor.signed_in(ada), target=max
        )
        as_before = (
            "INSERT INTO accounts_personaldetail (event_id, user_id, data) VALUES (%s, %s, %s)"
        )
        values = [event.pk, max.pk, r'{"reason": "half \ud800 a letter"}']
        if connection.vendor == "postgresql":
            with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(as_before, values)
            return
        with connection.cursor() as cursor:
            cursor.execute(as_before, values)
        shown = [client.get(path) for path in ("/audit/", f"/users/{max.public_id}/")]
        files = [
            client.post("/audit/export/", {"format": kind}).getvalue() for kind in ("csv", "xlsx")
        ]
        assert [answer.status_code for answer in shown] == [200, 200]
        assert r"half \ud800 a letter" in text_of(shown[1])
        assert rb"\ud800" in files[0]

    def test_is_stored_as_its_escape(self, ada):
        event = audit.record(
            OrganizationChanged(changed={"name": ["\ud800"]}), actor=Actor.system()
        )
        about_ada = audit.record(UserEdited(new_name="x\udfffy"), actor=Actor.system(), target=ada)
        event.refresh_from_db()
        assert event.details == {"changed": {"name": [r"\ud800"]}}
        assert PersonalDetail.objects.get(event=about_ada).data == {"new_name": r"x\udfffy"}

    def test_is_not_seen_in_whole_letters(self):
        assert PlainJSONField().from_db_value(r'["\ud83e\udd8a", 1, null]', None, connection) == [
            "🦊",
            1,
            None,
        ]


class TestLogOfAFault:
    @pytest.mark.parametrize("kind", [log.OneLine, log.Json])
    def test_does_not_quote_what_the_exception_says(self, kind):
        try:
            try:
                int(MARKER)
            except ValueError as error:
                raise KeyError(MARKER) from error
        except KeyError as error:
            record = logging.LogRecord(
                "x", logging.ERROR, "", 0, "Broke", (), (type(error), error, None)
            )
        record.request_id = "-"
        said = kind().format(record)
        assert (
            MARKER in said.replace("int(MARKER)", ""),
            "KeyError" in said,
            "ValueError" in said,
        ) == (
            False,
            True,
            True,
        )

    def test_names_the_constraint_and_the_reason_of_the_system(self, ada, new_user):
        try:
            Path(f"/nowhere/{MARKER}").read_text()
        except OSError as error:
            said = log.where_it_broke(error)
        assert ("No such file or directory" in said, MARKER in said) == (True, False)
        try:
            with transaction.atomic():
                new_user(MARKER, email=ada.email)
        except DatabaseError as error:
            said = log.where_it_broke(error)
        assert ("IntegrityError" in said, ada.email in said) == (True, False)
