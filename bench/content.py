"""
A script for the product's environment: what an organization has that was used for years.

`entries N` fills the audit trail up to N; `waiting` adds what ends by itself or waits to be done,
and so is made for each run: invitations, reset links, saved views, an import and a bulk action.
"""

import random
import sys
from datetime import timedelta
from io import BytesIO

import django
from django.db import transaction
from django.utils import timezone

AT_ONCE = 10_000
SEED = 7
BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
# Of a hundred entries, what each says.
KINDS = (
    (70, "session.signed_in", "done", {"temporary_password": False}),
    (12, "session.sign_in_failed", "failed", {"reason": "wrong_password"}),
    (5, "password.reset_by_admin", "done", {"hours": 72, "sessions_ended": 2}),
    (5, "password.changed", "done", {"sessions_ended": 1}),
    (3, "user.role_changed", "done", {"before": "viewer", "after": "member"}),
    (3, "access.denied", "refused", {"permission": "users.read", "method": "GET"}),
    (2, "user.deactivated", "done", {"sessions_ended": 1}),
)
INVITATIONS, LINKS, VIEWS, ROWS = 200, 40, 5, 200


def entries(most):
    """Add entries until there are `most`, about people all over the table, ever later ones."""
    from accounts.management import many_rows  # noqa: PLC0415 - models want the settings
    from accounts.models import AuditEvent, User  # noqa: PLC0415

    dice, people = random.Random(SEED), list(User.objects.values_list("pk", flat=True))
    missing, now = max(0, most - AuditEvent.objects.count()), timezone.now()
    for start in range(0, missing, AT_ONCE):
        ages = range(missing - start, max(missing - start - AT_ONCE, 0), -1)
        with transaction.atomic():
            many_rows.add(
                AuditEvent, [_entry(dice, people, now - timedelta(seconds=age)) for age in ages]
            )


def waiting():
    from accounts.bulk import actions as bulk  # noqa: PLC0415
    from accounts.imports import uploads  # noqa: PLC0415
    from accounts.kernel.actor import Actor  # noqa: PLC0415
    from accounts.models import Invitation, User  # noqa: PLC0415
    from accounts.saved_views import actions as saved_views  # noqa: PLC0415
    from accounts.users.filters import Filters  # noqa: PLC0415

    admin = User.objects.active_admins().filter(must_change_password=False).order_by("pk")[0]
    actor, now = Actor.signed_in(admin), timezone.now()
    Invitation.objects.bulk_create(
        Invitation(
            email=f"invited.{number}@people.example",
            role="member",
            invited_by=admin,
            expires_at=now + timedelta(days=7),
        )
        for number in range(INVITATIONS)
    )
    members = User.objects.filter(role="member", is_active=True, must_change_password=False)
    some = members.order_by("-pk").values_list("pk", flat=True)[:LINKS]
    User.objects.filter(pk__in=list(some)).update(reset_link_at=now)
    for number in range(VIEWS):
        filters = Filters(role="member", status="active")
        saved_views.save_view(filters, actor=actor, name=f"View {number}", is_shared=True)
    lines = "".join(f"Person {number},p.{number}@people.example\n" for number in range(ROWS))
    uploads.take(BytesIO(f"Name,Email\n{lines}".encode()), "people.csv", actor=actor)
    chosen = members.order_by("-pk").values_list("public_id", flat=True)[:ROWS]
    bulk.choose(list(chosen), actor=actor, action="deactivate")


def _entry(dice, people, at):
    [(_weight, action, outcome, details)] = dice.choices(KINDS, [kind[0] for kind in KINDS])
    return {
        "at": at,
        "action": action,
        "outcome": outcome,
        "actor_kind": "user",
        "actor_id": dice.choice(people),
        "target_id": dice.choice(people),
        "address": f"192.0.2.{dice.randrange(256)}",
        "user_agent": BROWSER,
        "details": details,
    }


if __name__ == "__main__":
    django.setup()
    entries(int(sys.argv[2])) if sys.argv[1] == "entries" else waiting()
