"""The small picture of who is in there: shapes for an SVG, whole numbers in its own units."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from accounts.models import Role
from accounts.statistics.queries import Picture

WIDTH, HEIGHT = 1000, 100


@dataclass(frozen=True)
class Part:
    """A part of the bar of people, and what it stands for."""

    kind: str
    label: str
    count: int
    x: int
    width: int


@dataclass(frozen=True)
class Bar:
    """The sign-ins of a day."""

    day: date
    sign_ins: int
    x: int
    y: int
    width: int
    height: int


def people(picture: Picture) -> list[Part]:
    """Return the Parts: the active of each role, then the deactivated."""
    counts = [(role.value, str(role.label), picture.people[role.value, True]) for role in Role]
    deactivated = sum(
        count for (_role, is_active), count in picture.people.items() if not is_active
    )
    counts.append(("off", _("Deactivated"), deactivated))
    everybody = sum(count for _kind, _label, count in counts) or 1
    parts, x = [], 0
    for kind, label, count in counts:
        width = round(WIDTH * count / everybody)
        parts.append(Part(kind, label, count, x, width))
        x += width
    return parts


def table(picture: Picture) -> list[tuple[str, int, int]]:
    """Return the people by role and status, as (role, active, deactivated)."""
    return [
        (str(role.label), picture.people[role.value, True], picture.people[role.value, False])
        for role in Role
    ]


def sign_ins(picture: Picture) -> list[Bar]:
    """Return a Bar for each day; the highest fills the height."""
    most = max(day.sign_ins for day in picture.days) or 1
    step = WIDTH // len(picture.days)
    bars = []
    for number, day in enumerate(picture.days):
        height = max(round(HEIGHT * day.sign_ins / most), 2)
        bars.append(Bar(day.day, day.sign_ins, number * step, HEIGHT - height, step - 8, height))
    return bars
