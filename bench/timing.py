"""Does the time of an answer tell whether an account exists? 1,000 interleaved requests, and a rank test over them."""

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

    Return a dict by test and site: the medians in ms by kind of address, H and the p-value of the rank test.
    """
    tests = {"forgot": (_forgot(accounts), 302), "sign_in": (_sign_in(accounts), None)}
    results = {}
    for name, (people, expects) in tests.items():
        order = _order(list(people))
        requests = {
            side: _requests(site, name, [(kind, next(people[kind])) for kind in order], expects)
            for side, site in sites.items()
        }
        results[name] = _measured(sites, requests, order, step)
    return results


def _forgot(accounts):
    """Return endless addresses by kind; each comes so seldom that no limit on trying is met."""
    return {
        "known": itertools.cycle(accounts.others),
        "unknown": (f"nobody.here.{number}@people.example" for number in itertools.count()),
        "deactivated": itertools.cycle(accounts.deactivated),
        "never invited": (f"someone.{number}@elsewhere.example" for number in itertools.count()),
    }


def _sign_in(accounts):
    """Return endless pairs of address and password by kind; a deactivated person types the right one."""
    return {
        "wrong": ((email, "not the horse of the benchmark") for email in itertools.cycle(accounts.others)),
        "unknown": ((f"nobody.here.{number}@people.example", PASSWORD) for number in itertools.count()),
        "deactivated": ((email, PASSWORD) for email in itertools.cycle(accounts.deactivated)),
    }


def _order(kinds):
    """Return the kinds in blocks of one each, shuffled within: what a request leaves behind slows any kind alike."""
    shuffled = random.Random(SEED)
    blocks = (shuffled.sample(kinds, len(kinds)) for _ in itertools.count())
    return list(itertools.islice(itertools.chain.from_iterable(blocks), REQUESTS + WARM_UP))


def _requests(site, name, people, expects):
    if name == "forgot":
        return site.posts(site.forgot_path, [{"email": email} for _, email in people], expects=expects)
    filled_in = [site.credentials(*pair) for _, pair in people]
    return site.posts(site.sign_in_path, filled_in, expects=site.failed_sign_in)


def _measured(sites, requests, order, step):
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
    return {"medians": {kind: statistics.median(times) for kind, times in by_kind.items()}, "h": h, "p": p}
