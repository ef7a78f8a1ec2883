"""Accounts that nobody uses: their owners are warned, then they are deactivated."""

import heapq
import logging
import time
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

import accounts.users.activation
from accounts.inactivity import mails, queries
from accounts.kernel import outbox, paging
from accounts.kernel.actor import Actor
from accounts.kernel.errors import NoSuchUser, NotPermitted
from accounts.kernel.queue import tasks
from accounts.models import CachedCount, DormancyWarning, Organization, User

logger = logging.getLogger(__name__)

FIRST, LAST = (timedelta(days=days) for days in queries.WARNING_DAYS)
# When all could be checked the last time, which user a walk has come to, and its faults so far. The
# version before keeps a name of its own, "dormancy:checked": its day is done before anybody is
# looked at.
CHECKED, PLACE, FAULTS = "dormancy:done", "dormancy:place", "dormancy:faults"
SECONDS_AT_A_TIME = 20
TRIED_FOR = sum(
    outbox.DELAYS, timedelta(hours=1)
)  # a mail, before it is left as failed; an hour is for the queue
KEEP_WARNINGS = timedelta(days=90)


class NotAllChecked(Exception):
    """So many accounts could not be checked so far; the log names the kind of each fault."""


@tasks.recurring
def check_daily() -> None:
    """
    Look through the accounts once a day (UTC), for a while each time. The day is done once all of
    them could be checked.

    :raises NotAllChecked: if some could not be; the others were. Having come to its end it begins
        anew the next time, and does nothing twice.
    """
    checked = CachedCount.objects.filter(name=CHECKED).first()
    if checked and checked.counted_at.date() == timezone.now().date():
        return
    reached, faults = check(after=_kept(PLACE))
    faults += _kept(FAULTS)
    with transaction.atomic():
        _keep(PLACE, reached or 0)
        _keep(FAULTS, faults if reached else 0)
        if not (reached or faults):
            _keep(CHECKED, 0)
    if faults:
        raise NotAllChecked(faults)


def _kept(name: str) -> int:
    found = CachedCount.objects.filter(name=name).first()
    return found.value if found else 0


def _keep(name: str, value: int) -> None:
    new = {"value": value, "counted_at": timezone.now()}
    CachedCount.objects.update_or_create(name=name, defaults=new)


def forget_warnings() -> None:
    DormancyWarning.objects.filter(queued_at__lt=timezone.now() - KEEP_WARNINGS).delete()


def check(*, after: int = 0) -> tuple[int | None, int]:
    """
    Warn who is to be warned and deactivate whose day has come, for a while; `after` is the last
    user looked at.

    Return the last one looked at now, or None at the end, and how many could not be checked.
    """
    organization, faults = Organization.current(), 0
    if not organization.mail_is_on:
        return None, 0  # nobody could be warned
    until = time.monotonic() + SECONDS_AT_A_TIME
    kinds = (queries.signed_in_long_ago, queries.never_signed_in)
    found = (kind(organization, ahead=FIRST).filter(pk__gt=after) for kind in kinds)
    for user in heapq.merge(
        *(paging.iterate(users, "pk") for users in found), key=lambda user: user.pk
    ):
        faults += not _is_checked(user, organization)
        if time.monotonic() > until:
            return user.pk, faults
    return None, faults


def _is_checked(user: User, organization: Organization) -> bool:
    """Look at one account, and return whether that went well; a fault keeps nobody else waiting."""
    try:
        _look_at(user, organization)
    except Exception as error:  # noqa: BLE001 - whatever it is, the others are due as well
        # The kind only: what a fault says may be about the person.
        logger.error("An account could not be checked (%s).", type(error).__name__)
        return False
    return True


def _look_at(user: User, organization: Organization) -> None:
    """Do what is due for one account today."""
    today, due = timezone.now().date(), queries.due_on(user, organization)
    if due is None or due > today + FIRST:
        return
    stage = FIRST if due > today + LAST else LAST
    sent_at = _warn(user, due, stage)
    if due <= today and sent_at and sent_at.date() <= today - LAST:
        try:
            accounts.users.activation.deactivate_dormant(user.pk, actor=Actor.system())
        except (NoSuchUser, NotPermitted):
            return  # deleted meanwhile, or the last Admin


def _warn(user: User, due: date, stage: timedelta) -> datetime | None:
    """
    Queue the warning that is due, again where the one before was tried in vain. Return when it was
    sent, or None.

    Of two that lie in the queue the second is not sent, see the mail; so nobody is told twice.
    """
    now = timezone.now()
    with transaction.atomic():
        warning, is_new = DormancyWarning.objects.get_or_create(
            user=user, due_on=due, days=stage.days
        )
        in_vain = DormancyWarning.objects.filter(
            pk=warning.pk, sent_at=None, queued_at__lt=now - TRIED_FOR
        )
        if is_new or (warning.sent_at is None and in_vain.update(queued_at=now)):
            ends_on = max(due, now.date() + LAST)
            days = (ends_on - now.date()).days
            mails.AccountWillBeDeactivated(
                due_on=ends_on.isoformat(), days=days, warning=warning.pk
            ).queue(user)
    return warning.sent_at
