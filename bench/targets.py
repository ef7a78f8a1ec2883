"""
The targets, met or not met by what was measured: medians in ms with one client, unless they say
more.
"""

from dataclasses import dataclass

from bench import pages
from bench.journeys import JOURNEYS

GROWTH = 1.3  # times what a request costs at the smallest size
LIST_SHARE = 0.5  # of the admin's first page, filter and sort
SEARCH_TIMES = 20  # less than the admin's search and deep pages
BARE_TIMES = 3  # what the bare view takes
FEW = 10_000  # people
SHARE_AMONG_FEW = 0.6  # of the admin's list, searches, filters, sorts and person's page
FORM_SHARE = 1.05  # of the admin's reset and sign-in, which hash as dearly
PAGE_TIMES = 1.2  # the list, at most, for any page
FRAME_TIMES = 4  # what the bare view takes, for a page that shows little
MOST_MEMORY = 75  # MiB (PSS) of a web process
HASHING_SHARE = 0.9  # of the hashes a second
# A p-value under this tells kinds of address apart. At 5 % one test in twenty would by mere chance.
LEAST_P = 0.01


@dataclass(frozen=True)
class Verdict:
    """A target, what was measured of it, and whether that is enough."""

    target: str
    measured: str
    is_met: bool


def verdicts(cases, timing):
    """
    Return the Verdicts on one kind of database: `cases` are its results by size, `timing` may be
    None.
    """
    smallest, largest = cases[min(cases)], cases[max(cases)]
    found = [_growth(smallest, largest, min(cases), max(cases))] if len(cases) > 1 else []
    found += [
        _beside_the_admin(
            largest, ("first", "filter", "sort"), 1 / LIST_SHARE, "First page, filters and sorts"
        ),
        _beside_the_admin(largest, ("search", "deep"), SEARCH_TIMES, "Searches and deep pages"),
        _beside_the_bare_view(largest),
        _beside_the_list(largest),
        _frame(largest),
        _forms(largest),
        _memory(largest),
        _hashing(largest),
    ]
    found += [_among_few(cases[FEW])] if FEW in cases else []
    return found + [_alike(name, sides["product"]) for name, sides in (timing or {}).items()]


def p50(case, name, side="product"):
    """Return the median in ms of a journey with one client."""
    return case["journeys"][name][side]["1"]["p50"]


def times_the_list(case, name):
    """Return how many times as long as the list a page takes."""
    medians = {one: case["pages"][one]["product"]["1"]["p50"] for one in (name, pages.LIST)}
    return medians[name] / medians[pages.LIST]


def times_faster(case, name):
    """Return how many times as long the admin takes as the product."""
    return p50(case, name, "peer") / p50(case, name)


def _growth(smallest, largest, fewest, most):
    names = [name for name, journey in JOURNEYS.items() if journey.is_list]
    growth = {name: p50(largest, name) / p50(smallest, name) for name in names}
    worst = max(growth, key=growth.get)
    return Verdict(
        f"Every request for the list costs at {most:,} at most {GROWTH} times what it costs at "
        f"{fewest:,}",
        f"at most {growth[worst]:.2f} ({said(worst)})",
        growth[worst] <= GROWTH,
    )


def _beside_the_admin(case, kinds, least, what):
    faster = {
        name: times_faster(case, name)
        for name, journey in JOURNEYS.items()
        if journey.kind in kinds
    }
    worst = min(faster, key=faster.get)
    return Verdict(
        f"{what} take the admin at least {least:g} times as long",
        f"at least {faster[worst]:.1f} ({said(worst)})",
        faster[worst] >= least,
    )


def _among_few(case):
    kinds = ("first", "search", "filter", "sort", "deep", "person")
    names = [name for name, journey in JOURNEYS.items() if journey.kind in kinds]
    share, worst = _largest_share(case, names)
    return Verdict(
        f"Among {FEW:,} people the list and a person’s page take at most {SHARE_AMONG_FEW} of what "
        "the admin’s take",
        f"at most {share:.2f} ({said(worst)})",
        share <= SHARE_AMONG_FEW,
    )


def _forms(case):
    share, worst = _largest_share(case, ("reset", "sign_in"))
    return Verdict(
        f"Reset and sign-in take at most {FORM_SHARE} of what the admin’s take",
        f"at most {share:.2f} ({said(worst)})",
        share <= FORM_SHARE,
    )


def _largest_share(case, names):
    shares = {name: 1 / times_faster(case, name) for name in names}
    worst = max(shares, key=shares.get)
    return shares[worst], worst


def _beside_the_list(case):
    times = {page.name: times_the_list(case, page.name) for page in pages.PAGES}
    worst = max(times, key=times.get)
    return Verdict(
        f"No page takes more than {PAGE_TIMES} times what the list takes",
        f"at most {times[worst]:.2f} ({worst})",
        times[worst] <= PAGE_TIMES,
    )


def _frame(case):
    times = case["pages"][pages.FRAME]["product"]["1"]["p50"] / case["bare"]["1"]["p50"]
    target = f"A page that shows little takes at most {FRAME_TIMES} times what a bare view takes"
    return Verdict(target, f"{times:.1f} ({pages.FRAME})", times <= FRAME_TIMES)


def _memory(case):
    found = case["memory"]["product"]
    kind = "pss" if "pss" in found else "rss"
    return Verdict(
        f"A web process takes at most {MOST_MEMORY} MiB",
        f"{found[kind]:.0f} ({kind.upper()})",
        found[kind] <= MOST_MEMORY,
    )


def _beside_the_bare_view(case):
    times = p50(case, "first") / case["bare"]["1"]["p50"]
    target = f"The list takes at most {BARE_TIMES} times what a bare view of the same weight takes"
    return Verdict(target, f"{times:.1f}", times <= BARE_TIMES)


def _hashing(case):
    share = case["share_of_argon2"]
    target = (
        f"Sign-ins a second (eight clients) are at least {HASHING_SHARE:.0%} of the hashes a second"
    )
    return Verdict(target, f"{share:.0%}", share >= HASHING_SHARE)


def _alike(name, found):
    target = (
        f"{JOURNEYS[name].title}: the kinds of address take the same time (p at least {LEAST_P})"
    )
    return Verdict(target[0].upper() + target[1:], f"p = {found['p']:.2g}", found["p"] >= LEAST_P)


def said(name):
    """Return a journey's name as a sentence has it."""
    column = name.removeprefix("-")
    return JOURNEYS[column].title + (" backwards" if name != column else "")
