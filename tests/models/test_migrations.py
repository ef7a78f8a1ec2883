"""Migrations that run while the version before is served may be interrupted, and go both ways."""

from importlib import import_module

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection

import accounts.users.queries
from accounts.models import User

search_index = import_module("accounts.migrations.0006_search_index")
search_keys = import_module("accounts.migrations.0007_search_keys")
international_domains = import_module("accounts.migrations.0023_international_domains")

pytestmark = pytest.mark.django_db(transaction=True)


def run(function):
    with connection.schema_editor(atomic=False) as editor:
        function(apps, editor)


def test_the_search_index_is_built_again_where_that_was_interrupted(new_user):
    new_user("Élodie Nyström", email="person@example.com")
    run(search_index.make)
    new_user("Zoë Quispe", email="other@example.com")
    assert [
        accounts.users.queries.found_by(text).count() for text in ("nystrom", "ny", "quispe")
    ] == [1, 1, 1]


def test_search_keys_are_filled_in_from_where_it_was_interrupted(new_user):
    new_user("Élodie Nyström", email="person@example.com")
    new_user("Zoë Quispe", email="other@example.com")
    User.objects.filter(email="other@example.com").update(search_key="")
    run(search_keys.fill)
    assert [accounts.users.queries.found_by(text).count() for text in ("nystrom", "quispe")] == [
        1,
        1,
    ]


def test_the_way_back_and_forth_again(new_user):
    try:
        call_command("migrate", "accounts", "0003", verbosity=0)
    finally:
        call_command("migrate", verbosity=0)
    new_user("Élodie Nyström", email="person@example.com")
    assert accounts.users.queries.found_by("nystrom").count() == 1


def test_international_domains_are_made_searchable_from_where_it_was_interrupted(new_user):
    person = new_user("Anna Muster", email="anna@müller-werk.test")
    User.objects.filter(pk=person.pk).update(search_key="anna@xn--mller-werk-9db.test\nanna muster")
    assert accounts.users.queries.found_by("müller-werk").count() == 0
    for _ in range(2):
        run(international_domains.fill)
    assert accounts.users.queries.found_by("müller-werk").count() == 1
