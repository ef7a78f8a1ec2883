"""Numbers that the worker keeps."""

from accounts.kernel import lifecycle
from accounts.models import CachedCount
from accounts.statistics import actions

lifecycle.declare(CachedCount, harmless=("name",), tidy=actions.recount)
