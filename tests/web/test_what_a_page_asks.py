"""How often a page asks the database before it has anything of its own to ask."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Organization


@pytest.fixture
def asked():
    """Return a function that returns the statements that a GET of a path takes; it was asked for before."""

    def statements(client, path):
        client.get(path)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(path).status_code == 200
        return [query["sql"] for query in queries]

    return statements


def test_session_person_and_organization_come_in_one(vera, signed_in_as, asked):
    Organization.objects.create(name="Northwind")
    assert len(asked(signed_in_as(vera), "/roles/")) == 1


def test_the_badge_in_the_menu_of_admins_takes_one_more(admin, asked):
    assert len(asked(admin, "/roles/")) == 2


def test_a_visitor_who_never_was_here_costs_the_organization_alone(client, db, asked):
    client.cookies.clear()
    assert len(asked(client, "/sign-in/")) == 1
