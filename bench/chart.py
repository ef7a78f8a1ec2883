"""The results as a bar chart: an SVG written by hand, for light and dark pages."""

import math
from html import escape

from bench import targets
from bench.journeys import JOURNEYS

WIDTH, LEFT, RIGHT = (
    860,
    210,
    90,
)  # of the picture, of the names, of the figures; in px, as all below
ROW, BAR, HEAD, FOOT = 34, 12, 64, 40
SHOWN = [
    name for name in JOURNEYS if not name.startswith("-") and name not in ("before_last", "name")
]
STYLE = """
  svg { background: #fff; font: 13px system-ui, sans-serif; }
  text { fill: #1d2433; } .quiet { fill: #5a6478; } .title { font-size: 16px; font-weight: 600; }
  .product { fill: #2b59c3; } .peer { fill: #b3731c; } .grid { stroke: #d8dde6; }
  .bare { stroke: #1d2433; stroke-dasharray: 3 3; }
  @media (prefers-color-scheme: dark) {
    svg { background: #12161f; } text { fill: #e8ebf2; } .quiet { fill: #a2abbd; }
    .product { fill: #8fb0ff; } .peer { fill: #e2a653; }
    .grid { stroke: #323a4a; } .bare { stroke: #e8ebf2; }
  }"""


def svg(results):
    """
    Return the picture: for each kind of database the medians with one client at the largest size.
    """
    largest = {title: (max(cases), cases[max(cases)]) for title, cases in results["cases"].items()}
    panel = HEAD + ROW * len(SHOWN) + FOOT
    height = panel * len(largest)
    panels = [
        _panel(title, *found, top=panel * index)
        for index, (title, found) in enumerate(largest.items())
    ]
    described = " ".join(_described(title, *found) for title, found in largest.items())
    size = f'viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-labelledby="title desc">',
        (
            '<title id="title">The product beside Django’s own admin: '
            "milliseconds until the answer is there</title>"
        ),
        f'<desc id="desc">{escape(described)}</desc>',
        f"<style>{STYLE}\n</style>",
        *panels,
        "</svg>\n",
    ]
    return "\n".join(parts)


def _panel(title, size, case, *, top):
    scale = _Scale(case)
    heading = f"{title}, {size:,} people: median with one client, in ms"
    bottom = HEAD + ROW * len(SHOWN)
    parts = [
        f'<g transform="translate(0 {top})">',
        f'<text x="16" y="26" class="title">{escape(heading)}</text>',
    ]
    parts += [_legend()]
    for power in range(scale.first, scale.last + 1):
        x = scale.x(10**power)
        parts.append(f'<line x1="{x}" x2="{x}" y1="{HEAD - 8}" y2="{bottom}" class="grid"/>')
        parts.append(
            f'<text x="{x}" y="{bottom + 18}" text-anchor="middle" class="quiet">'
            f"{10**power:,g}</text>"
        )
    x = scale.x(case["bare"]["1"]["p50"])
    parts.append(f'<line x1="{x}" x2="{x}" y1="{HEAD - 8}" y2="{bottom}" class="bare"/>')
    parts += [_row(name, case, scale, HEAD + ROW * index) for index, name in enumerate(SHOWN)]
    return "\n".join([*parts, "</g>"])


def _legend():
    entries = (("product", 16, "the product"), ("peer", 120, "Django’s own admin"))
    bars = "".join(
        f'<rect x="{x}" y="38" width="12" height="12" rx="2" class="{side}"/>'
        f'<text x="{x + 18}" y="48.5">{label}</text>'
        for side, x, label in entries
    )
    line = '<line x1="284" x2="284" y1="37" y2="51" class="bare"/>'
    note = "each line is ten times the one before"
    return (
        f'{bars}{line}<text x="294" y="48.5">a bare view of the same weight</text>'
        f'<text x="{WIDTH - 16}" y="48.5" text-anchor="end" class="quiet">{note}</text>'
    )


def _row(name, case, scale, top):
    title = JOURNEYS[name].title
    parts = [f'<text x="{LEFT - 12}" y="{top + 19}" text-anchor="end">{escape(title)}</text>']
    for side, y in (("product", top + 2), ("peer", top + 3 + BAR)):
        value = targets.p50(case, name, side)
        end = scale.x(value)
        parts.append(
            f'<rect x="{LEFT}" y="{y}" width="{end - LEFT:.1f}" height="{BAR}" rx="2" '
            f'class="{side}"/>'
        )
        parts.append(
            f'<text x="{end + 6}" y="{y + 10.5}" font-size="11">{_milliseconds(value)}</text>'
        )
    return "".join(parts)


def _milliseconds(value):
    return f"{value:.1f}" if value < 100 else f"{value:,.0f}"


def _described(title, size, case):
    """Return in a sentence what the bars of a panel say, for whoever does not see them."""
    said = (
        f"{JOURNEYS[name].title} {_milliseconds(targets.p50(case, name))} beside"
        f" {_milliseconds(targets.p50(case, name, 'peer'))}"
        for name in SHOWN
    )
    return (
        f"{title} with {size:,} people, the product beside Django’s admin, in milliseconds: "
        f"{'; '.join(said)}."
    )


class _Scale:
    """
    Milliseconds to px, each power of ten as wide as the next; `first` and `last` are the powers at
    the ends.
    """

    def __init__(self, case):
        values = [targets.p50(case, name, side) for name in SHOWN for side in ("product", "peer")]
        values.append(case["bare"]["1"]["p50"])
        self.first, self.last = (
            math.floor(math.log10(min(values))),
            math.ceil(math.log10(max(values))),
        )

    def x(self, milliseconds):
        part = (math.log10(milliseconds) - self.first) / (self.last - self.first)
        return round(LEFT + part * (WIDTH - LEFT - RIGHT), 1)
