"""A count whose statement is kept counts as of the moment at which it is asked."""

from datetime import timedelta

from django.utils import timezone

from accounts.kernel.kept_query import Count, Moment
from accounts.models import User

HOUR = timedelta(hours=1)


def test_of_several_kinds_is_their_sum_at_that_moment(max, vera):
    now = timezone.now()
    User.objects.update(created_at=now)
    young = User.objects.filter(created_at__gt=Moment() - HOUR)
    count = Count.of([young.filter(role="member"), young.order_by("pk")])
    assert [count.at(now + later) for later in (HOUR / 2, 2 * HOUR)] == [3, 0]


def test_ends_where_each_kind_is_limited(max, vera):
    assert Count.of([User.objects.order_by("pk")[:1]]).at(timezone.now()) == 1
