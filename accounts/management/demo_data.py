"""
People who do not exist, for development databases: the same ones every time, in every state there
is.
"""

import secrets
import uuid
import zlib
from collections.abc import Iterator
from datetime import timedelta
from functools import cache
from typing import Any

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX, UNUSABLE_PASSWORD_SUFFIX_LENGTH
from django.db import transaction
from django.utils import timezone

from accounts.kernel.text import names
from accounts.management import many_rows
from accounts.models import AuditEvent, Role, User
from accounts.models.audit_event import ActorKind
from accounts.sign_in.events import SignedIn
from accounts.users.events import UserCreated

FIRST_NAMES = (
    "Amara Bruno Chiara Daniel Élodie Farid Grace Hiroshi Ingrid João Kateryna Lars Mei Nadia "
    "Oluwaseun Priya Quentin "
    "Rosa Søren Tomás Ülkü Valentina Wiktor Ximena Yusuf Zoë Anaïs Björn Çağla Dmitri Esi Finn "
    "Guðrún Hana Ismael"
).split()
LAST_NAMES = (
    "Okafor Keller Lombardi Nyström Marchand Haddad Whitfield Tanaka Solberg Pereira Shevchenko "
    "Lindqvist Chen Rahman "
    "Adeyemi Krishnan Dubois Castillo Madsen Ibáñez Yılmaz Moreau Nowak Fuentes Demir Papadaki "
    "Weiß Ångström Quispe "
    "Mbeki Novák Kowalczyk"
).split()
MAIL_DOMAIN = "people.example"


def how_many() -> int:
    return User.objects.count()


def next_number() -> int:
    """Return the number of the first made-up person who is not there yet."""
    return User.objects.filter(email__endswith=f"@{MAIL_DOMAIN}").count() + 1


@transaction.atomic
def add(numbers: Any) -> None:
    """Add the made-up people with these numbers, and what the audit trail says of it."""
    keys = many_rows.next_ids(User, len(numbers))
    people = [{"id": key, **_person(number)} for key, number in zip(keys, numbers, strict=True)]
    many_rows.add(User, people)
    many_rows.add(AuditEvent, [event for person in people for event in _events(person)])


def _events(person: Any) -> Iterator[dict[str, Any]]:
    """Yield what the audit trail says of a person: that they were added, and their last sign-in."""
    added = {
        "target_id": person["id"],
        "at": person["created_at"],
        "details": {"role": person["role"]},
    }
    yield {"action": UserCreated.name, "actor_kind": ActorKind.SYSTEM, "actor_id": None, **added}
    if person["last_sign_in_at"]:
        seen = {
            "target_id": person["id"],
            "at": person["last_sign_in_at"],
            "details": {"temporary_password": False},
        }
        yield {
            "action": SignedIn.name,
            "actor_kind": ActorKind.USER,
            "actor_id": person["id"],
            **seen,
        }


def _person(number: int) -> dict[str, Any]:
    # Both lists are walked at once; their lengths share no divisor, so a name returns only after
    # all pairs.
    first, last = FIRST_NAMES[number % len(FIRST_NAMES)], LAST_NAMES[number % len(LAST_NAMES)]
    full_name, now = f"{first} {last}", timezone.now()
    must_change = _dice(number, "must change") % 17 == 3
    created_at = now - timedelta(days=400 - number % 400, minutes=number % 1440)
    minutes_ago = _dice(number, "last sign-in") % 90_000
    email = f"{_ascii(first)}.{_ascii(last)}.{number}@{MAIL_DOMAIN}"
    return {
        "public_id": uuid.uuid4(),
        "email": email,
        "full_name": full_name,
        "name_key": _fold(full_name),
        "search_key": names.search_key(full_name, email),
        "role": _role(number),
        "is_active": _dice(number, "active") % 16 != 5,
        "password": UNUSABLE_PASSWORD_PREFIX
        + secrets.token_hex(UNUSABLE_PASSWORD_SUFFIX_LENGTH // 2),
        "password_set_at": created_at,
        "must_change_password": must_change,
        "temporary_password_expires_at": now + timedelta(hours=72 * (1 if number % 2 else -1))
        if must_change
        else None,
        "last_sign_in_at": None
        if _dice(number, "ever") % 7 == 6
        else now - timedelta(minutes=minutes_ago),
        "created_at": created_at,
    }


def _role(number: int) -> Role:
    throw = _dice(number, "role") % 120
    return Role.ADMIN if throw < 3 else Role.VIEWER if throw < 40 else Role.MEMBER


def _dice(number: int, what: str) -> int:
    """
    Return a throw that is the same every time, and has nothing to do with the names or with other
    throws.
    """
    return zlib.crc32(f"{what} {number}".encode())


@cache
def _ascii(name: str) -> str:
    return names.normalize(name).encode("ascii", "ignore").decode() or "user"


@cache
def _fold(name: str) -> str:
    return names.normalize(name)
