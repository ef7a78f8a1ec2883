"""The organization's settings."""

from accounts.kernel import lifecycle
from accounts.models import Organization

lifecycle.declare(
    Organization,
    harmless=("name", "domains", "support_address", "language", "time_zone"),
    tidy="There is one row.",
)
