"""
The frame around every change of an account: locked, allowed, recorded, whole.

Locks are taken in one order everywhere, so that no two changes wait for each other: jobs, then people (all at once, by
their number), then invitations and settings, then anything else.
"""

from contextlib import contextmanager
from dataclasses import dataclass, field

from django.db import transaction
from django.utils import timezone

from accounts.kernel import audit, policy
from accounts.kernel.actor import Actor
from accounts.kernel.errors import NotFound, Stale
from accounts.models import Invitation, Organization, RowOutcome, User
from accounts.models.job import RUNNING
from accounts.models.organization import THE_ONE


class NoSuchUser(NotFound):
    """There is no user with that id."""


class NoSuchInvitation(NotFound):
    """There is no open invitation with that id."""


class NoSuchJob(NotFound):
    """There is no such job."""


class StaleChange(Stale):
    """The account is no longer what the actor decided upon; `user` is how it is now."""

    code = "account_changed"

    def __init__(self, user):
        super().__init__()
        self.user = user


class StaleJob(Stale):
    """The job with the id `sought` is no longer in a state for that: somebody was faster, or it was done before."""

    code = "job_done_before"

    def __init__(self, sought):
        super().__init__()
        self.sought = sought


class StaleSettings(Stale):
    """Somebody else changed the settings meanwhile; `current` is the Organization as it is now."""

    code = "settings_changed"

    def __init__(self, current):
        super().__init__()
        self.current = current


@dataclass
class Change:
    """The locked account while it is changed: set `details` and `personal` for the entry; `unneeded()` for none."""

    user: User
    actor: Actor
    details: dict = field(default_factory=dict)
    personal: dict = field(default_factory=dict)
    is_needed: bool = True
    afterwards: list = field(default_factory=list)

    def then(self, follow_up):
        """Have `follow_up(event)` called in the same transaction, once the audit entry is written."""
        self.afterwards.append(follow_up)

    def recorded(self, event):
        for follow_up in self.afterwards:
            follow_up(event)

    def unneeded(self):
        """Say that the account already is as it should be: nothing is saved and nothing recorded."""
        self.is_needed = False


@contextmanager
def account_change(user_id, *, actor, permission, action, expected_version=None, others=()):
    """
    Lock the account, ask the policy, yield a Change, save the account and record it: all or nothing.

    `expected_version` is the `User.version` that the actor saw, or None where they saw no page of it. `others` are ids
    of users whose sessions are to be ended as well: they are locked, too.

    :raises NoSuchUser: if there is no such account, or it was deleted: nothing brings a pseudonym back to life.
    :raises NotPermitted: if `actor` may not.
    :raises StaleChange: if the account was changed since. In all three cases nothing has changed.
    """
    with transaction.atomic():
        # Both rows: two Admins acting on each other must not deadlock, and an Admin demoted a moment ago must not get
        # through on an old copy of themselves.
        ids = {user_id, actor.user_id} - {None}
        rows = _locked_people(ids | set(others))
        if not ids <= rows.keys() or rows[user_id].deleted_at:
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
            change.recorded(
                audit.record(
                    action,
                    actor=change.actor,
                    target=change.user,
                    personal=change.personal,
                    **change.details,
                )
            )


@contextmanager
def account_creation(user, *, actor, is_joining=False):
    """
    Ask the policy, yield a Change, store the new account and record it: all or nothing.

    :raises NotPermitted: if `actor` may not.
    :raises IntegrityError: if the address has an account.
    """
    with transaction.atomic():
        actor = _as_they_are_now(actor)
        policy.require(actor, policy.Permission.CREATE_USER)
        change = Change(user, actor)
        yield change
        user.save(force_insert=True)
        # Whatever invitation was on its way to that address has nothing left to do, but for the one that made it.
        if not is_joining:
            Invitation.objects.open().filter(email=user.email).update(cancelled_at=timezone.now())
        audit.record(audit.Action.USER_CREATED, actor=actor, target=user, **change.details)


@contextmanager
def invitation_creation(invitation, *, actor):
    """
    Ask the policy, yield, store the new invitation in place of one that has run out, and record it: all or nothing.

    :raises NotPermitted: if `actor` may not invite to that role.
    :raises IntegrityError: if another invitation of that address is open.
    """
    with transaction.atomic():
        actor = _as_they_are_now(actor)
        policy.require(actor, policy.permission_to_invite(invitation), invitation)
        now = timezone.now()
        Invitation.objects.open().filter(email=invitation.email, expires_at__lte=now).update(
            cancelled_at=now
        )
        invitation.save(force_insert=True)
        yield
        _record_invitation(audit.Action.INVITATION_SENT, invitation, actor=actor)


