"""What can be done to many people at once, in words."""

from django.utils.translation import gettext as _

from accounts.models import BulkAction, Role

CHANGE_ROLE = "change_role:"


def choices():
    """Return what can be done to many at once, as (value, label)."""
    found = []
    for action in BulkAction:
        if action == BulkAction.CHANGE_ROLE:
            label = _("Give the role %(role)s")
            found += [(CHANGE_ROLE + role.value, label % {"role": role.label}) for role in Role]
        else:
            found.append((action.value, action.label))
    return found


def in_words(job):
    """Return what a job does, in the words in which it was chosen."""
    return dict(choices())[f"{CHANGE_ROLE}{job.role}" if job.role else job.action]
