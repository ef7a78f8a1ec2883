import os
import subprocess
import sys

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from tests.conftest import PASSWORD
from vectice_admin import tracing

AFTER = "vectice_admin.request_id.RequestId"


@pytest.fixture(scope="session")
def exporter():
    # Once: OpenTelemetry takes no second provider in one process.
    exporter = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    trace.set_tracer_provider(provider)
    return exporter


@pytest.fixture
def spans(exporter, settings):
    settings.MIDDLEWARE = [*settings.MIDDLEWARE]
    settings.MIDDLEWARE.insert(
        settings.MIDDLEWARE.index(AFTER) + 1, "vectice_admin.tracing.Tracing"
    )
    exporter.clear()
    return exporter.get_finished_spans


def test_name_the_page_and_its_answer(spans, ada, signed_in_as):
    signed_in_as(ada).get("/users/?q=somebody")
    [span] = spans()
    assert (span.name, span.attributes["http.response.status_code"]) == ("GET users", 200)


def test_carry_the_id_that_stands_in_the_log(spans, client, db):
    response = client.get("/sign-in/")
    assert spans()[0].attributes["request.id"] == response["X-Request-ID"]


def test_hold_no_token_no_search_and_no_password(spans, client, ada, signed_in_as):
    client.get(f"/reset/{ada.public_id}/secret-token/")
    signed_in_as(ada).get("/users/?q=somebody")
    client.post("/sign-in/", {"email": ada.email, "password": PASSWORD})
    written = str([(span.name, dict(span.attributes), span.events) for span in spans()])
    assert [span.name for span in spans()] == ["GET reset-link", "GET users", "POST sign-in"]
    assert [
        secret for secret in ("secret-token", "somebody", PASSWORD, ada.email) if secret in written
    ] == []


def test_are_made_only_where_an_address_is_given(monkeypatch):
    monkeypatch.delenv(tracing.ENDPOINT, raising=False)
    assert not tracing.is_wanted()
    monkeypatch.setenv(tracing.ENDPOINT, "http://127.0.0.1:4318")
    assert tracing.is_wanted()


def test_without_their_packages_end_the_start_with_one_line():
    code = "import sys; sys.modules['opentelemetry'] = None; from vectice_admin import tracing; tracing.is_wanted()"
    environment = {
        **os.environ,
        tracing.ENDPOINT: "http://127.0.0.1:4318",
        "DJANGO_SETTINGS_MODULE": "tests.settings",
    }
    result = subprocess.run(
        [sys.executable, "-c", code], check=False, env=environment, capture_output=True, text=True
    )
    assert result.returncode == 1
    assert (
        result.stderr.strip()
        == f"{tracing.ENDPOINT}: needs the packages of requirements-tracing.txt"
    )
