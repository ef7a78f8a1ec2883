"""
The figures that the worker keeps: counted behind the scenes, so that no page counts everybody.
"""

from datetime import UTC, date, datetime, time, timedelta

from django.db import transaction
from django.db.models import Count
from django.utils import timezone

from accounts.models import AuditEvent, CachedCount, Role, User
from accounts.sign_in.events import SignedIn
from accounts.statistics.queries import DAYS, people_name, sign_ins_name


def recount() -> None:
    """
    Count the people by role and status, and the sign-ins of each day (UTC) that may have changed
    since.
    """
    now = timezone.now()
    by_role = (
        User.objects.present().order_by().values_list("role", "is_active").annotate(Count("pk"))
    )
    found = {people_name(role, active): 0 for role in Role.values for active in (True, False)}
    found |= {people_name(role, active): count for role, active, count in by_role}
    found |= {sign_ins_name(day): _sign_ins(day) for day in _open_days(now.date())}
    with transaction.atomic():
        CachedCount.objects.filter(
            name__startswith="sign_ins:", name__lt=sign_ins_name(_first(now.date()))
        ).delete()
        CachedCount.objects.bulk_create(
            [CachedCount(name=name, value=value, counted_at=now) for name, value in found.items()],
            update_conflicts=True,
            unique_fields=("name",),
            update_fields=("value", "counted_at"),
        )


def _first(today: date) -> date:
    return today - timedelta(days=DAYS)


def _open_days(today: date) -> list[date]:
    """Return the days that were never counted after their end."""
    kept = CachedCount.objects.filter(name__startswith="sign_ins:")
    finished = {
        figure.name for figure in kept if figure.name != sign_ins_name(figure.counted_at.date())
    }
    days = (today - timedelta(days=ago) for ago in range(DAYS + 1))
    return [day for day in days if sign_ins_name(day) not in finished]


def _sign_ins(day: date) -> int:
    start = datetime.combine(day, time.min, tzinfo=UTC)
    events = AuditEvent.objects.filter(at__gte=start, at__lt=start + timedelta(days=1))
    return events.filter(action=SignedIn.name).count()
