import pytest
from django.db import DatabaseError, connection, transaction

import accounts.roles.actions
from accounts.models import AuditEvent


@pytest.fixture
def event(ada, max, acting):
    accounts.roles.actions.change_role(max.pk, actor=acting(ada), role="viewer")
    return AuditEvent.objects.get()


class TestDatabaseRefuses:
    def test_a_change(self, event):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            AuditEvent.objects.update(action="user.created")

    def test_a_deletion(self, event):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            AuditEvent.objects.all().delete()

    def test_a_deletion_past_django(self, event):
        with (
            pytest.raises(DatabaseError, match="append-only"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute("DELETE FROM accounts_auditevent")

    def test_to_have_one_replaced(self, event):
        same = "INTO accounts_auditevent SELECT * FROM accounts_auditevent"
        replace = {
            "sqlite": f"INSERT OR REPLACE {same}",
            "postgresql": f"INSERT {same} ON CONFLICT (id) DO UPDATE SET action = 'user.created'",
        }
        with (
            pytest.raises(DatabaseError, match="append-only"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(replace[connection.vendor])

    @pytest.mark.postgresql
    @pytest.mark.django_db(transaction=True)
    def test_to_be_emptied(self, event):
        if connection.vendor != "postgresql":
            pytest.skip("only PostgreSQL can TRUNCATE (TEST_DATABASE_URL)")
        with (
            pytest.raises(DatabaseError, match="append-only"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute("TRUNCATE accounts_auditevent CASCADE")

    def test_to_lose_who_did_it(self, event, ada):
        with pytest.raises(DatabaseError), transaction.atomic():
            ada.delete()
