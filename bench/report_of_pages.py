"""What every page costs, as a part of the Markdown page."""

from bench import targets
from bench.cells import factor, number
from bench.pages import PAGES

READING = """Medians and 95th percentiles in ms over HTTP, with one client and with eight. “× list”
is the median of the page divided by that of the list, “times” that of the admin's page divided by
ours. What a request does is measured in its process: queries, and the ms in SQL, in templates and
in the rest, which is Python."""
COLUMNS = (
    *("page", "1 client", "× list", "8 clients", "admin, 1 client", "admin, 8 clients", "times"),
    *("queries", "SQL", "templates", "rest"),
)
HEAD = f"| {' | '.join(COLUMNS)} |\n| --- |{' ---: |' * (len(COLUMNS) - 1)}"


def table(case):
    """Return the table of a case's pages."""
    return "\n".join([HEAD, *(_row(case, page.name) for page in PAGES)])


def _row(case, name):
    sides, inside = case["pages"][name], case["inside"][name]
    product, peer = sides["product"], sides.get("peer")
    cells = [
        name,
        _cell(product["1"]),
        factor(targets.times_the_list(case, name)),
        _cell(product["8"]),
        *((_cell(peer[clients]) for clients in ("1", "8")) if peer else ("", "")),
        factor(peer["1"]["p50"] / product["1"]["p50"]) if peer else "",
        f"{inside['queries']:.0f}",
        *(number(inside[part]) for part in ("sql", "templates", "rest")),
    ]
    return f"| {' | '.join(cells)} |"


def _cell(burst):
    return " / ".join(number(burst[figure]) for figure in ("p50", "p95"))
