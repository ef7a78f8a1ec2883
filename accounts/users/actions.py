"""How an account comes to be, is kept right, and goes."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils import timezone

import accounts.passwords.rules
import accounts.passwords.temporary
from accounts.kernel import lifecycle, throttle
from accounts.kernel.actor import Actor
from accounts.kernel.change import Change, change, creation
from accounts.kernel.errors import Code, Invalid
from accounts.kernel.policy import Permission
from accounts.kernel.text import email_address, names, reasons
from accounts.models import AuditEvent, Invitation, Organization, Role, User
from accounts.passwords.temporary import Temporary
from accounts.profile.events import ProfileChanged
from accounts.users import mails
from accounts.users.erasure import Known
from accounts.users.events import UserCreated, UserDeleted, UserEdited

PREFERENCES = ("time_zone", "language", "theme", "keyboard_shortcuts")


class UserFault(Code):
    """What can be wrong with the name and the address of an account."""

    NAME = "name_length"
    DOMAIN = "domain_not_accepted"


class AddressTaken(Invalid):
    """There is an account with that e-mail address."""

    code = "address_taken"

    def __init__(self) -> None:
        super().__init__(field="email")


@dataclass(frozen=True)
class NewUser:
    """A user who is ready to be stored: the slow part, hashing, is behind them."""

    user: User
    temporary: Temporary


def create(
    email: str,
    *,
    actor: Actor,
    full_name: str,
    role: str,
    password: str = "",
    is_active: bool = True,
) -> tuple[User, str]:
    """
    Add a user with a temporary password (a generated one unless given); return the User and that
    password, which is kept nowhere.

    :raises Invalid: if the address, the name or the password is none, each with its field.
    :raises AddressTaken: if the address has an account, in whatever letter case or Unicode form.
    :raises NotPermitted: if `actor` may not.
    """
    new = prepare(
        email, actor=actor, full_name=full_name, role=role, password=password, is_active=is_active
    )
    return add(new, actor=actor)


def prepare(
    email: str,
    *,
    actor: Actor,
    full_name: str,
    role: str,
    password: str = "",
    is_active: bool = True,
) -> NewUser:
    """Do what is slow and changes nothing; see `create`. Return a NewUser."""
    user = User(
        email=clean_email(email, actor.organization),
        full_name=clean_name(full_name),
        role=role,
        is_active=is_active,
    )
    if password:
        accounts.passwords.rules.check(password, user)
    return NewUser(user, accounts.passwords.temporary.prepare(user, password))


def add(
    new: NewUser, *, actor: Actor, keep: Callable[[User, str], object] | None = None
) -> tuple[User, str]:
    """Store a NewUser; see `create`. `keep(user, password)` is called in the same transaction."""
    try:
        with creation(new.user, actor=actor, permission=Permission.CREATE_USER) as current:
            # Locked before the account is stored, as by who joins by it: or each of the two would
            # wait for the other.
            invitation = (
                Invitation.objects.open().select_for_update().filter(email=new.user.email).first()
            )
            new.temporary.give(new.user, by=current.actor.user)
            current.record(UserCreated(role=Role(new.user.role)))
            if invitation:
                current.after_entry(lambda entry: _cancel(invitation, entry))
            if keep:
                keep(new.user, new.temporary.password)
    except IntegrityError as error:
        raise AddressTaken from error
    return new.user, new.temporary.password


def edit(
    user_id: int,
    *,
    actor: Actor,
    full_name: str,
    email: str,
    expected_version: int | None = None,
) -> None:
    """
    Give a user another name or address. With another address reset links die, and both addresses
    are told.

    :raises Invalid: each with its field.
    :raises AddressTaken: if the address has another account.
    :raises NoSuchUser, NotPermitted, StaleChange: see `change`.
    """
    full_name, email = clean_name(full_name), clean_email(email, actor.organization)
    try:
        with change(
            User, user_id, actor=actor, permission=Permission.EDIT_USER, expected=expected_version
        ) as current:
            _edit(current, full_name, email)
    except IntegrityError as error:
        raise AddressTaken from error


def delete(user_id: int, *, actor: Actor, reason: str = "", called: str = "") -> None:
    """
    Take the personal data out of a deactivated account; the audit trail keeps a pseudonym and stays
    whole.

    The reason is kept without the person's names and addresses. `called` is the name that is put in
    place of theirs.

    :raises NoSuchUser, NotPermitted: see `change`.
    """
    with transaction.atomic():
        # Jobs are locked before people.
        for user in User.objects.present().filter(pk=user_id):
            lifecycle.erase(Known.of(user), of_jobs=True)
        with change(User, user_id, actor=actor, permission=Permission.DELETE_USER) as current:
            known = Known.of(current.subject, called)
            lifecycle.erase(known, of_jobs=False)
            current.record(UserDeleted(reason=reasons.for_audit(known.taken_out_of(reason))))


def change_profile(*, actor: Actor, full_name: str, **preferences: str | bool) -> None:
    """
    Set what a person decides about their own account: the name, and `preferences`, a value for each
    of PREFERENCES.

    :raises Invalid: each with its field.
    :raises TooManyTries: if they do so without end.
    """
    full_name = clean_name(full_name)
    with change(
        User, actor.user_id, actor=actor, permission=Permission.EDIT_OWN_PROFILE
    ) as current:
        user, old = current.subject, current.subject.full_name
        if old == full_name and all(
            getattr(user, name) == value for name, value in preferences.items()
        ):
            return
        throttle.PROFILE_CHANGES.hit(user.pk)
        user.full_name = full_name
        for name in PREFERENCES:
            setattr(user, name, preferences[name])
        names_of = {"old_name": old, "new_name": full_name} if old != full_name else {}
        current.record(ProfileChanged(**names_of))


def clean_name(text: str) -> str:
    """
    Return a person's name in one line.

    :raises Invalid: if nothing is left of it, or it is too long.
    """
    name = names.clean(text)
    if not 0 < len(name) <= 150:
        raise Invalid(UserFault.NAME, "full_name")
    return name


def clean_email(text: str, organization: Organization) -> str:
    """
    Return the canonical form of an address that is about to be somebody's.

    :raises Invalid: if it is no address, or not one that the organization accepts.
    """
    try:
        email = email_address.canonical(text)
    except email_address.NotAnAddress as fault:
        raise fault.about("email") from fault
    if not organization.accepts(email):
        raise Invalid(UserFault.DOMAIN, "email", domains=", ".join(organization.domains))
    return email


def _cancel(invitation: Invitation, entry: AuditEvent) -> None:
    """End an invitation that has nothing left to do, now that the address has an account."""
    invitation.cancelled_at = entry.at
    invitation.save(update_fields=("cancelled_at",))


def _edit(current: Change[User], full_name: str, email: str) -> None:
    user = current.subject
    old_name, old_email = user.full_name, user.email
    said: dict[str, str] = {}
    if (old_name, old_email) == (full_name, email):
        return
    user.full_name, user.email = full_name, email
    if old_name != full_name:
        said |= {"old_name": old_name, "new_name": full_name}
    if old_email != email:
        user.reset_link_at = None
        _cancel_invitations(email)
        said |= {"old_email": old_email, "new_email": email}
        current.after_entry(lambda entry: _tell_both(entry, user, by=current.actor, old=old_email))
    current.record(UserEdited(**said))


def _tell_both(entry: AuditEvent, user: User, *, by: Actor, old: str) -> None:
    news = mails.EmailWasChanged(old=old, new=user.email, event=entry.pk)
    news.queue(user, to=old, by=by)
    news.queue(user, to=user.email, by=by)


def _cancel_invitations(email: str) -> None:
    """End whatever invitation is on its way to an address: it is somebody's now."""
    Invitation.objects.open().filter(email=email).update(cancelled_at=timezone.now())
