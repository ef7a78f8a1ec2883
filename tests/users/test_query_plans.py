"""No page of the list reads everybody: the database walks an index, whatever the order and the filters."""

import re
from itertools import product

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

import accounts.statistics.actions
import accounts.statistics.queries
import accounts.users.queries
from accounts.management import demo_data
from accounts.models import User
from accounts.users.filters import SORTS, Filters

CROWD = 8_000
FILTERS = (
    {"q": "nystrom"},
    {"q": "an"},
    {"q": "xq"},
    {"q": "9999@"},
    {"status": "deactivated"},
    {"role": "admin"},
    {"role": "viewer", "status": "active"},
    {"must_change": "yes"},
    {"temporary_password": "expired"},
    {"never_signed_in": "yes"},
    {"signed_in_after": "2026-11-01"},
    {"signed_in_before": "2020-01-01"},
    {"invited": "yes"},
    {"domain": "nowhere.example"},
)


@pytest.fixture(scope="module")
def crowd(django_db_setup, django_db_blocker):
    """Many people, for all tests of this file: a planner does not bother with an index for a few."""
    with django_db_blocker.unblock():
        for start in range(1, CROWD, 1000):
            demo_data.add(range(start, start + 1000))
        accounts.statistics.actions.recount()
        if (
            connection.vendor == "postgresql"
        ):  # which does so by itself after a while; SQLite never does
            with connection.cursor() as cursor:
                cursor.execute("VACUUM ANALYZE accounts_user")
        yield
        empty_again()


def empty_again():
    from importlib import import_module

    from accounts.models import AuditEvent, CachedCount, User

    triggers = import_module("accounts.migrations.0002_audit_trail_is_append_only")
    with connection.schema_editor() as editor:
        triggers.allow(None, editor)
    AuditEvent.objects.all().delete()
    User.objects.all().delete()
    CachedCount.objects.all().delete()
    with connection.schema_editor() as editor:
        triggers.forbid(None, editor)


def plans_of(read):
    """Return how the database does the queries of `read` on people: a list of (statement, plan as text)."""
    with CaptureQueriesContext(connection) as queries:
        read()
    explain = "EXPLAIN QUERY PLAN " if connection.vendor == "sqlite" else "EXPLAIN (FORMAT JSON) "
    found = []
    with connection.cursor() as cursor:
        for query in queries.captured_queries:
            if '"accounts_user"' in query["sql"]:
                cursor.execute(explain + query["sql"].replace("%", "%%"), ())
                found.append((query["sql"], "\n".join(str(row[-1]) for row in cursor.fetchall())))
    assert found
    return found


def reads_everybody(plan):
    if connection.vendor == "sqlite":
        return [
            line for line in plan.splitlines() if re.search(r"SCAN accounts_user(?! USING)", line)
        ]
    return re.findall(r"'Node Type': 'Seq Scan'.{0,200}?'accounts_user'", plan)


def sorts(plan):
    return re.search(r"TEMP B-TREE FOR ORDER BY|'Node Type': '(Incremental )?Sort'", plan)


@pytest.mark.django_db
@pytest.mark.usefixtures("crowd")
class TestPlans:
    def test_show_who_reads_and_sorts_everybody(self):
        [(_statement, plan)] = plans_of(
            lambda: list(User.objects.filter(time_zone="x").order_by("language"))
        )
        assert (bool(reads_everybody(plan)), bool(sorts(plan))) == (True, True)

    @pytest.mark.parametrize("sort", SORTS)
    def test_every_order_walks_an_index(self, ada, acting, sort):
        part = accounts.users.queries.page(Filters(sort=sort), actor=acting(ada))
        for cursor in ("", part.next, part.last):
            for statement, plan in plans_of(
                lambda at=cursor: accounts.users.queries.page(
                    Filters(sort=sort), at, actor=acting(ada)
                )
            ):
                assert re.search("people_by_|autoindex_accounts_user|user_email", plan), (
                    statement,
                    plan,
                )
                assert not reads_everybody(plan), (statement, plan)
                assert not sorts(plan), (statement, plan)

    def test_no_filter_reads_everybody(self, ada, acting):
        readers = []
        for narrowed in FILTERS:
            plans = plans_of(
                lambda given=narrowed: accounts.users.queries.page(
                    Filters(**given), actor=acting(ada)
                )
            )
            readers += [(narrowed, *row) for row in plans if reads_everybody(row[1])]
        assert readers == []

    def test_a_filter_that_many_meet_sorts_nobody(self, ada, acting):
        wrong = []
        for narrowed, sort in product(
            ({"status": "active"}, {"role": "viewer"}, {"q": "a"}), SORTS
        ):
            plans = plans_of(
                lambda given=narrowed, by=sort: accounts.users.queries.page(
                    Filters(**given, sort=by), actor=acting(ada)
                )
            )
            wrong += [(narrowed, sort, *row) for row in plans if reads_everybody(row[1])]
            # PostgreSQL may sort the thousand next rows rather than walk them; SQLite would sort all that match.
            if connection.vendor == "sqlite":
                wrong += [(narrowed, sort, *row) for row in plans if sorts(row[1])]
        assert wrong == []

    @pytest.mark.parametrize("sort", SORTS)
    def test_no_page_is_reached_by_counting_rows(self, ada, acting, sort):
        part = accounts.users.queries.page(Filters(sort=sort), actor=acting(ada))
        for cursor in (part.next, part.last):
            with CaptureQueriesContext(connection) as queries:
                accounts.users.queries.page(Filters(sort=sort), cursor, actor=acting(ada))
            assert any("LIMIT" in query["sql"] for query in queries)
            assert not any("OFFSET" in query["sql"] for query in queries)

    def test_counts_of_the_list_read_nobody(self, signed_in_as, ada, monkeypatch):
        monkeypatch.setattr(accounts.statistics.queries, "MOST_COUNTED", CROWD // 10)
        client = signed_in_as(ada)
        for statement, plan in plans_of(lambda: client.get("/users/")):
            assert not reads_everybody(plan), (statement, plan)
