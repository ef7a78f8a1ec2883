"""Search keys of people whom a version before stored."""

from django.db.models import Q
from django.utils import timezone

from accounts.kernel.queue.tasks import EVERY
from accounts.models import AuditEvent, User
from accounts.profile.events import ProfileChanged
from accounts.users.events import UserDeleted, UserEdited

MOST_AT_ONCE = 10_000
RENAMING = (UserEdited.name, UserDeleted.name, ProfileChanged.name)
RENAMED_WITHIN = 3 * EVERY


def add_search_keys() -> None:
    """
    Make searchable whom a version without the search index stored or renamed, while both were
    served.
    """
    renamed = AuditEvent.objects.filter(
        action__in=RENAMING, at__gt=timezone.now() - RENAMED_WITHIN
    ).values("target")
    # The version before makes the key without the letters of an international domain, whatever it
    # stores of the person.
    lately = AuditEvent.objects.filter(
        at__gt=timezone.now() - RENAMED_WITHIN, target__email__contains="xn--"
    )
    touched = lately.values("target")
    for users in (
        User.objects.filter(search_key=""),
        User.objects.filter(Q(pk__in=renamed) | Q(pk__in=touched)),
    ):
        for user in users[:MOST_AT_ONCE]:
            known = user.search_key
            user.set_keys()
            if user.search_key != known:
                keys = {"name_key": user.name_key, "search_key": user.search_key}
                User.objects.filter(pk=user.pk, full_name=user.full_name, email=user.email).update(
                    **keys
                )
