"""The command: `python -m bench`, or `make bench`."""

import argparse
import sys
from contextlib import ExitStack, closing
from datetime import UTC, datetime
from http.client import HTTPException
from pathlib import Path

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from bench import chart, machine, report, servers, timing
from bench.browser import UnexpectedAnswer
from bench.case import STEPS_A_ROUND, Case, median_of
from bench.databases import FOLDER, KINDS

SIZES = (10_000, 100_000, 1_000_000)
RESULTS = Path(__file__).parent / "results"
TIMING_STEPS = 2 * (timing.REQUESTS + timing.WARM_UP)


def main():
    options = _options()
    FOLDER.mkdir(parents=True, exist_ok=True)
    servers.LOG.unlink(missing_ok=True)
    kinds = [KINDS[key] for key in options.databases]
    results = {
        "about": machine.about(kinds) | {"rounds": options.rounds},
        "cases": {},
        "timing": {},
    }
    steps = len(kinds) * (len(set(options.sizes)) * options.rounds * STEPS_A_ROUND + TIMING_STEPS)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns) as progress:
        task = progress.add_task("", total=steps)
        for kind in kinds:
            _run(kind, options, results, Steps(progress, task))


def _run(kind, options, results, steps):
    """
    Measure one kind of database: in each round every size, so that a noisy minute hits them alike.
    """
    with ExitStack() as stack:
        cases = {}
        for size in sorted(set(options.sizes)):
            steps.say(f"{kind.title}, {size:,} people: filling")
            cases[size] = stack.enter_context(closing(Case(kind, size, steps.advance)))
        largest = cases[max(cases)]
        servers.prepare_product(kind, largest.names["product"])
        rounds = {size: [] for size in cases}
        for number in range(1, options.rounds + 1):
            for size, case in cases.items():
                steps.say(f"{kind.title}, round {number}, {size:,} people")
                rounds[size].append(case.round())
                results["cases"][kind.title] = {
                    size: median_of(done) for size, done in rounds.items() if done
                }
                _write(results, options.name)
        steps.say(f"{kind.title}, who is asked about")
        results["timing"][kind.title] = largest.timing()
        _write(results, options.name)


class Steps:
    """The line that shows how far the run is."""

    def __init__(self, progress, task):
        self.progress, self.task = progress, task

    def say(self, text):
        self.progress.update(self.task, description=text)

    def advance(self):
        self.progress.advance(self.task)


def _write(results, name):
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / f"{name}.svg").write_text(chart.svg(results))
    (RESULTS / f"{name}.md").write_text(report.markdown(results, f"{name}.svg"))


def _options():
    parser = argparse.ArgumentParser(
        prog="bench", description="Measure the product beside Django's own admin."
    )
    parser.add_argument(
        "--sizes", nargs="+", type=int, default=SIZES, metavar="N", help="how many people"
    )
    parser.add_argument(
        "--databases", nargs="+", choices=KINDS, default=list(KINDS), help="which kinds"
    )
    parser.add_argument(
        "--rounds", type=int, default=3, metavar="N", help="of which the medians are taken"
    )
    today = f"{datetime.now(UTC):%Y-%m-%d}"
    parser.add_argument(
        "--name", default=today, help="of the files in bench/results/ (default: the date)"
    )
    options = parser.parse_args()
    if min(options.sizes) < 1_000 or options.rounds < 1:
        parser.error("at least 1000 people and one round")
    return options


if __name__ == "__main__":
    try:
        main()
    except (UnexpectedAnswer, servers.DoesNotRun, OSError, HTTPException) as fault:
        sys.exit(f"bench: {type(fault).__name__}: {fault}")
