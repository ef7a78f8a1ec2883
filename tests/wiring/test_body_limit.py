"""Nobody fills the disk: what is longer than its page takes is refused before anything of it is read."""

import re
from io import BytesIO
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

import accounts.tabular.limits
from tests.conftest import text_of

FILE = b'--x\r\nContent-Disposition: form-data; name="file"; filename="people.csv"\r\n\r\nemail\r\n--x--\r\n'
MULTIPART = "multipart/form-data; boundary=x"
NGINX = Path(__file__).parent.parent.parent / "deploy" / "nginx.conf"


class Unread(BytesIO):
    def read(self, size=-1):
        raise AssertionError("The body is read.")


def send(client, path, length, body=None):
    """Send a body that says it is `length` long, and fail where it is read unless `body` is given."""
    given = {"wsgi.input": BytesIO(body) if body else Unread(), "CONTENT_LENGTH": str(length)}
    return client.generic("POST", path, b"x", MULTIPART, **given)


@pytest.mark.parametrize(
    "path", ["/sign-in/", "/forgot-password/", "/imports/", "/reset/x/choose/", "/nowhere/"]
)
def test_nobody_sends_more_than_a_form_without_having_signed_in(db, path):
    response = send(
        Client(enforce_csrf_checks=True), path, settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1
    )
    assert (response.status_code, "too much at once" in text_of(response)) == (413, True)


class TestImport:
    def test_takes_a_file_from_who_may_import(self, ada, signed_in_as):
        assert (
            send(signed_in_as(ada), "/imports/", settings.UPLOAD_MAX_SIZE, FILE).status_code == 302
        )

    def test_takes_no_file_from_others(self, max, signed_in_as):
        assert send(signed_in_as(max), "/imports/", settings.UPLOAD_MAX_SIZE).status_code == 413

    def test_takes_no_file_beyond_every_limit(self, ada, signed_in_as):
        assert send(signed_in_as(ada), "/imports/", settings.UPLOAD_MAX_SIZE + 1).status_code == 413

    def test_has_room_for_a_file_that_is_a_little_too_long_so_that_its_own_page_says_so(self):
        assert (
            settings.UPLOAD_MAX_SIZE
            > accounts.tabular.limits.MOST_BYTES + settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        )

    def test_has_the_same_limit_in_the_proxy(self):
        megabytes = re.search(
            r"location /imports/ \{\s+client_max_body_size (\d+)m;", NGINX.read_text()
        )[1]
        assert int(megabytes) * 1024 * 1024 == settings.UPLOAD_MAX_SIZE


def test_a_form_of_more_fields_than_any_of_ours_is_not_taken(client, db):
    most = settings.DATA_UPLOAD_MAX_NUMBER_FIELDS
    answers = [client.post("/sign-in/", {"email": ["x"] * fields}) for fields in (most, most + 1)]
    assert (most <= 200, [answer.status_code for answer in answers]) == (True, [422, 400])


def test_an_admin_sends_no_file_elsewhere(ada, signed_in_as):
    assert (
        send(
            signed_in_as(ada), "/organization/", settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1
        ).status_code
        == 413
    )


@pytest.mark.parametrize("length", ["", "many", "-1"])
def test_a_length_that_is_none_has_nothing_read(db, length):
    assert send(Client(enforce_csrf_checks=True), "/profile/", length).status_code in (
        302,
        400,
        403,
    )