@contextmanager
def invitation_change(public_id, *, actor, permission, action):
    """
    Lock an open invitation, ask the policy, yield it, save it and record it: all or nothing.

    :raises NoSuchInvitation: if there is none that is open.
    :raises NotPermitted: if `actor` may not.
    """
    with transaction.atomic():
        actor = _as_they_are_now(actor)
        invitation = (
            Invitation.objects.select_for_update().open().filter(public_id=public_id).first()
        )
        if invitation is None:
            raise NoSuchInvitation(public_id)
        policy.require(actor, permission)
        yield invitation
        invitation.save()
        _record_invitation(action, invitation, actor=actor)


@contextmanager
def organization_change(*, actor, expected_version):
    """
    Lock the organization's settings, ask the policy, yield them, save them and record old and new: all or nothing.

    :raises NotPermitted: if `actor` may not.
    :raises StaleSettings: if they were changed since `expected_version`.
    """
    with transaction.atomic():
        actor = _as_they_are_now(actor)
        Organization.objects.get_or_create(pk=THE_ONE, defaults=Organization.current().facts)
        organization = Organization.objects.select_for_update().get(pk=THE_ONE)
        policy.require(actor, policy.Permission.MANAGE_SETTINGS)
        if organization.version != expected_version:
            raise StaleSettings(organization)
        old = organization.facts
        yield organization
        changed = {
            name: [old[name], value]
            for name, value in organization.facts.items()
            if old[name] != value
        }
        if changed:
            organization.version += 1
            organization.save()
            audit.record(audit.Action.ORGANIZATION_CHANGED, actor=actor, changed=changed)


@contextmanager
def permitted(actor, permission, others=()):
    """
    Lock the acting user, ask the policy, and yield the Actor with that row: for what changes no account.

    `others` are ids of users whom the policy is asked about inside.

    :raises NotPermitted: if `actor` may not.
    """
    with transaction.atomic():
        actor = _as_they_are_now(actor, others)
        policy.require(actor, permission)
        yield actor


def _as_they_are_now(actor, others=()):
    """Lock the acting user (and others) and return the actor with that row; a visitor and the system have none."""
    rows = _locked_people({actor.user_id, *others} - {None})
    if actor.user and actor.user_id not in rows:
        raise NoSuchUser(actor.user_id)
    return actor.reread(rows)


def _locked_people(ids):
    # Not against rows that only refer to these people: whoever writes such a row has no reason to wait, or to deadlock.
    rows = User.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk")
    return {user.pk: user for user in rows}


def _record_invitation(action, invitation, *, actor):
    """Write the entry about an invitation; its address is kept where it can be erased."""
    details = {"invitation": str(invitation.public_id), "role": invitation.role}
    audit.record(
        action,
        actor=actor,
        target=invitation.accepted_as,
        personal={"email": invitation.email},
        **details,
    )


@contextmanager
def job_change(model, public_id, *states, actor, permission, action):
    """
    Lock a job that is in one of `states`, ask the policy, yield the job, the Actor and a dict for the entry, save the
    job and record it: all or nothing.

    The policy is asked before the job is looked for, so that it is shown to nobody else, and again under the locks.

    :raises NotPermitted: if `actor` may not.
    :raises NoSuchJob: if there is none.
    :raises StaleJob: if it is in another state. In all three cases nothing has changed.
    """
    policy.require(actor, permission)
    with transaction.atomic():
        job, details = locked_job(model, public_id, *states), {}
        actor = _as_they_are_now(actor)
        policy.require(actor, permission)
        yield job, actor, details
        job.save()
        audit.record(action, actor=actor, job=str(job.public_id), **job.what, **details)


def locked_job(model, public_id, *states):
    """
    Return a job that is in one of `states`, locked for the transaction around the call.

    :raises NoSuchJob: if there is none.
    :raises StaleJob: if it is in another state.
    """
    job = model.objects.select_for_update().filter(public_id=public_id).first()
    if job is None:
        raise NoSuchJob(public_id)
    if job.state not in states:
        raise StaleJob(public_id)
    return job


@contextmanager
def job_row(row):
    """
    Lock a row of a running job, yield it, and save what became of it with the change that it caused.

    Yield None where it was done before, by a worker that was killed since or by another one, and where the job was
    stopped: whoever stops it waits for the row that is being done, and after that there is none.
    """
    with transaction.atomic():
        job = type(row.job).objects.select_for_update().get(pk=row.job_id)
        rows = type(row).objects.select_for_update().filter(pk=row.pk, outcome=RowOutcome.PENDING)
        pending = rows.first() if job.state == RUNNING else None
        yield pending
        if pending is not None:
            pending.save()
