"""Numbers that the worker keeps."""

from accounts.kernel import lifecycle
from accounts.models import KeptFigure
from accounts.statistics import actions

lifecycle.declare(KeptFigure, harmless=("name",), tidy=actions.recount)
