"""A saved view of the list, as the frame of changes knows it."""

from typing import Any
from uuid import UUID

from accounts.kernel.errors import NotFound
from accounts.kernel.subject import Subject
from accounts.models import SavedView


class NoSuchView(NotFound):
    """There is no such view, or it is another Admin's."""


class View(Subject):
    """How somebody likes to look at the list is nothing for the audit trail."""

    model = SavedView
    name = "saved_view"
    missing = NoSuchView
    unrecorded = frozenset(field.attname for field in SavedView._meta.concrete_fields)

    def find(self, key: UUID) -> Any:
        # With its owner, whom the policy asks about, and who is locked by now.
        views = SavedView.objects.select_related("owner").select_for_update(of=("self",))
        return views.filter(public_id=key).first()
