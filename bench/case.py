"""
One kind of database at one size: rounds in which every journey is made on both sides, one side
after the other.
"""

import statistics
from contextlib import ExitStack, contextmanager

from bench import filling, limits, load, pages, servers, timing
from bench.browser import Browser, UnexpectedAnswer
from bench.databases import PREFIX
from bench.journeys import JOURNEYS
from bench.sites import ROWS, Peer, Product

WRITING = ("reset", "sign_in", "forgot")  # after which the worker has mails to send
AT_ONCE = load.BURSTS[-1]
STEPS_A_ROUND = 2 * len(JOURNEYS) * len(load.BURSTS) + len(load.BURSTS) + len(pages.PAGES) + 4


class Case:
    """
    Working copies of the filled databases; what a run changes in them is thrown away with them.
    """

    def __init__(self, database, size, step):
        self.database, self.size, self.step = database, size, step
        filled = filling.filled(database, size)
        self.accounts = filling.accounts(database, filled["product"])
        self.names = {side: f"{PREFIX}work_{size}_{side}" for side in filled}
        for side, name in self.names.items():
            database.copy(filled[side], name)
        servers.run_in_product(database, self.names["product"], "bench.content", "waiting")

    def close(self):
        for name in self.names.values():
            self.database.drop(name)

    def round(self):
        """
        Make every journey once on both sides, with servers started for it, and return the figures.
        """
        with self._served() as (sites, started, worker):
            self._require_same_rows(sites)
            bare = self._bare(started["bare"])
            looked_at = pages.measured(sites, self.step)
            inside = pages.inside(self.database, self.names["product"], sites)
            self.step()
            journeys = {name: self._journey(name, sites, worker) for name in JOURNEYS}
            self.step()
            return {
                "journeys": journeys,
                "pages": looked_at,
                "inside": inside,
                "bare": bare,
                "page_bytes": len(sites["product"].list_page()),
                "cold_start": {side: server.cold_start for side, server in started.items()},
                "memory": {side: server.memory() for side, server in started.items()},
                **self._limits(sites["product"]),
            }

    def timing(self):
        """Return what the rank tests say."""
        with self._served() as (sites, *_):
            return timing.run(sites, self.accounts, self.step)

    @contextmanager
    def _served(self):
        """Start all servers; yield the Sites, the Servers and the product's worker."""
        with ExitStack() as stack:
            product, worker = stack.enter_context(
                servers.product(self.database, self.names["product"])
            )
            peer = stack.enter_context(servers.peer(self.database, self.names["peer"]))
            sites = {
                "product": Product(product.port, self.accounts, self.size),
                "peer": Peer(peer.port, self.accounts, self.size),
            }
            bare = stack.enter_context(servers.bare(sites["product"].list_page()))
            yield sites, {"product": product, "peer": peer, "bare": bare}, worker

    def _journey(self, name, sites, worker):
        """Return what was measured by side and by number of clients."""
        found = {side: {} for side in sites}
        for burst in load.BURSTS:
            for side, site in sites.items():
                requests = site.requests(name, burst.needed)
                found[side][str(burst.clients)] = load.measure(site.port, requests, burst)
                if name in WRITING:
                    servers.wait_until_idle(worker)
                self.step()
        return found

    def _bare(self, server):
        found = {}
        for burst in load.BURSTS:
            request = Browser(server.port).request("GET", "/")
            found[str(burst.clients)] = load.measure(server.port, [request] * burst.needed, burst)
            self.step()
        return found

    def _limits(self, product):
        """
        Return the limits; the hashes are counted just before and just after sign-ins, to judge
        those by.
        """
        before = limits.argon2_per_second()
        sign_ins = load.measure(product.port, product.requests("sign_in", AT_ONCE.needed), AT_ONCE)[
            "per_second"
        ]
        hashes = (before + limits.argon2_per_second()) / 2
        self.step()
        raw_page = limits.raw_page(self.database, self.names["product"])
        self.step()
        return {
            "argon2_per_second": hashes,
            "share_of_argon2": sign_ins / hashes,
            "raw_page": raw_page,
        }

    def _require_same_rows(self, sites):
        """Compare nothing but pages that show as many people on both sides."""
        for name, journey in JOURNEYS.items():
            if journey.is_list:
                rows = {side: site.rows(name) for side, site in sites.items()}
                if len(set(rows.values())) > 1 or (name == "first" and rows["product"] != ROWS):
                    raise UnexpectedAnswer(f"{journey.title}: {rows} people are shown.")


def median_of(rounds):
    """Return one dict like those of the rounds, each number in it the median of theirs."""
    if isinstance(rounds[0], dict):
        return {name: median_of([one[name] for one in rounds]) for name in rounds[0]}
    return statistics.median(rounds)
