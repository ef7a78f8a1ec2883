"""What an Admin decides for everybody."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import idna
from django.db.models import QuerySet
from django.utils import timezone

from accounts.kernel import sessions
from accounts.kernel.actor import Actor
from accounts.kernel.change import change
from accounts.kernel.errors import Code, Invalid
from accounts.kernel.policy import Permission
from accounts.models import Organization, User
from accounts.models.organization import FIELDS, THE_ONE
from accounts.organization.events import OrganizationChanged


class DomainsFault(Code):
    """What can be wrong with the domains whose addresses are accepted."""

    NO_DOMAIN = "no_domain"
    CUTS_ONESELF_OFF = "own_address_cut_off"


def cut_off(domains: Sequence[str]) -> QuerySet[User]:
    """
    Return the active users whose address would not be accepted any more, as a queryset by name.
    """
    users = User.objects.filter(is_active=True).order_by("name_key", "pk")
    if not domains:
        return users.none()
    for domain in domains:
        users = users.exclude(email__endswith=f"@{domain}")
    return users


def change_settings(*, actor: Actor, expected_version: int | None, **values: Any) -> Organization:
    """
    Set the organization's settings (those of FIELDS). Who is cut off by the domains is signed out.

    :raises NotPermitted: if `actor` may not.
    :raises Invalid: if the domains would cut the acting Admin off.
    :raises StaleSettings: if somebody else was faster.
    """
    with change(
        Organization,
        THE_ONE,
        actor=actor,
        permission=Permission.MANAGE_SETTINGS,
        expected=expected_version,
        # Who signs in at this moment is waited for, or waits and reads the new domains.
        others=cut_off(values["domains"]),
    ) as current:
        organization, old = current.subject, current.subject.facts
        for name in FIELDS:
            setattr(organization, name, values[name])
        if not organization.accepts(actor.person.email):
            raise Invalid(DomainsFault.CUTS_ONESELF_OFF, "domains")
        if is_stricter(old, organization):
            organization.dormant_since = timezone.now()
        sessions.end_of(cut_off(organization.domains))
        if changed := _difference(old, organization.facts):
            current.record(OrganizationChanged(changed=changed))
    return organization


def is_stricter(old: Mapping[str, Any], organization: Organization) -> bool:
    """
    Return whether accounts may become dormant now that could not before; they are then warned
    first.
    """

    def days(name: str, facts: Mapping[str, Any]) -> float:
        return float(facts[name] or "inf")

    new = organization.facts
    shorter = any(
        days(name, new) < days(name, old) for name in ("dormant_days", "dormant_days_if_never")
    )
    return shorter or any(new[name] and not old[name] for name in ("dormant_admins", "mail_is_on"))


def _difference(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Return what each setting that is another now was and is."""
    return {name: [old[name], value] for name, value in new.items() if old[name] != value}


def clean_domains(text: str) -> list[str]:
    """
    Return the domains in `text` in their ASCII form, sorted.

    :raises Invalid: if one is none.
    """
    found = set()
    for word in re.split(r"[\s,;]+", text.strip().lower()):
        if not word:
            continue
        try:
            domain = idna.encode(word.removeprefix("@"), uts46=True).decode()
        except (idna.IDNAError, UnicodeError) as error:
            raise Invalid(DomainsFault.NO_DOMAIN, "domains", word=word[:60]) from error
        if "." not in domain:
            raise Invalid(DomainsFault.NO_DOMAIN, "domains", word=word[:60])
        found.add(domain)
    return sorted(found)
