"""The frame around every change of an account: locked, allowed, recorded, whole."""

from contextlib import contextmanager
from dataclasses import dataclass, field

from django.db import transaction

from accounts import audit, policy
from accounts.actor import Actor
from accounts.models import User


class NoSuchUser(LookupError):
    """There is no user with that id."""


class StaleChange(Exception):
    """The account is no longer what the actor decided upon; `user` is how it is now."""

    def __init__(self, user):
        super().__init__(user.public_id)
        self.user = user


@dataclass
class Change:
    """The locked account while it is changed: set `details` for the audit entry, call `unneeded()` to leave none."""

    user: User
    actor: Actor
    details: dict = field(default_factory=dict)
    is_needed: bool = True

    def unneeded(self):
        """Say that the account already is as it should be: nothing is saved and nothing recorded."""
        self.is_needed = False


@contextmanager
def account_change(user_id, *, actor, permission, action, expected_version=None):
    """
    Lock the account, ask the policy, yield a Change, save the account and record it: all or nothing.

    `expected_version` is the `User.version` that the actor saw, or None where they saw no page of it.

    :raises NoSuchUser: if there is no such account.
    :raises NotPermitted: if `actor` may not.
    :raises StaleChange: if the account was changed since. In all three cases nothing has changed.
    """
    with transaction.atomic():
        # Both rows, in one order everywhere: two Admins acting on each other must not deadlock, and an Admin
        # demoted a moment ago must not get through on an old copy of themselves.
        ids = {user_id, actor.user_id} - {None}
        rows = {user.pk: user for user in User.objects.select_for_update().filter(pk__in=ids).order_by("pk")}
        if not ids <= rows.keys():
            raise NoSuchUser(user_id)
        change = Change(rows[user_id], actor.reread(rows))
        policy.require(change.actor, permission, change.user)
        if expected_version is not None and expected_version != change.user.version:
            raise StaleChange(change.user)
        before = change.user.state
        yield change
        if change.is_needed:
            change.user.version += change.user.state != before
            change.user.save()
            audit.record(action, actor=change.actor, target=change.user, **change.details)


@contextmanager
def account_creation(user, *, actor):
    """
    Ask the policy, yield a Change, store the new account and record it: all or nothing.

    :raises NotPermitted: if `actor` may not.
    :raises IntegrityError: if the address has an account.
    """
    with transaction.atomic():
        policy.require(actor, policy.Permission.CREATE_USER)
        change = Change(user, actor)
        yield change
        user.save(force_insert=True)
        audit.record(audit.Action.USER_CREATED, actor=actor, target=user, **change.details)
