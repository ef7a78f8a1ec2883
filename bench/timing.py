"""
Does the time of an answer tell whether an account exists? 1,000 interleaved requests, and a rank
test over them.
"""

import itertools
import random
import statistics

from bench import browser, load
from bench.filling import PASSWORD
from bench.ranks import kruskal_wallis

REQUESTS = 1_000
WARM_UP = 10
SEED = 4  # of the order in which the kinds take turns


def run(sites, accounts, step):
    """
    Ask every site in turn, and call `step` after each request.

    Return a dict by test and site: the medians in ms by kind of address, H and the p-value of the
    rank test.
    """
    return {
        "forgot": _test(
            sites, _forgot(accounts), lambda site, emails: site.forgotten(emails), step
        ),
        "sign_in": _test(
            sites, _sign_in(accounts), lambda site, pairs: site.sign_ins(pairs, succeed=False), step
        ),
    }


def _forgot(accounts):
    """Return endless addresses by kind; each comes so seldom that no limit on trying is met."""
    return {
        "known": itertools.cycle(accounts.others),
        "unknown": (f"nobody.here.{number}@people.example" for number in itertools.count()),
        "deactivated": itertools.cycle(accounts.deactivated),
        "never invited": (f"someone.{number}@elsewhere.example" for number in itertools.count()),
    }


def _sign_in(accounts):
    """
    Return endless pairs of address and password by kind; a deactivated person types the right one.
    """
    return {
        "wrong": (
            (email, "not the horse of the benchmark") for email in itertools.cycle(accounts.others)
        ),
        "unknown": (
            (f"nobody.here.{number}@people.example", PASSWORD) for number in itertools.count()
        ),
        "deactivated": ((email, PASSWORD) for email in itertools.cycle(accounts.deactivated)),
    }


def _order(kinds):
    """
    Return the kinds in blocks of one each, shuffled within: what a request leaves behind slows any
    kind alike.
    """
    shuffled = random.Random(SEED)
    blocks = (shuffled.sample(kinds, len(kinds)) for _ in itertools.count())
    return list(itertools.islice(itertools.chain.from_iterable(blocks), REQUESTS + WARM_UP))


def _test(sites, people, requests_of, step):
    """Ask every site about the same people in the same order; `people` are endless ones by kind."""
    order = _order(list(people))
    chosen = [next(people[kind]) for kind in order]
    requests = {side: requests_of(site, chosen) for side, site in sites.items()}
    connections = {side: browser.connect(site.port) for side, site in sites.items()}
    times = {side: {kind: [] for kind in sorted(set(order))} for side in sites}
    for number, kind in enumerate(order):
        for side, connection in connections.items():
            taken = load.milliseconds(connection, requests[side][number])
            if number >= WARM_UP:
                times[side][kind].append(taken)
        step()
    for connection in connections.values():
        connection.close()
    return {side: _judged(by_kind) for side, by_kind in times.items()}


def _judged(by_kind):
    h, p = kruskal_wallis(list(by_kind.values()))
    return {
        "medians": {kind: statistics.median(times) for kind, times in by_kind.items()},
        "h": h,
        "p": p,
    }
