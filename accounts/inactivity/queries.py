"""
Reading whose account has not been used for long, and on which day the account will be deactivated
for it.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.kernel import policy
from accounts.kernel.actor import Actor
from accounts.kernel.policy import Permission
from accounts.models import DormancyWarning, Organization, Role, User
from accounts.models.user_indexes import NEVER
from accounts.users.filters import with_last_seen

WARNING_DAYS = (14, 3)  # before the day; nobody is deactivated who was not told
AHEAD = timedelta(days=30)
MOST_SHOWN = 50
MOST_NAMED = 10  # before a rule is saved


def due_on(user: User, organization: Organization) -> date | None:
    """
    Return the day (UTC) on which the account is deactivated for not being used, or None.

    The days count from the last sign-in or, where a session lasts for longer, from the last day on
    which it was used; from being added where nobody ever signed in; and from being activated again,
    if that came later. When the rule is new, the first warning comes first.
    """
    days = organization.dormant_days if user.last_sign_in_at else organization.dormant_days_if_never
    is_exempt = user.role == Role.ADMIN and not organization.dormant_admins
    if not days or is_exempt or not user.is_active or user.deleted_at:
        return None
    later = (_midnight(user.last_active_on), user.activated_at)
    begun = max([user.last_sign_in_at or user.created_at, *filter(None, later)])
    since = organization.dormant_since or timezone.now()
    earliest = since + timedelta(days=WARNING_DAYS[0])
    return max(begun + timedelta(days=days), earliest).date()


def signed_in_long_ago(organization: Organization, *, ahead: timedelta) -> QuerySet[User]:
    """
    Return the active users whose day may come within `ahead` (a timedelta), as a queryset, the
    nearest first.
    """
    if not organization.dormant_days:
        return User.objects.none()
    until = _end_of_today() + ahead - timedelta(days=organization.dormant_days)
    people = _concerned(organization, until).filter(last_seen__lt=until, last_seen__gt=NEVER)
    return people.order_by("last_seen", "pk")


def never_signed_in(organization: Organization, *, ahead: timedelta) -> QuerySet[User]:
    """Return those who were added and never came, see `signed_in_long_ago`."""
    if not organization.dormant_days_if_never:
        return User.objects.none()
    until = _end_of_today() + ahead - timedelta(days=organization.dormant_days_if_never)
    people = _concerned(organization, until).filter(last_seen=NEVER, created_at__lt=until)
    return people.order_by("created_at", "pk")


@dataclass(frozen=True)
class Due:
    """Who is deactivated, and on which day (UTC), unless they sign in before."""

    user: User
    on: date


def next_ones(*, actor: Actor) -> list[list[Due]]:
    """Return who is next: of both kinds MOST_SHOWN at most, the nearest first."""
    policy.require(actor, Permission.SEE_USERS)
    found = []
    for people in (signed_in_long_ago, never_signed_in):
        users = list(people(actor.organization, ahead=AHEAD)[:MOST_SHOWN])
        warnings = DormancyWarning.objects.filter(user__in=users, days=WARNING_DAYS[1]).exclude(
            sent_at=None
        )
        warned = {
            (user, day): at.date()
            for user, day, at in warnings.values_list("user", "due_on", "sent_at")
            if at
        }
        days = [(user, due_on(user, actor.organization)) for user in users]
        dues = [
            Due(user, _not_before_the_last_warning(day, warned.get((user.pk, day))))
            for user, day in days
            if day
        ]
        found.append(sorted(dues, key=lambda due: due.on))
    return found


@dataclass(frozen=True)
class Affected:
    """How many accounts a rule would deactivate within AHEAD, and the first of them."""

    count: int
    first: list[Due]


def affected_by(organization: Organization, *, actor: Actor) -> Affected:
    """Return whom the rule of an Organization that is not saved yet would affect, from today on."""
    policy.require(actor, Permission.SEE_USERS)
    organization.dormant_since = timezone.now()
    if not organization.mail_is_on:  # nobody could be warned
        return Affected(0, [])
    found = [kind(organization, ahead=AHEAD) for kind in (signed_in_long_ago, never_signed_in)]
    users = [user for people in found for user in people[:MOST_SHOWN]]
    dues = [Due(user, day) for user in users if (day := due_on(user, organization))]
    first = sorted(dues, key=lambda due: due.on)[:MOST_NAMED]
    return Affected(sum(people.count() for people in found), first)


def _end_of_today() -> datetime:
    return datetime.combine(timezone.now().date() + timedelta(days=1), time.min, tzinfo=UTC)


def _midnight(day: date | None) -> datetime | None:
    return datetime.combine(day, time.min, tzinfo=UTC) if day else None


def _concerned(organization: Organization, until: datetime) -> QuerySet[Any]:
    exempt = Q() if organization.dormant_admins else ~Q(role=Role.ADMIN)
    not_begun_anew = Q(activated_at=None) | Q(activated_at__lt=until)
    not_here = Q(last_active_on=None) | Q(last_active_on__lt=until.date())
    return with_last_seen(User.objects.present()).filter(
        exempt, not_begun_anew, not_here, is_active=True
    )


def _not_before_the_last_warning(due: date, warned_on: date | None) -> date:
    """
    Return the day on which somebody can be deactivated at the earliest; `warned_on` is None where
    they were not.
    """
    today, ahead = timezone.now().date(), timedelta(days=WARNING_DAYS[1])
    return due if due > today + ahead else max(due, today, (warned_on or today) + ahead)
