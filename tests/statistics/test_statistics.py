from datetime import timedelta

import pytest
from django.utils import timezone

import accounts.statistics.actions
import accounts.statistics.queries
import accounts.users.queries
from accounts.kernel import audit
from accounts.management import demo_data
from accounts.models import CachedCount, User
from accounts.sign_in.events import SignedIn
from accounts.statistics.queries import Figure
from accounts.users.filters import Filters


@pytest.fixture
def crowd(db):
    demo_data.add(range(1, 400))


def of_list(ada, acting, **filters):
    filters = Filters(**filters)
    part = accounts.users.queries.page(filters, actor=acting(ada))
    return accounts.statistics.queries.of_list(
        filters, part, accounts.statistics.queries.cached(actor=acting(ada))
    )


class TestOfList:
    def test_is_exact_among_few(self, crowd, ada, acting):
        by_status, matching = of_list(ada, acting, role="viewer")
        assert by_status[""] == Figure(400)
        assert matching == Figure(User.objects.filter(role="viewer").count())

    def test_is_exact_also_when_the_worker_counted_others(self, crowd, ada, acting):
        accounts.statistics.actions.recount()
        User.objects.filter(role="viewer").update(is_active=False)
        assert of_list(ada, acting)[0]["active"] == Figure(
            User.objects.filter(is_active=True).count()
        )

    def test_is_what_the_worker_counted_among_many(self, crowd, ada, acting, monkeypatch):
        monkeypatch.setattr(accounts.statistics.queries, "MOST_COUNTED", 100)
        accounts.statistics.actions.recount()
        by_status, matching = of_list(ada, acting, role="member")
        assert by_status[""] == Figure(400, "about")
        assert matching == Figure(User.objects.filter(role="member").count(), "about")

    def test_is_a_lower_bound_where_nobody_counted(self, crowd, ada, acting, monkeypatch):
        monkeypatch.setattr(accounts.statistics.queries, "MOST_COUNTED", 100)
        assert of_list(ada, acting)[0][""] == Figure(101, "more")

    def test_of_a_common_search_is_estimated_from_a_sample(self, crowd, ada, acting, monkeypatch):
        monkeypatch.setattr(accounts.statistics.queries, "MOST_COUNTED", 100)
        accounts.statistics.actions.recount()
        exact, (_, found) = (
            accounts.users.queries.found_by("an").count(),
            of_list(ada, acting, q="an"),
        )
        assert (found.kind, abs(found.value - exact) <= exact * 0.5) == ("about", True)

    def test_of_a_rare_search_is_exact(self, crowd, ada, acting, monkeypatch):
        monkeypatch.setattr(accounts.statistics.queries, "MOST_COUNTED", 100)
        accounts.statistics.actions.recount()
        assert of_list(ada, acting, q="99@")[1] == Figure(4)


class TestRecount:
    def test_counts_people_by_role_and_status(self, ada, max, dora, acting):
        accounts.statistics.actions.recount()
        picture = accounts.statistics.queries.picture(
            accounts.statistics.queries.cached(actor=acting(ada))
        )
        assert picture.people == {
            ("admin", True): 1,
            ("admin", False): 0,
            ("member", True): 1,
            ("member", False): 1,
            ("viewer", True): 0,
            ("viewer", False): 0,
        }

    def test_counts_sign_ins_by_day(self, ada, acting, later, clock):
        audit.record(SignedIn(temporary_password=False), actor=acting(ada))
        accounts.statistics.actions.recount()
        later(days=1)
        audit.record(SignedIn(temporary_password=False), actor=acting(ada))
        audit.record(SignedIn(temporary_password=False), actor=acting(ada))
        accounts.statistics.actions.recount()
        days = accounts.statistics.queries.picture(
            accounts.statistics.queries.cached(actor=acting(ada))
        ).days
        assert [day.sign_ins for day in days[-3:]] == [0, 1, 2]

    def test_counts_a_day_once_more_after_its_end(self, ada, acting, clock, later):
        accounts.statistics.actions.recount()
        audit.record(SignedIn(temporary_password=False), actor=acting(ada))
        later(days=1)
        accounts.statistics.actions.recount()
        assert (
            accounts.statistics.queries.picture(
                accounts.statistics.queries.cached(actor=acting(ada))
            )
            .days[-2]
            .sign_ins
            == 1
        )

    def test_keeps_a_month(self, ada, clock, later):
        accounts.statistics.actions.recount()
        later(days=40)
        accounts.statistics.actions.recount()
        first = (timezone.now() - timedelta(days=30)).date().isoformat()
        assert (
            CachedCount.objects.filter(name__startswith="sign_ins:").earliest("name").name
            == f"sign_ins:{first}"
        )


def test_nothing_is_shown_before_anything_was_counted(ada, signed_in_as):
    page = signed_in_as(ada).get("/users/").content.decode()
    assert ("Ada Lovelace" in page, "Who is in here" in page) == (True, False)


def test_picture_is_shown_with_its_table(ada, signed_in_as):
    accounts.statistics.actions.recount()
    page = signed_in_as(ada).get("/users/").content.decode()
    assert all(part in page for part in ("Who is in here", "<svg", "Sign-ins by day"))
