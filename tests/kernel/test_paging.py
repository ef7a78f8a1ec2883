"""Rows that are more than fit into memory, taken by their key."""

import base64
import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.kernel import paging
from accounts.models import AuditEvent
from tests.wiring.test_settings import setting


@pytest.fixture
def entries(db):
    return [
        AuditEvent.objects.create(action="user.edited", actor_kind="system").pk for _ in range(7)
    ]


def keys(rows):
    return [row.pk for row in rows]


def cursor(*place):
    return base64.urlsafe_b64encode(json.dumps(place).encode()).decode().rstrip("=")


class TestCursorThatSomebodyMadeUp:
    """Such a place is no place in the list: it begins anew."""

    def test_begins_the_list_anew(self, ada, signed_in_as):
        admin = signed_in_as(ada)
        made_up = [
            *(cursor("after", "ada", number) for number in (2**63, -1, 1.5, True, "1", None, [1])),
            *(cursor("after", name, 1) for name in ("a\x00b", "\ud800", 7, None)),
            *(
                cursor(*place)
                for place in [("after", "ada"), ("beside", "ada", 1), ("last", "ada", 1), ()]
            ),
            cursor("after", "a" * 3000, 1),
        ]
        answers = {place: admin.get(f"/users/?cursor={place}") for place in made_up}
        assert {place for place, answer in answers.items() if answer.status_code != 302} == set()

    def test_but_one_that_is_right_leads_there(self, ada, max, signed_in_as):
        page = signed_in_as(ada).get(f"/users/?cursor={cursor('after', ada.name_key, ada.pk)}")
        assert [person.full_name for person in page.context["list"]["people"]] == ["Max Planck"]


class TestEvery:
    @pytest.mark.parametrize("at_once", [1, 3, 7, 8])
    def test_yields_each_row_once(self, entries, at_once):
        assert keys(paging.iterate(AuditEvent.objects.all(), "pk", at_once=at_once)) == entries

    @pytest.mark.parametrize("at_once", [1, 3, 7, 8])
    def test_goes_the_other_way(self, entries, at_once):
        rows = paging.iterate(AuditEvent.objects.all(), "pk", descending=True, at_once=at_once)
        assert keys(rows) == entries[::-1]

    def test_keeps_to_the_rows_that_it_is_given(self, entries):
        assert (
            keys(paging.iterate(AuditEvent.objects.exclude(pk=entries[2]), "pk", at_once=2))
            == entries[:2] + entries[3:]
        )

    def test_yields_nothing_of_nothing(self, db):
        assert list(paging.iterate(AuditEvent.objects.all(), "pk")) == []

    def test_holds_no_more_than_a_few(self, entries):
        rows = paging.iterate(AuditEvent.objects.all(), "pk", at_once=3)
        with CaptureQueriesContext(connection) as queries:
            next(rows)
        assert (len(queries), "LIMIT 3" in queries[0]["sql"]) == (1, True)

    def test_leaves_out_what_came_later(self, entries):
        rows = paging.until_now(AuditEvent.objects.all(), "pk")
        AuditEvent.objects.create(action="user.edited", actor_kind="system")
        assert keys(paging.iterate(rows, "pk", at_once=2)) == entries


def test_no_cursor_is_kept_open_by_anything_else():
    assert setting(
        "DATABASES['default']['DISABLE_SERVER_SIDE_CURSORS']",
        DATABASE_URL="postgres://x@localhost/x",
    )
