"""PostgreSQL as a standby answers, or as one that was told to change nothing: away for who would change something."""

import time

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client

from vectice_admin.operations.doctor import stores

pytestmark = pytest.mark.postgresql


@pytest.fixture
def unchanging(ada):
    """The database of the tests, with Ada in it, which takes no changes until the test ends."""
    with connection.cursor() as cursor:
        cursor.execute("SET default_transaction_read_only = on")
    yield
    with connection.cursor() as cursor:
        cursor.execute("RESET default_transaction_read_only")


@pytest.mark.django_db(transaction=True)
def test_who_would_change_something_is_asked_to_come_again(ada, unchanging):
    answer = Client(raise_request_exception=False).post(
        "/sign-in/", {"email": ada.email, "password": "x"}
    )
    assert (answer.status_code, answer.has_header("Retry-After")) == (503, True)


@pytest.mark.django_db(transaction=True)
def test_load_balancers_and_operators_are_told(unchanging):
    assert Client().get("/health/ready").status_code == 503
    finding = stores.database()
    assert (finding.level, "takes no changes" in finding.text) == ("wrong", True)


@pytest.mark.django_db(transaction=True)
def test_a_worker_waits_for_it(unchanging, monkeypatch):
    def stop(seconds):
        raise KeyboardInterrupt

    monkeypatch.setattr("accounts.management.commands.worker.connection.close", lambda: None)
    monkeypatch.setattr(time, "sleep", stop)
    with pytest.raises(KeyboardInterrupt):
        call_command("worker", batch=True)
