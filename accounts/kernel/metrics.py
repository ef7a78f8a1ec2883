"""
What is counted and timed while the product works, for /metrics. No label ever names a person or an
address.

Every process counts for itself; under gunicorn they share what they count through files in memory.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from prometheus_client import CollectorRegistry, Counter, Histogram

if TYPE_CHECKING:  # settings come before models
    from accounts.models import AuditEvent

REGISTRY = CollectorRegistry()
SIGNED_IN, SIGN_IN_FAILED = "session.signed_in", "session.sign_in_failed"

HASHING = Histogram(
    "vectice_hashing_seconds",
    "How long one password hash took, without the waiting.",
    buckets=(0.025, 0.05, 0.075, 0.1, 0.15, 0.25, 0.5, 1, 2.5),
    registry=REGISTRY,
)
WAITING = Histogram(
    "vectice_hashing_wait_seconds",
    "How long a password waited for a slot to be hashed in.",
    buckets=(0.001, 0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
    registry=REGISTRY,
)
TURNED_AWAY = Counter(
    "vectice_hashing_turned_away",
    "Passwords for which no slot came free in time (503).",
    registry=REGISTRY,
)
EVENTS = Counter(
    "vectice_audit_events", "Committed audit entries.", ("action", "outcome"), registry=REGISTRY
)
SIGN_INS = Counter(
    "vectice_sign_ins",
    "Sign-ins: signed_in, or why not, as the audit trail says it.",
    ("outcome",),
    registry=REGISTRY,
)
AUDIT_LAG = Histogram(
    "vectice_audit_lag_seconds",
    "From the moment an audit entry names to its commit, when others can read it.",
    buckets=(0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 30, 120),
    registry=REGISTRY,
)


@contextmanager
def timed(histogram: Histogram) -> Iterator[None]:
    """Observe in `histogram` how many seconds the block took."""
    started = time.perf_counter()
    try:
        yield
    finally:
        histogram.observe(time.perf_counter() - started)


def note(event: "AuditEvent") -> None:
    """Count the AuditEvent when it is committed; one that is rolled back has not happened."""
    transaction.on_commit(lambda: _count(event), robust=True)


def _count(event: "AuditEvent") -> None:
    EVENTS.labels(event.action, event.outcome).inc()
    AUDIT_LAG.observe(max((timezone.now() - event.at).total_seconds(), 0.0))
    if event.action == SIGNED_IN:
        SIGN_INS.labels("signed_in").inc()
    elif event.action == SIGN_IN_FAILED:
        SIGN_INS.labels(event.details.get("reason", "unknown")).inc()
