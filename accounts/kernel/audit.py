"""The audit trail's only writer. Reading is `queries/audit.py`; the database refuses changes and deletions."""

import unicodedata
from functools import reduce
from operator import or_

from django.db import transaction
from django.db.models import Q, TextChoices
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from accounts.kernel import metrics
from accounts.kernel.text import email_address
from accounts.models import AuditEvent, PersonalDetail
from accounts.models.audit_event import Outcome


class Action(TextChoices):
    """The stable names of the entries: programs and people rely on them."""

    USER_CREATED = "user.created", _("User added")
    USER_ACTIVATED = "user.activated", _("User activated")
    USER_DEACTIVATED = "user.deactivated", _("User deactivated")
    USER_ROLE_CHANGED = "user.role_changed", _("Role changed")
    PASSWORD_RESET_BY_ADMIN = "password.reset_by_admin", _("Password reset by an Admin")
    PASSWORD_RESET_REQUESTED = "password.reset_requested", _("Reset link asked for")
    PASSWORD_RESET_BY_LINK = "password.reset_by_link", _("Password reset by link")
    PASSWORD_CHANGED = "password.changed", _("Password changed")
    PASSWORD_FORCED_CHANGE_DONE = (
        "password.forced_change_done",
        _("Own password chosen after a reset"),
    )
    SESSION_SIGNED_IN = "session.signed_in", _("Signed in")
    SESSION_SIGN_IN_FAILED = "session.sign_in_failed", _("Sign-in failed")
    SESSION_SIGNED_OUT = "session.signed_out", _("Signed out")
    SESSION_REVOKED = "session.revoked", _("Device signed out")
    USER_EDITED = "user.edited", _("Name or address changed")
    USER_DELETED = "user.deleted", _("User deleted")
    INVITATION_SENT = "invitation.sent", _("Invited")
    INVITATION_LINK_MADE = "invitation.link_made", _("New invitation link")
    INVITATION_CANCELLED = "invitation.cancelled", _("Invitation cancelled")
    INVITATION_ACCEPTED = "invitation.accepted", _("Invitation accepted")
    ORGANIZATION_CHANGED = "organization.changed", _("Settings changed")
    CHANGE_DISPUTED = "change.disputed", _("“I did not expect this”")
    CREDENTIAL_REMINDED = "credential.reminded", _("Reminded of a temporary password")
    CREDENTIAL_EXPIRED = "credential.expired", _("Temporary password or link ended early")
    USERS_EXPORTED = "users.exported", _("Users exported")
    AUDIT_EXPORTED = "audit.exported", _("Audit trail exported")
    BULK_STARTED = "bulk.started", _("Bulk change started")
    BULK_CANCELLED = "bulk.cancelled", _("Bulk change cancelled")
    PASSWORDS_DOWNLOADED = "passwords.downloaded", _("Temporary passwords downloaded")
    IMPORT_STARTED = "import.started", _("Import started")
    IMPORT_CANCELLED = "import.cancelled", _("Import cancelled")
    PROFILE_CHANGED = "profile.changed", _("Own profile changed")
    ACCESS_DENIED = "access.denied", _("Access denied")


def record(action, *, actor, target=None, outcome=Outcome.DONE, personal=None, **details):
    """
    Write one entry, in the transaction of the change it is about, and return it.

    `details` are plain JSON values; never a password, a token, a hash or a whole link. `personal` are those about
    a person (a name, an address, a reason, a search for one): they are kept where they can be erased.
    """
    with transaction.atomic():  # what is personal can be written only together with its entry
        event = AuditEvent.objects.create(
            action=action,
            outcome=outcome,
            actor_kind=actor.kind,
            actor=actor.user,
            target=target,
            address=actor.address,
            user_agent=actor.user_agent,
            details=details,
        )
        if personal:
            # PostgreSQL keeps no NUL; somebody may have searched for one.
            data = {
                name: text.replace("\x00", "") if isinstance(text, str) else text
                for name, text in personal.items()
            }
            PersonalDetail.objects.create(event=event, user=target, data=data)
    metrics.note(event)
    return event


def forget(user, addresses):
    """Erase what the trail's entries say about `user` and their `addresses` beyond the reference; the entries stay."""
    named = [
        Q(**{f"data__{name}__in": list(addresses)}) for name in ("email", "old_email", "new_email")
    ]
    PersonalDetail.objects.filter(reduce(or_, named, Q(user=user))).delete()


def pseudonym(typed_address):
    """
    Return a short keyed digest of an address that belongs to nobody.

    Tries on the same unknown address can be told to be the same; what was typed, which is sometimes a password,
    cannot be read back.
    """
    text = (
        email_address.find(typed_address)
        or unicodedata.normalize("NFKC", typed_address).casefold().strip()
    )
    return salted_hmac("accounts.audit.pseudonym", text, algorithm="sha256").hexdigest()[:12]
