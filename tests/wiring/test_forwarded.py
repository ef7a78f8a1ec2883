"""Whose word counts for where a request came from."""

import pytest

from accounts.models import AuditEvent, Session
from tests.conftest import PASSWORD, text_of

CLIENT = "203.0.113.9"
# The address that counts, by the header of a trusted proxy, 10.0.0.1.
COUNTS = {
    CLIENT: CLIENT,
    f"1.1.1.1, {CLIENT}": CLIENT,
    f"{CLIENT}, 10.0.0.7": CLIENT,
    f"evil, {CLIENT}": CLIENT,
    f"{CLIENT}, evil": "10.0.0.1",
    "10.0.0.3, 10.0.0.2": "10.0.0.3",
    f"{CLIENT}:5678": CLIENT,
    "192.0.2.66, " * 500 + CLIENT: CLIENT,
    f"192.0.2.66, {'x' * 5000}, {CLIENT}, 10.0.0.7": CLIENT,
    "[2001:db8::1]:443": "2001:db8::1",
    f"::ffff:{CLIENT}": CLIENT,
    "fe80::1%eth0": "fe80::1",
    "localhost": "10.0.0.1",
    "a,b": "10.0.0.1",
    "": "10.0.0.1",
    None: "10.0.0.1",
    "9" * 9000: "10.0.0.1",
}


@pytest.fixture
def behind(client, max, settings):
    """Return a function: the address that is recorded for a sign-in through a proxy."""

    def address(forwarded, *, peer="10.0.0.1", trusted=("10.0.0.0/8",)):
        settings.TRUSTED_PROXIES = list(trusted)
        fresh = type(client)()
        fresh.post(
            "/sign-in/",
            {"email": max.email, "password": PASSWORD},
            headers={"x-forwarded-for": forwarded} if forwarded is not None else {},
            REMOTE_ADDR=peer,
        )
        return Session.objects.latest("started_at").address

    return address


class TestBehindATrustedProxy:
    def test_the_last_address_that_is_no_proxy_counts(self, behind):
        assert {forwarded: behind(forwarded) for forwarded in COUNTS} == COUNTS


class TestBehindNone:
    def test_the_header_does_not_count(self, behind):
        assert behind(CLIENT, peer="198.51.100.1") == "198.51.100.1"

    def test_the_header_does_not_count_without_the_setting(self, behind):
        assert behind(CLIENT, trusted=()) == "10.0.0.1"

    def test_https_is_not_believed(self, client, db, settings):
        settings.SECURE_SSL_REDIRECT = True
        assert client.get("/sign-in/", headers={"x-forwarded-proto": "https"}).status_code == 301

    def test_https_from_a_stranger_says_what_to_set(self, client, db, settings, caplog):
        settings.TLS = settings.SECURE_SSL_REDIRECT = True
        response = client.get(
            "/sign-in/", headers={"x-forwarded-proto": "https"}, REMOTE_ADDR="172.17.0.1"
        )
        assert (response.status_code, "TRUSTED_PROXIES" in text_of(response)) == (400, True)
        assert "172.17.0.1" in caplog.text

    def test_https_is_believed_from_a_proxy(self, client, db, settings):
        settings.SECURE_SSL_REDIRECT, settings.TRUSTED_PROXIES = True, ["10.0.0.1"]
        headers = {"x-forwarded-proto": "https"}
        assert client.get("/sign-in/", headers=headers, REMOTE_ADDR="10.0.0.1").status_code == 200


class TestUnixSocket:
    def test_without_an_address_signs_in(self, behind):
        assert behind(None, peer="") is None

    @pytest.mark.usefixtures("clock")
    def test_is_limited_for_each_account(self, client, max):
        for _ in range(10):
            client.post("/sign-in/", {"email": max.email, "password": "wrong"}, REMOTE_ADDR="")
        assert (
            client.post(
                "/sign-in/", {"email": max.email, "password": PASSWORD}, REMOTE_ADDR=""
            ).status_code
            == 429
        )

    def test_is_not_trusted_for_what_else_is(self, behind):
        assert behind(CLIENT, peer="") is None

    def test_can_be_trusted(self, behind):
        assert behind(CLIENT, peer="", trusted=("unix",)) == CLIENT


@pytest.mark.usefixtures("clock")
def test_clients_behind_one_proxy_are_counted_apart(client, max, settings):
    settings.TRUSTED_PROXIES = ["10.0.0.1"]

    def sign_in(password, address):
        headers = {"x-forwarded-for": address}
        form = {"email": max.email, "password": password}
        return (
            type(client)()
            .post("/sign-in/", form, headers=headers, REMOTE_ADDR="10.0.0.1")
            .status_code
        )

    for _ in range(10):
        sign_in("wrong", "203.0.113.1")
    assert (sign_in(PASSWORD, "203.0.113.1"), sign_in(PASSWORD, "203.0.113.2")) == (429, 302)


def test_the_audit_trail_has_the_clients_address(behind, max):
    behind(CLIENT)
    assert AuditEvent.objects.get().address == CLIENT
