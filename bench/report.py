"""The results as a Markdown page."""

from bench import targets
from bench.journeys import JOURNEYS

READING = """A cell holds the median / the 95th percentile in ms / requests a second, each the median of the rounds. “Times”
is how often the product's figure fits into the admin's: for the median with one client, and for the requests a second
with eight (there the product's by the admin's), so over 1 the product is ahead."""
HEAD = (
    "| | product, 1 client | admin, 1 client | times | product, 8 clients | admin, 8 clients | times |\n"
    "| --- | ---: | ---: | ---: | ---: | ---: | ---: |"
)
SIDES = {"product": "the product", "peer": "Django's admin", "bare": "bare view"}


def markdown(results, chart):
    """Return the page for the results so far; `chart` is the name of the picture beside it."""
    about = results["about"]
    parts = [
        f"# Beside Django's own admin, {about['date']}",
        f"{about['machine']}. {about['versions']}. Two gunicorn processes of eight threads on either side, twenty rows"
        f" a page, {about['rounds']} rounds.",
        f"![Medians with one client, as bars]({chart})",
        "## Targets",
    ]
    for title, cases in results["cases"].items():
        parts += [f"### {title}", _verdicts(cases, results["timing"].get(title))]
    parts += ["## Figures", READING]
    for title, cases in results["cases"].items():
        for size, case in cases.items():
            parts += [f"### {title}, {size:,} people", _journeys(case), _rest(case)]
    for title, timing in results["timing"].items():
        parts += [f"## Who is asked about, {title}", _timing(timing)]
    return "\n\n".join(parts) + "\n"


def _verdicts(cases, timing):
    lines = [f"At {max(cases):,} people.\n", "| target | measured | |", "| --- | --- | --- |"]
    for verdict in targets.verdicts(cases, timing):
        lines.append(f"| {verdict.target} | {verdict.measured} | {'met' if verdict.is_met else '**not met**'} |")
    return "\n".join(lines)


def _journeys(case):
    lines = [HEAD]
    for name, journey in JOURNEYS.items():
        one, eight = (_pair(case, name, clients) for clients in ("1", "8"))
        at_once = (
            case["journeys"][name]["product"]["8"]["per_second"] / case["journeys"][name]["peer"]["8"]["per_second"]
        )
        lines.append(
            f"| {journey.title} | {one} | {_factor(targets.times_faster(case, name))} | {eight} | {_factor(at_once)} |"
        )
    bare = case["bare"]
    lines.append(f"| bare view of the list's weight | {_cell(bare['1'])} | | | {_cell(bare['8'])} | | |")
    return "\n".join(lines)


def _pair(case, name, clients):
    return " | ".join(_cell(case["journeys"][name][side][clients]) for side in ("product", "peer"))


def _cell(burst):
    return " / ".join(_number(burst[figure]) for figure in ("p50", "p95", "per_second"))


def _rest(case):
    lines = ["| | memory of a worker, MiB (RSS / PSS) | cold start, ms |", "| --- | ---: | ---: |"]
    for side, label in SIDES.items():
        memory = " / ".join(f"{mib:.0f}" for mib in case["memory"][side].values())
        lines.append(f"| {label} | {memory} | {case['cold_start'][side]:.0f} |")
    limits = (
        f"Limits: {case['argon2_per_second']:.1f} Argon2 comparisons a second on all cores; the page's rows by raw SQL"
        f" in {case['raw_page']:.2f} ms. The list page weighs {case['page_bytes'] / 1024:.0f} KiB before compression."
    )
    return "\n".join([*lines, "", limits])


def _timing(timing):
    lines = ["1,000 interleaved requests a test, medians in ms; p by the Kruskal-Wallis test.", ""]
    lines += ["| | side | medians | H | p |", "| --- | --- | --- | ---: | ---: |"]
    for name, sides in timing.items():
        for side, found in sides.items():
            medians = ", ".join(f"{kind} {median:.2f}" for kind, median in found["medians"].items())
            lines.append(
                f"| {JOURNEYS[name].title} | {SIDES[side]} | {medians} | {found['h']:.2f} | {found['p']:.2g} |"
            )
    return "\n".join(lines)


def _factor(times):
    return f"{times:,.1f}" if times < 10 else f"{times:,.0f}"


def _number(value):
    return f"{value:.1f}" if value < 100 else f"{value:,.0f}"
