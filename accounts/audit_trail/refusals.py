"""
What the policy refused, in the audit trail: once a minute for each person, and how often since.

Entries cannot be deleted, so nobody may write as many as they like: somebody who asks again and
again for what they may not have gets one entry a minute for each page, and the next one says how
often that was. All refusals together are the entries and what each says under `repeated`.
"""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from accounts.kernel import audit, faulty_rows
from accounts.kernel.actor import Actor
from accounts.kernel.errors import NotPermitted
from accounts.kernel.events import AccessDenied
from accounts.kernel.text import networks
from accounts.models import RefusalCount, User
from accounts.models.audit_event import Outcome

MINUTE = timedelta(minutes=1)


def record(refused: NotPermitted, *, actor: Actor, page: str, method: str) -> None:
    """
    Write an entry about a NotPermitted of `actor`, or count it where there was one within the last
    minute.

    `page` is the name of the address that was asked for, `method` how.
    """
    details = {"permission": str(refused.permission), "method": method}
    who = actor.user_id or networks.of(actor.address)
    target = refused.target if isinstance(refused.target, User) else None
    last = {
        "address": actor.address,
        "user_agent": actor.user_agent,
        "details": details,
        "target": target,
    }
    now = timezone.now()
    with transaction.atomic():
        count, is_new = RefusalCount.objects.select_for_update().get_or_create(
            key=f"{who} {page} {refused.permission}"[:200],
            defaults={"user": actor.user, "recorded_at": now, **last},
        )
        for name, value in last.items():
            setattr(count, name, value)
        if is_new or abs(now - count.recorded_at) >= MINUTE:  # a clock may have jumped back, too
            _write(actor, count, repeated=count.repeated)
            count.recorded_at, count.repeated = now, 0
        else:
            count.repeated += 1
        count.save()


def record_the_rest() -> None:
    """
    Write an entry about each series that has ended, unless the last entry said all of it; its last
    one is told. One that cannot be written stays, and stops no other.
    """
    ended = RefusalCount.objects.filter(recorded_at__lte=timezone.now() - MINUTE).values_list(
        "pk", flat=True
    )
    for pk in list(ended):
        with faulty_rows.passed_over(f"The refusal count {pk}"), transaction.atomic():
            count = RefusalCount.objects.select_for_update().filter(pk=pk).first()
            if count is None or count.recorded_at > timezone.now() - MINUTE:
                continue
            if count.repeated:
                _write(_actor_of(count), count, repeated=count.repeated - 1)
            count.delete()


def _write(actor: Actor, count: RefusalCount, *, repeated: int) -> None:
    # Another version may have stored more than this one knows, or less.
    stored = {name: count.details.get(name, "") for name in ("permission", "method")}
    event = AccessDenied(**stored, repeated=repeated or None)
    audit.record(event, actor=actor, target=count.target, outcome=Outcome.REFUSED)


def _actor_of(count: RefusalCount) -> Actor:
    actor = Actor.visitor(address=count.address, user_agent=count.user_agent)
    return actor.as_user(count.user) if count.user else actor
