"""Warnings of those whose account will be deactivated because nobody uses it."""

from accounts.inactivity import actions
from accounts.kernel import lifecycle
from accounts.models import DormancyWarning

lifecycle.declare(
    DormancyWarning,
    people=("user",),
    tidy=actions.forget_warnings,
    erase="It refers to a pseudonym then, and says nothing else of anybody.",
)
