"""
/metrics, in the text format of Prometheus, for whoever has the token.

Requests, sign-ins, hashing and the audit trail's lag are counted by the processes of this host; the
queue, the worker and the backup are read from the database at each scrape, so that every host tells
the same of them.
"""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError
from django.http import HttpResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

import accounts.kernel.metrics
from accounts.web import responses
from vectice_admin import shared_figures
from vectice_admin.operations import backups, queue
from vectice_admin.probes import probe


@probe
@login_not_required
@require_safe
def metrics(request):
    """404 while METRICS_TOKEN is not set, 401 without the token, else the figures."""
    if not settings.METRICS_TOKEN:
        return responses.error(request, 404)
    if not is_asked_with_token(request):
        return HttpResponse(status=401, headers={"WWW-Authenticate": "Bearer"})
    figures = CollectorRegistry()
    figures.register(FromTheDatabase())
    return HttpResponse(
        generate_latest(counted()) + generate_latest(figures), content_type=CONTENT_TYPE_LATEST
    )


def is_asked_with_token(request):
    """
    Return whether METRICS_TOKEN is set and the request carries it in `Authorization: Bearer` (RFC
    6750).
    """
    scheme, _space, given = request.headers.get("Authorization", "").partition(" ")
    known = constant_time_compare(given.strip(), settings.METRICS_TOKEN)
    return bool(settings.METRICS_TOKEN) and known and scheme.lower() == "bearer"


def counted():
    """
    Return the registry of what all processes count together, or of this one where they share
    nothing.
    """
    if not shared_figures.are_shared():
        return accounts.kernel.metrics.REGISTRY
    shared = CollectorRegistry()
    MultiProcessCollector(shared)
    return shared


class FromTheDatabase(Collector):
    """What the database tells; while it is away only that it is."""

    def collect(self):
        try:
            found, backup = queue.now(), backups.last_made_at()
        except DatabaseError:
            yield _gauge("database_up", "Whether the database answers.", 0)
            return
        state = found.state
        yield _gauge("database_up", "Whether the database answers.", 1)
        yield _gauge(
            "queue_waiting_tasks", "Tasks in the queue, those for later included.", state.waiting
        )
        yield _gauge("queue_due_tasks", "Tasks that could run now.", state.due)
        yield _gauge(
            "queue_oldest_due_seconds",
            "For how long the oldest of them could have run.",
            state.seconds,
        )
        text = (
            "For how long the oldest mail waits that is not sent yet, its tries in vain included."
        )
        yield _gauge("mails_oldest_waiting_seconds", text, found.mail_seconds)
        yield _gauge(
            "mails_failed", "Mails that were given up and that Admins see under Mail.", found.failed
        )
        text = "Regular tasks that could not be done the last time, see manage.py doctor."
        yield _gauge("regular_tasks_failed", text, len(state.faulty))
        if state.worker_at:
            seen = state.worker_at.timestamp()
            yield _gauge("worker_seen_timestamp_seconds", "When a worker last showed itself.", seen)
        if backup:
            made = backup.timestamp()
            yield _gauge(
                "last_backup_timestamp_seconds", "When manage.py backup last made one.", made
            )


def _gauge(name, text, value):
    return GaugeMetricFamily(f"vectice_{name}", text, value)
