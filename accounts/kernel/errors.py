"""
What can go wrong, told by a code: whoever calls the domain meets a DomainError, or a fault of ours.

A page says it in the reader's language (`web/words`), a program reads the code. Each kind is a
class, since the doors answer by kind (`web/errors.py`); what a subject refuses is a subclass of one
of them.
"""

from collections.abc import Collection, Iterable
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from accounts.kernel.decisions import Denied


class Code(StrEnum):
    """The codes of errors that share a class: a subject lists its own in a subclass."""


class DomainError(Exception):
    """
    Something that a caller of the domain may meet.

    `code` says what, `field` which of the caller's arguments it is about (None: none alone),
    `facts` what a sentence about it names, `seconds` when it may be tried again (None: no waiting
    mends it).
    """

    code: str
    seconds: int | None = None

    def __init__(self, code: str | None = None, field: str | None = None, **facts: Any) -> None:
        self.code = code or self.code
        super().__init__(self.code)
        self.field, self.facts = field, facts


class NotFound(DomainError):
    """There is nothing under that name, or nothing that the actor may know of."""

    code = "not_found"

    def __init__(self, sought: object = None) -> None:
        super().__init__()
        self.sought = sought


class NoSuchUser(NotFound):
    """There is no user with that id."""


class NoSuchJob(NotFound):
    """There is no such job."""


class NotPermitted(DomainError):
    """
    The policy's `denied` (a policy.Denied) keeps the actor from it; `target` is what it was asked
    about, or None.
    """

    def __init__(self, denied: "Denied", target: Any = None) -> None:
        super().__init__(denied.code, **denied.facts)
        self.denied, self.target = denied, target

    @property
    def permission(self) -> str:
        return self.denied.permission


class ProofRequired(DomainError):
    """The actor may, once they have proved anew who they are, in one of the ways `methods`."""

    code = "proof_required"

    def __init__(self, methods: Collection[str]) -> None:
        super().__init__()
        self.methods = methods


class Conflict(DomainError):
    """How things are, it cannot be done. Nothing has changed."""

    code = "conflict"


class Stale(Conflict):
    """What the actor decided upon is no longer so: somebody was faster, or it was done before."""

    code = "stale"


class StaleJob(Stale):
    """
    The job with the id `sought` is no longer in a state for that: somebody was faster, or it was
    done before.
    """

    code = "job_done_before"

    def __init__(self, sought: object) -> None:
        super().__init__()
        self.sought = sought


class Invalid(DomainError):
    """
    What was given will not do; `faults` are all that is wrong with it, each an Invalid of one code.
    """

    code = "invalid"

    def __init__(
        self,
        code: str | None = None,
        field: str | None = None,
        *,
        faults: Iterable["Invalid"] = (),
        **facts: Any,
    ) -> None:
        super().__init__(code, field, **facts)
        self.faults = tuple(faults) or (self,)

    def about(self, field: str) -> "Invalid":
        """Return the same faults as those of the caller's argument `field`."""
        return Invalid(faults=[Invalid(fault.code, field, **fault.facts) for fault in self.faults])

    @property
    def codes(self) -> list[str]:
        """The codes of all faults, in their order."""
        return [fault.code for fault in self.faults]


class TooMany(DomainError):
    """A limit is crossed for `seconds`."""

    code = "too_many_tries"
    seconds: int

    def __init__(self, seconds: int) -> None:
        super().__init__(seconds=seconds)
        self.seconds = seconds


class Unavailable(DomainError):
    """There is no room for it now."""

    code = "unavailable"
    seconds = 5


class LinkInvalid(DomainError):
    """
    A link that was mailed or handed over is not good, or not any more; `state` says why, where that
    may be told.
    """

    code = "link_invalid"

    def __init__(self, state: Any = None) -> None:
        super().__init__()
        self.state = state
