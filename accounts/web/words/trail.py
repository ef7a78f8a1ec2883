"""
Entries of the audit trail in the reader's language: labels and values are called as the events call
them.
"""

import functools
from dataclasses import dataclass

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.kernel import events
from accounts.kernel.text import email_address
from accounts.kernel.text.markup import asis
from accounts.models import AuditEvent
from accounts.models.audit_event import ActorKind, Outcome
from accounts.web.words import device_names, filters, organization_settings, refusals


@dataclass(frozen=True)
class Entry:
    """
    An AuditEvent in words, for a page or a file.

    `details` are all that it says, what can be erased included; `facts` are these as (label, value)
    pairs.
    """

    event: AuditEvent

    @property
    def label(self):
        return _name(self.event.action)

    @property
    def outcome(self):
        return _name(self.event.outcome)

    @property
    def actor_kind(self):
        return _name(self.event.actor_kind)

    @property
    def browser(self):
        return device_names.said(self.event.user_agent)

    @property
    def details(self):
        return {**self.event.details, **self._personal}

    @property
    def facts(self):
        labels = _labels(get_language())
        return [
            (labels.get(key, key), _said(key, value, key in self._personal or key in _verbatim()))
            for key, value in self.details.items()
        ]

    @property
    def _personal(self):
        personal = getattr(self.event, "personal", None)
        return personal.data if personal else {}

    @property
    def facts_on_the_page(self):
        """The facts, those that are no language as HTML that says so."""
        pairs = zip(self.details, self.facts, strict=True)
        return [
            (label, asis(value) if key in _verbatim() else value) for key, (label, value) in pairs
        ]


def _name(value):
    return _names(get_language()).get(value, value)


@functools.cache
def _names(_language):
    """
    Return what is stored under stable names, in words; an export asks again and again, and
    translating is slow.
    """
    names = {one.value: str(one.label) for one in (*Outcome, *ActorKind)}
    return names | {name: str(event.label) for name, event in events.REGISTRY.items()}


@functools.cache
def _labels(_language):
    """Return the labels of details, see `_names`."""
    return {key: str(field.metadata["label"]) for key, field in events.every_field().items()}


@functools.cache
def _verbatim():
    """Return the keys of the details that are no language."""
    return {key for key, field in events.every_field().items() if field.metadata["verbatim"]}


@functools.cache
def _words(_language):
    """Return what values of details are called, see `_names`."""
    return {True: _("yes"), False: _("no")} | {
        value: str(label) for value, label in events.every_choice().items()
    }


def _said(key, value, is_typed):
    match key:
        case "permission":
            return refusals.permission(value)
        case "changed":
            return organization_settings.changes(value)
        case "filters":
            return filters.of_entry(value)
    return _in_words(value, is_typed)


def _in_words(value, is_typed):
    """Return a value in words; what people typed stays as it is, also where it is one of ours."""
    match value:
        case bool():
            return _words(get_language())[value]
        case str() if is_typed:
            return email_address.shown(value)
        case str():
            return _words(get_language()).get(value) or email_address.shown(value)
    return value
