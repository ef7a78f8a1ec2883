"""How an account comes to be."""

from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.utils.translation import gettext as _

from accounts import email_address, hashers, temporary_password
from accounts.change import account_creation
from accounts.models import User


class AddressTaken(Exception):
    """There is an account with that e-mail address."""


def create(email, *, actor, full_name, role):
    """
    Add a user with a generated temporary password; return the User and that password, which is kept nowhere.

    :raises ValidationError: if the address or the name is none.
    :raises AddressTaken: if the address has an account, in whatever letter case or Unicode form.
    :raises NotPermitted: if `actor` may not.
    """
    email_address.validate(email)
    full_name = clean_name(full_name)
    user = User(email=email_address.canonical(email), full_name=full_name, role=role)
    password = temporary_password.generate(user)
    password_hash = hashers.make(password)
    try:
        with account_creation(user, actor=actor) as change:
            user.set_temporary_password(password_hash, by=actor.user)
            change.details["role"] = str(role)
    except IntegrityError as error:
        raise AddressTaken(email) from error
    return user, password


def clean_name(text):
    """
    Return a person's name in one line.

    :raises ValidationError: if nothing is left of it, or it is too long.
    """
    name = " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
    if not 0 < len(name) <= 150:
        raise ValidationError(_("Enter a name of 1 to 150 characters."), code="invalid")
    return name
