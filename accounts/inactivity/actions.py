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
CHECKED = "dormancy:checked"
SECONDS_AT_A_TIME = 20
TRIED_FOR = sum(
    outbox.DELAYS, timedelta(hours=1)
)  # a mail, before it is left as failed; an hour is for the queue
KEEP_WARNINGS = timedelta(days=90)


class NotAllChecked(Exception):
    """So many accounts could not be checked today; the log names the kind of each fault."""


@tasks.recurring
def check_daily() -> None:
    """Have the worker look through the accounts, once a day (UTC)."""
    today = timezone.now().date()
    with transaction.atomic():
        last = CachedCount.objects.select_for_update().filter(name=CHECKED).first()
        if last and last.counted_at.date() == today:
            return
        CachedCount.objects.update_or_create(
            name=CHECKED, defaults={"value": 0, "counted_at": timezone.now()}
        )
        check.enqueue()


def forget_warnings() -> None:
    DormancyWarning.objects.filter(queued_at__lt=timezone.now() - KEEP_WARNINGS).delete()


@tasks.task()
def check(*, after: int = 0) -> None:
    """
    Warn who is to be warned and deactivate whose day has come, for a while; `after` is the last
    user looked at.

    :raises NotAllChecked: at the end, if some could not be; the others were, and the rest is
        queued.
    """
    organization = Organization.current()
    if not organization.mail_is_on:
        return  # nobody could be warned
    until = time.monotonic() + SECONDS_AT_A_TIME
    kinds = (queries.signed_in_long_ago, queries.never_signed_in)
    found, failed = (kind(organization, ahead=FIRST).filter(pk__gt=after) for kind in kinds), 0
    for user in heapq.merge(
        *(paging.iterate(users, "pk") for users in found), key=lambda user: user.pk
    ):
        failed += not _is_checked(user, organization)
        if time.monotonic() > until:
            check.enqueue(after=user.pk)
            break
    if failed:
        raise NotAllChecked(failed)


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
