"""
Each table that holds somebody or a secret says what becomes of it.

Every field that refers to a user, or takes text, must be one of the `people`, `secrets` or
`harmless` of its table, so that nobody adds one without a thought of who reads it, who erases it
and who ends it.
"""

import pytest
from django.apps import apps
from django.db import models

from accounts.kernel import lifecycle
from accounts.kernel.queue import tasks
from accounts.models import Counter, User

OURS = [
    model
    for model in apps.get_models()
    if model._meta.app_label not in ("auth", "contenttypes", "sessions")
]
TEXT = (models.CharField, models.TextField, models.BinaryField, models.JSONField)


def is_in_question(field):
    if field.related_model is User:
        return True
    return isinstance(field, (*TEXT, models.GenericIPAddressField)) and not field.choices


def fields_in_question(model):
    """Return the names of the fields of a table of which something must be said."""
    return {field.name for field in model._meta.concrete_fields if is_in_question(field)}


def undeclared(model, declared):
    named = {*declared.people, *declared.secrets, *declared.harmless} if declared else set()
    return fields_in_question(model) - named


@pytest.mark.parametrize("model", OURS, ids=lambda model: model.__name__)
def test_says_of_each_field_whether_it_is_somebody_or_a_secret(model):
    assert undeclared(model, lifecycle.DECLARED.get(model)) == set()


def test_would_be_missed_where_it_is_not_said():
    assert undeclared(User, None) >= {"email", "full_name", "password", "invited_by"}
    assert undeclared(Counter, None) == {"key"}


@pytest.mark.parametrize(
    "declared", lifecycle.DECLARED.values(), ids=lambda one: one.model.__name__
)
class TestDeclared:
    def test_names_fields_that_are_there(self, declared):
        named = {*declared.people, *declared.secrets, *declared.harmless}
        assert named <= {field.name for field in declared.model._meta.concrete_fields}

    def test_says_what_keeps_it_small(self, declared):
        assert declared.tidy

    def test_says_what_a_deletion_does_to_people(self, declared):
        assert bool(declared.erase) == bool(declared.people)

    def test_says_what_a_restore_does_to_secrets(self, declared):
        assert bool(declared.revoke_after_restore) >= bool(declared.secrets)

    def test_has_its_tidying_done_again_and_again(self, declared):
        if callable(declared.tidy):
            path = f"{declared.tidy.__module__}.{declared.tidy.__qualname__}"
            assert path in tasks.RECURRING.values()


def test_credentials_are_of_three_kinds():
    assert set(lifecycle.outstanding()) == {"temporary_password", "reset_link", "invitation"}
