"""Names and reasons in the trail: written with their entry, erased with the person, and never anything else."""

import pytest
from django.db import DatabaseError, connection, transaction

import accounts.users.activation
from accounts.exports.events import UsersExported
from accounts.kernel import audit
from accounts.kernel.actor import Actor
from accounts.models import AuditEvent, PersonalDetail
from accounts.sign_in.events import SignedOut

REFUSED = "can be erased, not rewritten"
COLUMNS = "(event_id, user_id, data)"


@pytest.fixture
def detail(ada, max, acting):
    accounts.users.activation.deactivate(max.pk, actor=acting(ada), reason="left the company")
    return PersonalDetail.objects.get()


@pytest.fixture
def old_entry(detail, ada, max, acting):
    """An entry that nothing personal was written with, and after which another one came."""
    accounts.users.activation.activate(max.pk, actor=acting(ada))
    entry = AuditEvent.objects.latest("pk")
    audit.record(SignedOut(), actor=acting(ada))
    return entry


def run(statement, *values):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)


class TestDatabaseRefuses:
    @pytest.mark.parametrize("column", ["data = '{}'", "user_id = NULL", "event_id = event_id + 1"])
    def test_a_change(self, detail, column):
        with pytest.raises(DatabaseError, match=REFUSED):
            run(f"UPDATE accounts_personaldetail SET {column}")

    def test_a_change_through_django(self, detail):
        detail.data = {"reason": "another"}
        with pytest.raises(DatabaseError, match=REFUSED), transaction.atomic():
            detail.save()

    def test_to_have_one_replaced(self, detail):
        same = f"INTO accounts_personaldetail {COLUMNS} SELECT event_id, user_id, data FROM accounts_personaldetail"
        replace = {
            "sqlite": f"INSERT OR REPLACE {same}",
            "postgresql": f"INSERT {same} ON CONFLICT (event_id) DO UPDATE SET data = '{{}}'",
        }
        with pytest.raises(DatabaseError, match=REFUSED):
            run(replace[connection.vendor])

    @pytest.mark.django_db(transaction=True)
    def test_to_have_words_added_to_an_entry_from_before(self, old_entry):
        with pytest.raises(DatabaseError, match=REFUSED):
            run(
                f"INSERT INTO accounts_personaldetail {COLUMNS} VALUES (%s, NULL, '{{}}')",
                old_entry.pk,
            )

    @pytest.mark.django_db(transaction=True)
    def test_to_have_other_words_put_where_some_were_erased(self, detail, old_entry):
        entry = detail.event_id
        detail.delete()
        with pytest.raises(DatabaseError, match=REFUSED):
            run(f"INSERT INTO accounts_personaldetail {COLUMNS} VALUES (%s, NULL, '{{}}')", entry)

    @pytest.mark.postgresql
    @pytest.mark.django_db(transaction=True)
    def test_to_be_emptied(self, detail):
        if connection.vendor != "postgresql":
            pytest.skip("only PostgreSQL can TRUNCATE (TEST_DATABASE_URL)")
        with pytest.raises(DatabaseError, match=REFUSED):
            run("TRUNCATE accounts_personaldetail")


class TestDatabaseLetsPass:
    def test_the_erasing(self, detail, max):
        audit.forget(max, set())
        assert not PersonalDetail.objects.exists()

    @pytest.mark.postgresql
    @pytest.mark.django_db(transaction=True)
    def test_the_words_of_an_earlier_entry_of_the_same_transaction(self):
        if connection.vendor != "postgresql":
            pytest.skip("on SQLite one process writes at a time (TEST_DATABASE_URL)")
        with transaction.atomic():
            entry = AuditEvent.objects.create(action="x", actor_kind="system")
            audit.record(UsersExported(format="csv"), actor=Actor.system())
            with transaction.atomic():
                PersonalDetail.objects.create(event=entry, data={"reason": "slow"})
        assert PersonalDetail.objects.get().data == {"reason": "slow"}
