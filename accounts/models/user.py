"""The one account table that every room shares."""

import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, Self

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.hashers import make_password
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from accounts.kernel.text import email_address, names
from accounts.models import user_indexes
from accounts.models.plain_json import PlainJSONField


class Role(models.TextChoices):
    """What a person is in the organization; what each may do stands in `policy.py`."""

    ADMIN = "admin", _("Admin")
    MEMBER = "member", _("Member")
    VIEWER = "viewer", _("Viewer")


class Theme(models.TextChoices):
    SYSTEM = "system", _("As the system")
    LIGHT = "light", _("Light")
    DARK = "dark", _("Dark")
    CONTRAST = "contrast", _("High contrast")


class UserQuerySet(models.QuerySet["User"]):
    def present(self) -> Self:
        """Everybody but the deleted, of whom only a pseudonym is left."""
        return self.filter(user_indexes.PRESENT)

    def active_admins(self) -> Self:
        return self.filter(role=Role.ADMIN, is_active=True)

    def by_email(self, text: str) -> "User | None":
        """Return the user whose stored address is the canonical form of `text`, or None."""
        return self.filter(email=email_address.find(text)).first()


class User(AbstractBaseUser):
    """A person who signs in with an e-mail address and a password."""

    last_login = (
        None  # Django's own column; ours is last_sign_in_at, written by the sign-in action alone
    )

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    email = models.CharField(_("Email"), max_length=email_address.MAX_LENGTH, unique=True)
    full_name = models.CharField(_("Name"), max_length=150)
    name_key = models.CharField(max_length=300, editable=False)
    search_key = models.TextField(editable=False, db_default="")
    role = models.CharField(_("Role"), max_length=10, choices=Role, default=Role.VIEWER)
    is_active = models.BooleanField(default=True)

    must_change_password = models.BooleanField(default=False)
    password_set_at = models.DateTimeField(null=True)
    password_set_by = models.ForeignKey("self", models.SET_NULL, null=True, related_name="+")
    temporary_password_expires_at = models.DateTimeField(null=True)
    # The same as `password_set_at` where the password was generated: a version that does not know
    # it moves only that.
    generated_password_set_at = models.DateTimeField(null=True)
    # A hash, too. NULL, since SQLite would make the table anew for a default, and lose the triggers
    # of the search.
    temporary_password_letters = models.CharField(max_length=128, null=True)  # noqa: DJ001
    reset_link_at = models.DateTimeField(null=True)

    time_zone = models.CharField(_("Time zone"), max_length=64, blank=True, db_default="")
    language = models.CharField(_("Language"), max_length=10, blank=True, db_default="")
    theme = models.CharField(
        _("Theme"), max_length=10, choices=Theme, default=Theme.SYSTEM, db_default=Theme.SYSTEM
    )

    keyboard_shortcuts = models.BooleanField(_("Keyboard shortcuts"), default=True, db_default=True)
    list_columns = PlainJSONField(null=True)

    email_unverified_since = models.DateTimeField(
        null=True
    )  # joined by a link that was handed over; a mail proves it
    invited_by = models.ForeignKey(
        "self", models.SET_NULL, null=True, related_name="+", db_index=False
    )
    last_sign_in_at = models.DateTimeField(null=True)
    last_active_on = models.DateField(
        null=True
    )  # by UTC; None where nobody was seen since that is noted
    activated_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=timezone.now)
    deleted_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    objects = UserQuerySet.as_manager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["full_name"]

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(role__in=Role.values), name="role_is_one_of_three"),
            models.CheckConstraint(condition=Q(email=Lower("email")), name="email_is_canonical"),
            models.CheckConstraint(
                condition=~Q(email="") & ~Q(full_name=""), name="email_and_name_are_given"
            ),
            models.CheckConstraint(
                condition=Q(must_change_password=True, temporary_password_expires_at__isnull=False)
                | Q(must_change_password=False, temporary_password_expires_at__isnull=True),
                name="temporary_password_has_an_end",
            ),
            models.CheckConstraint(
                condition=Q(deleted_at=None) | Q(is_active=False), name="deleted_is_not_active"
            ),
        )
        indexes = user_indexes.INDEXES

    def __str__(self) -> str:
        return self.full_name

    def save(self, **kwargs: Any) -> None:
        try:
            self.email = email_address.canonical(self.email)
        except email_address.NotAnAddress:
            # Stored while it still counted as one: whoever has it can be deactivated, or given
            # another.
            if not User.objects.filter(pk=self.pk, email=self.email).exists():
                raise
        self.set_keys()
        super().save(**kwargs)

    def set_keys(self) -> None:
        """Make what lists are sorted and searched by; `save` does it, a bulk insert must."""
        self.name_key = names.normalize(self.full_name)[:300]
        self.search_key = names.search_key(
            self.full_name, self.email, email_address.in_unicode(self.email)
        )

    def get_absolute_url(self) -> str:
        return reverse("user", args=[self.public_id])

    @property
    def initials(self) -> str:
        words = [word for word in self.full_name.split() if word[0].isalnum()]
        return (
            "".join(
                word[0] for word in ([words[0], words[-1]] if len(words) > 1 else words)
            ).upper()
            or "?"
        )

    @property
    def has_expired_temporary_password(self) -> bool:
        return bool(
            self.temporary_password_expires_at
            and self.temporary_password_expires_at <= timezone.now()
        )

    @property
    def state(self) -> tuple[str, str, str, bool, str, bool]:
        """
        What an Admin decides upon when acting on the person; a change of it makes their open page
        stale.
        """
        return (
            self.email,
            self.full_name,
            self.role,
            self.is_active,
            self.password,
            self.must_change_password,
        )

    @property
    def reset_link_ends_at(self) -> datetime | None:
        """Until when the reset link works that was made last, or None where there is none."""
        return self.reset_link_at and self.reset_link_at + timedelta(
            minutes=settings.RESET_LINK_MINUTES
        )

    @property
    def has_generated_password(self) -> bool:
        """
        Whether the password's hash was made of its normal form, see `temporary_password.normal`.
        """
        return (
            self.password_set_at is not None
            and self.generated_password_set_at == self.password_set_at
        )

    def set_temporary_password(
        self,
        password_hash: str,
        *,
        by: "User | None",
        is_generated: bool = False,
        letters_hash: str | None = None,
    ) -> None:
        """
        Give the user a password, set by `by` (a User, or None for the system), that opens only the
        change page.

        For the rest see `temporary_password.Temporary`.
        """
        self._set_password_hash(password_hash, by=by)
        self.generated_password_set_at = self.password_set_at if is_generated else None
        self.temporary_password_letters = letters_hash
        self.must_change_password = True
        self.temporary_password_expires_at = timezone.now() + timedelta(
            hours=settings.TEMPORARY_PASSWORD_HOURS
        )

    def set_own_password(self, password_hash: str) -> None:
        """Give the user the password that they chose themselves."""
        self._set_password_hash(password_hash, by=self)
        self.must_change_password = False
        self.temporary_password_expires_at = None

    def revoke_password_with_link(self, *, by: "User | None") -> None:
        """Leave the account without a password; the reset link made now is the way back in."""
        self.revoke_password(by=by)
        self.reset_link_at = timezone.now()

    def revoke_password(self, *, by: "User | None") -> None:
        """Leave the account without a password, and without a reset link that was made before."""
        self._set_password_hash(make_password(None), by=by)
        self.must_change_password = False
        self.temporary_password_expires_at = None

    def _set_password_hash(self, password_hash: str, *, by: "User | None") -> None:
        self.password = password_hash
        self.password_set_at = timezone.now()
        self.password_set_by = by
        self.generated_password_set_at, self.temporary_password_letters = None, None
        self.reset_link_at = None

    def get_session_auth_hash(self) -> str:
        """
        Return the value that a session carries and that must still be true at each request.

        Django makes it of the password's hash. Ours is made of the moment the password was set,
        because a hash is also remade at sign-in when its cost changes, and that must sign nobody
        out. It is keyed as the version before has it, since both read each other's sessions during
        an upgrade.
        """
        return salted_hmac(
            "accounts.User.session", f"{self.pk}:{self.password_set_at}", algorithm="sha256"
        ).hexdigest()

    def get_session_auth_fallback_hash(self) -> Iterator[str]:
        """
        Return the values that older secret keys would have made (a changed SECRET_KEY signs nobody
        out).
        """
        value = f"{self.pk}:{self.password_set_at}"
        for key in settings.SECRET_KEY_FALLBACKS:
            yield salted_hmac(
                "accounts.User.session", value, secret=key, algorithm="sha256"
            ).hexdigest()
