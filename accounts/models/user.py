"""The one account table that every room shares."""

import uuid
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce, Lower
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from accounts import email_address, names

# Where people who never signed in stand in a list sorted by the last sign-in: before all others.
NEVER = models.Value(datetime(1970, 1, 1, tzinfo=UTC), output_field=models.DateTimeField())


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


class UserQuerySet(models.QuerySet):
    def present(self):
        """Everybody but the deleted, of whom only a pseudonym is left."""
        return self.filter(deleted_at=None)

    def active_admins(self):
        return self.filter(role=Role.ADMIN, is_active=True)

    def by_email(self, text):
        """Return the user whose stored address is the canonical form of `text`, or None."""
        return self.filter(email=email_address.find(text)).first()


class User(AbstractBaseUser):
    """A person who signs in with an e-mail address and a password."""

    last_login = None  # Django's own column; ours is last_sign_in_at, written by the sign-in action alone

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    email = models.CharField(_("Email"), max_length=email_address.MAX_LENGTH, unique=True)
    full_name = models.CharField(_("Name"), max_length=150)
    name_key = models.CharField(max_length=300, editable=False)
    role = models.CharField(_("Role"), max_length=10, choices=Role, default=Role.VIEWER)
    is_active = models.BooleanField(default=True)

    must_change_password = models.BooleanField(default=False)
    password_set_at = models.DateTimeField(null=True)
    password_set_by = models.ForeignKey("self", models.SET_NULL, null=True, related_name="+")
    temporary_password_expires_at = models.DateTimeField(null=True)
    reset_link_at = models.DateTimeField(null=True)

    time_zone = models.CharField(_("Time zone"), max_length=64, blank=True, db_default="")
    language = models.CharField(_("Language"), max_length=10, blank=True, db_default="")
    theme = models.CharField(_("Theme"), max_length=10, choices=Theme, default=Theme.SYSTEM, db_default=Theme.SYSTEM)

    last_sign_in_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=timezone.now)
    deleted_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    objects = UserQuerySet.as_manager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ("full_name",)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(role__in=Role.values), name="role_is_one_of_three"),
            models.CheckConstraint(condition=Q(email=Lower("email")), name="email_is_canonical"),
            models.CheckConstraint(condition=~Q(email="") & ~Q(full_name=""), name="email_and_name_are_given"),
            models.CheckConstraint(
                condition=Q(must_change_password=True, temporary_password_expires_at__isnull=False)
                | Q(must_change_password=False, temporary_password_expires_at__isnull=True),
                name="temporary_password_has_an_end",
            ),
            models.CheckConstraint(condition=Q(deleted_at=None) | Q(is_active=False), name="deleted_is_not_active"),
        )
        indexes = (
            models.Index(fields=("name_key", "id"), name="user_by_name"),
            models.Index(fields=("role", "name_key", "id"), name="user_by_role"),
            models.Index(Coalesce("last_sign_in_at", NEVER), "id", name="user_by_last_sign_in"),
            models.Index(fields=("is_active",), name="user_by_is_active"),
            models.Index(
                fields=("temporary_password_expires_at",),
                condition=Q(temporary_password_expires_at__isnull=False),
                name="user_with_temporary_password",
            ),
            models.Index(fields=("reset_link_at",), condition=Q(reset_link_at__isnull=False), name="user_with_link"),
        )

    def __str__(self):
        return self.full_name

    def save(self, **kwargs):
        self.email = email_address.canonical(self.email)
        self.name_key = names.fold(self.full_name)[:300]
        super().save(**kwargs)

    def get_absolute_url(self):
        return reverse("user", args=[self.public_id])

    @property
    def first_word(self):
        """What to call the person in a sentence."""
        return self.full_name.split()[0] if self.full_name.split() else self.full_name

    @property
    def initials(self):
        words = [word for word in self.full_name.split() if word[0].isalnum()]
        return "".join(word[0] for word in ([words[0], words[-1]] if len(words) > 1 else words)).upper() or "?"

    @property
    def has_expired_temporary_password(self):
        return bool(self.temporary_password_expires_at and self.temporary_password_expires_at <= timezone.now())

    @property
    def state(self):
        """What an Admin decides upon when acting on the person; a change of it makes their open page stale."""
        return (self.email, self.full_name, self.role, self.is_active, self.password, self.must_change_password)

    def set_temporary_password(self, password_hash, *, by):
        """Give the user a password, set by `by` (a User, or None for the system), that opens only the change page."""
        self._set_password_hash(password_hash, by=by)
        self.must_change_password = True
        self.temporary_password_expires_at = timezone.now() + timedelta(hours=settings.TEMPORARY_PASSWORD_HOURS)

    def set_own_password(self, password_hash):
        """Give the user the password that they chose themselves."""
        self._set_password_hash(password_hash, by=self)
        self.must_change_password = False
        self.temporary_password_expires_at = None

    def _set_password_hash(self, password_hash, *, by):
        self.password = password_hash
        self.password_set_at = timezone.now()
        self.password_set_by = by
        self.reset_link_at = None

    def get_session_auth_hash(self):
        """
        Return the value that a session carries and that must still be true at each request.

        Django makes it of the password's hash. Ours is made of the moment the password was set, because a hash
        is also remade at sign-in when its cost changes, and that must sign nobody out.
        """
        return salted_hmac("accounts.User.session", f"{self.pk}:{self.password_set_at}", algorithm="sha256").hexdigest()

    def get_session_auth_fallback_hash(self):
        """Return the values that older secret keys would have made (a changed SECRET_KEY signs nobody out)."""
        value = f"{self.pk}:{self.password_set_at}"
        for key in settings.SECRET_KEY_FALLBACKS:
            yield salted_hmac("accounts.User.session", value, secret=key, algorithm="sha256").hexdigest()
