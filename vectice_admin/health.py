"""
What a load balancer asks. Outsiders learn nothing but yes or no; the token of the metrics shows the
version, too.
"""

import logging

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from vectice_admin import at_start, log, metrics, seen
from vectice_admin.operations import unfinished
from vectice_admin.probes import probe

logger = logging.getLogger(__name__)
KEY = "health"


@probe
@login_not_required
@require_safe
def live(request):
    """200 as long as this process answers."""
    return HttpResponse("live", content_type="text/plain")


@probe
@login_not_required
@require_safe
def ready(request):
    """
    200 if the database and the cache answer and no migration of this version is missing, else 503.
    """
    fault = _fault()
    if fault:
        logger.error("Not ready: %s", fault)
    status, said = (503, "not ready") if fault else (200, "ready")
    if seen.asked_by_doctor(request):
        return JsonResponse(seen.facts(request), status=status)
    if metrics.is_asked_with_token(request):
        return JsonResponse({"status": said, "version": settings.VERSION}, status=status)
    return HttpResponse(said, status=status, content_type="text/plain")


def takes_no_changes():
    """
    Return whether PostgreSQL answers as a standby does, or as one that was told to change nothing.
    """
    if connection.vendor != "postgresql":
        return False
    with connection.cursor() as cursor:
        cursor.execute("SHOW transaction_read_only")
        return cursor.fetchone() == ("on",)


def _fault():
    try:
        # The next version's may be there already: they are such that this one is still served.
        if at_start.known_migrations() - set(MigrationRecorder(connection).applied_migrations()):
            return "a migration is missing"
        if unfinished.is_marked():
            return unfinished.SAID
        if takes_no_changes():
            return "the database takes no changes"
        cache.set(KEY, 1, 60)
        if cache.get(KEY) != 1:
            return "the cache forgets"
    except DatabaseError as error:
        return f"the database: {log.name(error.__cause__ or error)}"
    return ""
