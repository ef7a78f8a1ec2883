"""What the list of users is sorted and narrowed by beside columns, and the indexes it walks."""

from collections.abc import Sequence
from typing import Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.db.models.sql.compiler import SQLCompiler


class Never(models.Func):
    """
    The moment of a last sign-in that never was: whoever never came stands before all others.

    It is written into the statement and not handed over beside it, because SQLite takes an index on
    an expression only where the very same expression is asked for.
    """

    template = "'1970-01-01 00:00:00'"
    output_field = models.DateTimeField()

    def as_postgresql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper
    ) -> tuple[str, Sequence[Any]]:
        return self.as_sql(compiler, connection, template="TIMESTAMPTZ '1970-01-01 00:00:00+00'")


class MailDomain(models.Func):
    """
    What stands after the @ of an address; written with its constants in the statement, see Never.
    """

    output_field = models.CharField()

    def as_sqlite(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **extra_context: Any
    ) -> tuple[str, tuple[str | int, ...]]:
        template = "substr(%(expressions)s, instr(%(expressions)s, '@') + 1)"
        address, params = compiler.compile(self.source_expressions[0])
        return template.replace("%(expressions)s", address), (*params, *params)

    def as_postgresql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper
    ) -> tuple[str, Sequence[Any]]:
        return self.as_sql(compiler, connection, template="split_part(%(expressions)s, '@', 2)")


NEVER = Never()
EMAIL_DOMAIN = MailDomain("email")
PRESENT = Q(deleted_at=None)  # the deleted stay only for the audit trail

# Every order and every filter of the list walks one of these (tests/users/test_query_plans.py).
INDEXES = (
    models.Index(fields=("name_key", "id"), condition=PRESENT, name="people_by_name"),
    models.Index(fields=("email",), condition=PRESENT, name="people_by_email"),
    models.Index(fields=("role", "name_key", "id"), condition=PRESENT, name="people_by_role"),
    models.Index(
        Coalesce("last_sign_in_at", NEVER),
        "id",
        condition=PRESENT,
        name="people_by_last_sign_in",
    ),
    models.Index(
        Coalesce("last_sign_in_at", NEVER),
        "created_at",
        "id",
        condition=PRESENT & Q(is_active=True),
        name="people_by_disuse",
    ),
    models.Index(fields=("created_at", "id"), condition=PRESENT, name="people_by_created"),
    models.Index(
        fields=("is_active", "name_key", "id"), condition=PRESENT, name="people_by_status"
    ),
    # Few have some roles and states together, and neither alone would tell.
    models.Index(
        fields=("role", "is_active", "name_key", "id"),
        condition=PRESENT,
        name="people_by_role_and_status",
    ),
    models.Index(EMAIL_DOMAIN, "name_key", "id", condition=PRESENT, name="people_by_domain"),
    models.Index(
        fields=("name_key", "id"),
        condition=PRESENT & Q(invited_by__isnull=False),
        name="people_by_invitation",
    ),
    models.Index(
        fields=("temporary_password_expires_at",),
        condition=Q(temporary_password_expires_at__isnull=False),
        name="user_with_temporary_password",
    ),
    models.Index(
        fields=("reset_link_at",),
        condition=Q(reset_link_at__isnull=False),
        name="user_with_link",
    ),
    # Only what a version before this one stored; the worker fills it in.
    models.Index(fields=("id",), condition=Q(search_key=""), name="people_without_search_key"),
)
