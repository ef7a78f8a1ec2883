"""The doctor's way from outside: name, TLS, proxy, product."""

import http.server
import json
import ssl
import threading
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes as digests
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.operations.test_doctor import levels
from vectice_admin import seen
from vectice_admin.operations.doctor import public_address

HOST = {"host": "admin.northwind.example", "host_counts": True}
SEEN = {**HOST, "https": True, "address": "203.0.113.9", "forwarded_for": True}


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """Return a function that makes a certificate for localhost, good for so many days, in a file with its key."""

    def make(days):
        key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
        builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        builder = builder.not_valid_before(now - timedelta(days=1)).not_valid_after(
            now + timedelta(days=days, hours=1)
        )
        names = x509.SubjectAlternativeName([x509.DNSName("localhost")])
        signed = builder.add_extension(names, critical=False).sign(key, digests.SHA256())
        path = tmp_path_factory.mktemp("tls") / "both.pem"
        none, pem, pkcs8 = (
            serialization.NoEncryption(),
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
        )
        path.write_bytes(key.private_bytes(pem, pkcs8, none) + signed.public_bytes(pem))
        return path

    return make


@pytest.fixture
def proxy(certificate, monkeypatch):
    """Return a function that starts something that answers over TLS, and returns its address."""
    servers = []

    def start(status=200, body=SEEN, *, days=90, trusted=True):
        class Answer(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                text = body if isinstance(body, bytes) else json.dumps(body).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            def log_message(self, *arguments):
                pass

        path = certificate(days)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(path)
        server = http.server.HTTPServer(("127.0.0.1", 0), Answer)
        server.handle_error = lambda *arguments: None  # who does not trust the certificate hangs up
        server.socket = context.wrap_socket(server.socket, server_side=True)
        threading.Thread(
            target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True
        ).start()
        servers.append(server)
        if trusted:
            monkeypatch.setenv("SSL_CERT_FILE", str(path))
        return f"https://localhost:{server.server_port}"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


class TestPublicAddress:
    def test_that_is_well(self, proxy):
        found = levels(public_address.findings(proxy()))
        assert found == dict.fromkeys(
            ("TLS", "Public address", "Host", "X-Forwarded-Proto", "X-Forwarded-For"), "ok"
        )

    @pytest.mark.parametrize(
        ("answer", "subject", "level"),
        [
            ({"body": {**SEEN, "https": False}}, "X-Forwarded-Proto", "wrong"),
            ({"body": {**SEEN, "forwarded_for": False}}, "X-Forwarded-For", "wrong"),
            ({"body": {**SEEN, "host": "web:8000", "host_counts": False}}, "Host", "wrong"),
            ({"body": {**SEEN, "host": "127.0.0.1:8000"}}, "Host", "warning"),
            ({"status": 503}, "Public address", "wrong"),
            ({"body": b"ready"}, "Public address", "wrong"),
            ({"status": 400, "body": {"code": "untrusted_proxy"}}, "Public address", "wrong"),
            ({"status": 302, "body": b""}, "Public address", "wrong"),
            ({"status": 200, "body": [1]}, "Public address", "wrong"),
            ({"days": 10}, "TLS", "warning"),
            ({"trusted": False}, "TLS", "wrong"),
            ({"days": -1}, "TLS", "wrong"),
        ],
    )
    def test_with_something_wrong(self, proxy, answer, subject, level):
        assert levels(public_address.findings(proxy(**answer)))[subject] == level

    def test_that_was_started_with_another_name(self, proxy):
        """The proxy is well then, and restarting what is behind it mends it."""
        answer = {"body": {**SEEN, "host_counts": False}}
        (text,) = [
            found.text
            for found in public_address.findings(proxy(**answer))
            if found.subject == "Host"
        ]
        assert ("Restart it" in text, "proxy" in text) == (True, False)

    def test_that_is_not_there(self):
        assert levels(public_address.findings("http://127.0.0.1:1")) == {"Public address": "wrong"}

    def test_of_the_running_product(self, live_server):
        texts = [finding.text for finding in public_address.findings(live_server.url)]
        assert "is ready" in texts[0]
        assert "admin.northwind.example is asked for" in texts[1]
        assert "this request came from 127.0.0.1" in texts[2]


@pytest.mark.django_db
class TestWhatTheProductSees:
    def test_is_told_to_the_doctor(self, client, settings):
        settings.TRUSTED_PROXIES = ["10.0.0.1"]
        headers = {
            seen.HEADER: seen.question(),
            "x-forwarded-for": "203.0.113.9",
            "x-forwarded-proto": "https",
        }
        headers["host"] = HOST["host"]
        assert client.get("/health/ready", headers=headers, REMOTE_ADDR="10.0.0.1").json() == SEEN

    def test_has_nothing_of_an_untrusted_proxy(self, client):
        headers = {
            seen.HEADER: seen.question(),
            "x-forwarded-for": "203.0.113.9",
            "host": HOST["host"],
        }
        found = client.get("/health/ready", headers=headers, REMOTE_ADDR="10.0.0.1").json()
        assert found == {**HOST, "https": False, "address": "10.0.0.1", "forwarded_for": False}

    @pytest.mark.parametrize("host", ["web:8000", "a_b", "é"])
    def test_says_which_host_arrived_where_it_does_not_count(self, client, host):
        found = client.get(
            "/health/ready", headers={seen.HEADER: seen.question(), "host": host}
        ).json()
        assert (found["host"], found["host_counts"]) == (host, False)

    def test_is_told_to_nobody_else(self, client, settings):
        question = seen.question()
        settings.SECRET_KEY = "another-" * 10
        assert client.get("/health/ready", headers={seen.HEADER: question}).content == b"ready"

    def test_is_told_for_a_while_only(self, client, later):
        question = seen.question()
        later(minutes=6)
        assert client.get("/health/ready", headers={seen.HEADER: question}).content == b"ready"
