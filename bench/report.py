"""The results as a Markdown page."""

from bench import report_of_pages, targets
from bench.cells import factor, number
from bench.journeys import JOURNEYS

READING = """A cell holds the median and the 95th percentile in ms, and the requests a second:
12.3 / 14.5 / 80. Each is the median of the rounds. “Times” is the admin's median divided by the
product's with one client, and the product's requests a second divided by the admin's with eight:
over 1 the product is ahead."""
HEAD = (
    "| | product, 1 client | admin, 1 client | times | product, 8 clients | admin, 8 clients | "
    "times |\n"
    "| --- | ---: | ---: | ---: | ---: | ---: | ---: |"
)
SIDES = {"product": "the product", "peer": "Django's admin", "bare": "bare view"}


def markdown(results, chart):
    """Return the page for the results so far; `chart` is the name of the picture beside it."""
    about = results["about"]
    parts = [
        f"# Beside Django's own admin, {about['date']}",
        f"{about['machine']}. {about['versions']}.",
        (
            "Two gunicorn processes of eight threads on either side, twenty rows a page, rounds: "
            f"{about['rounds']}."
        ),
        f"![Medians with one client, as bars]({chart})",
        "## Targets",
    ]
    for title, cases in results["cases"].items():
        parts += [f"### {title}", _verdicts(cases, results["timing"].get(title))]
    parts += ["## Figures", READING]
    for title, cases in results["cases"].items():
        for size, case in cases.items():
            parts += [f"### {title}, {size:,} people", _journeys(case), _rest(case)]
    parts += ["## Every page", report_of_pages.READING]
    for title, cases in results["cases"].items():
        for size, case in cases.items():
            parts += [f"### {title}, {size:,} people", report_of_pages.table(case)]
    for title, timing in results["timing"].items():
        parts += [f"## Who is asked about, {title}", _timing(timing)]
    return "\n\n".join(parts) + "\n"


def _verdicts(cases, timing):
    head = f"At {max(cases):,} people.\n\n| target | measured | |\n| --- | --- | --- |\n"
    return head + "\n".join(
        f"| {verdict.target} | {verdict.measured} | {'met' if verdict.is_met else '**not met**'} |"
        for verdict in targets.verdicts(cases, timing)
    )


def _journeys(case):
    bare = case["bare"]
    last = f"| bare view of the list's weight | {_cell(bare['1'])} | | | {_cell(bare['8'])} | | |"
    return "\n".join([HEAD, *(_journey(case, name) for name in JOURNEYS), last])


def _journey(case, name):
    product, admin = (
        case["journeys"][name][side]["8"]["per_second"] for side in ("product", "peer")
    )
    one, eight = (_pair(case, name, clients) for clients in ("1", "8"))
    alone, at_once = factor(targets.times_faster(case, name)), factor(product / admin)
    return f"| {JOURNEYS[name].title} | {one} | {alone} | {eight} | {at_once} |"


def _pair(case, name, clients):
    return " | ".join(_cell(case["journeys"][name][side][clients]) for side in ("product", "peer"))


def _cell(burst):
    return " / ".join(number(burst[figure]) for figure in ("p50", "p95", "per_second"))


def _rest(case):
    lines = ["| | memory of a worker, MiB (RSS / PSS) | cold start, ms |", "| --- | ---: | ---: |"]
    for side, label in SIDES.items():
        memory = " / ".join(f"{mib:.0f}" for mib in case["memory"][side].values())
        lines.append(f"| {label} | {memory} | {case['cold_start'][side]:.0f} |")
    limits = (
        f"Limits: {case['argon2_per_second']:.1f} Argon2 comparisons a second on all cores, of "
        "which sign-ins measured"
        f" between two such counts reach {case['share_of_argon2']:.0%}; the page's rows by raw SQL "
        "in"
        f" {case['raw_page']:.2f} ms. The list page weighs {case['page_bytes'] / 1024:.0f} KiB "
        "before compression."
    )
    return "\n".join([*lines, "", limits])


def _timing(timing):
    lines = ["1,000 interleaved requests a test, medians in ms; p by the Kruskal-Wallis test.", ""]
    lines += ["| | side | medians | H | p |", "| --- | --- | --- | ---: | ---: |"]
    for name, sides in timing.items():
        for side, found in sides.items():
            medians = ", ".join(f"{kind} {median:.2f}" for kind, median in found["medians"].items())
            lines.append(
                f"| {JOURNEYS[name].title} | {SIDES[side]} | {medians} | {found['h']:.2f} | "
                f"{found['p']:.2g} |"
            )
    return "\n".join(lines)
