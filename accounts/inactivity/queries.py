"""Reading whose account has not been used for long, and on which day the account will be deactivated for it."""

from datetime import UTC, datetime, time, timedelta

from django.db.models import Q
from django.utils import timezone

from accounts.kernel import policy
from accounts.kernel.policy import Permission
from accounts.models import DormancyWarning, Role, User
from accounts.models.user import NEVER
from accounts.users.filters import with_last_seen

WARNING_DAYS = (14, 3)  # before the day; nobody is deactivated who was not told
AHEAD = timedelta(days=30)
MOST_SHOWN = 50


def due_on(user, organization):
    """
    Return the day (UTC) on which the account is deactivated for not being used, or None.

    The days count from the last sign-in or, where a session lasts for longer, from the last day on which it was used;
    from being added where nobody ever signed in; and from being activated again, if that came later.
    When the rule is new, the first warning comes first.
    """
    days = organization.dormant_days if user.last_sign_in_at else organization.dormant_days_if_never
    is_exempt = user.role == Role.ADMIN and not organization.dormant_admins
    if not days or is_exempt or not user.is_active or user.deleted_at:
        return None
    seen = user.last_active_on and datetime.combine(user.last_active_on, time.min, tzinfo=UTC)
    begun = max(filter(None, (user.last_sign_in_at or user.created_at, seen, user.activated_at)))
    earliest = organization.dormant_since + timedelta(days=WARNING_DAYS[0])
    return max(begun + timedelta(days=days), earliest).date()


def signed_in_long_ago(organization, *, ahead):
    """Return the active users whose day may come within `ahead` (a timedelta), as a queryset, the nearest first."""
    if not organization.dormant_days:
        return User.objects.none()
    until = _end_of_today() + ahead - timedelta(days=organization.dormant_days)
    people = _concerned(organization, until).filter(last_seen__lt=until, last_seen__gt=NEVER)
    return people.order_by("last_seen", "pk")


def never_signed_in(organization, *, ahead):
    """Return those who were added and never came, see `signed_in_long_ago`."""
    if not organization.dormant_days_if_never:
        return User.objects.none()
    until = _end_of_today() + ahead - timedelta(days=organization.dormant_days_if_never)
    people = _concerned(organization, until).filter(last_seen=NEVER, created_at__lt=until)
    return people.order_by("created_at", "pk")


def next_ones(*, actor):
    """Return who is next: of both kinds MOST_SHOWN at most, each user with `due_on`."""
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
        }
        for user in users:
            due = due_on(user, actor.organization)
            user.due_on = _not_before_the_last_warning(due, warned.get((user.pk, due)))
        found.append(sorted(users, key=lambda user: user.due_on))
    return found


def _end_of_today():
    return datetime.combine(timezone.now().date() + timedelta(days=1), time.min, tzinfo=UTC)


def _concerned(organization, until):
    exempt = Q() if organization.dormant_admins else ~Q(role=Role.ADMIN)
    not_begun_anew = Q(activated_at=None) | Q(activated_at__lt=until)
    not_here = Q(last_active_on=None) | Q(last_active_on__lt=until.date())
    return with_last_seen(User.objects.present()).filter(
        exempt, not_begun_anew, not_here, is_active=True
    )


def _not_before_the_last_warning(due, warned_on):
    """Return the day on which somebody can be deactivated at the earliest; `warned_on` is None where they were not."""
    today, ahead = timezone.now().date(), timedelta(days=WARNING_DAYS[1])
    return due if due > today + ahead else max(due, today, (warned_on or today) + ahead)
