"""The command: `python -m bench`, or `make bench`."""

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from bench import chart, machine, report, servers, timing
from bench.case import STEPS_A_ROUND, Case
from bench.databases import FOLDER, KINDS

SIZES = (10_000, 100_000, 1_000_000)
RESULTS = Path(__file__).parent / "results"
TIMING_STEPS = 2 * (timing.REQUESTS + timing.WARM_UP)


def main():
    options = _options()
    FOLDER.mkdir(parents=True, exist_ok=True)
    kinds = [KINDS[key] for key in options.databases]
    results = {"about": machine.about(kinds) | {"rounds": options.rounds}, "cases": {}, "timing": {}}
    steps = len(kinds) * (len(options.sizes) * options.rounds * STEPS_A_ROUND + TIMING_STEPS)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns) as progress:
        task = progress.add_task("", total=steps)
        for kind in kinds:
            for size in sorted(options.sizes):
                _run(kind, size, options, results, Steps(progress, task))
                _write(results, options.name)


def _run(kind, size, options, results, steps):
    """Measure one kind at one size, and at the largest size whether times tell accounts apart."""
    people = f"{kind.title}, {size:,} people"
    steps.say(f"{people}: filling")
    case = Case(kind, size, steps.advance)
    try:
        servers.prepare_product(kind, case.names["product"])
        steps.say(f"{people}: rounds")
        results["cases"].setdefault(kind.title, {})[size] = case.measure(options.rounds)
        if size == max(options.sizes):
            steps.say(f"{people}: who is asked about")
            results["timing"][kind.title] = case.timing()
    finally:
        case.close()


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
    parser = argparse.ArgumentParser(prog="bench", description="Measure the product beside Django's own admin.")
    parser.add_argument("--sizes", nargs="+", type=int, default=SIZES, metavar="N", help="how many people")
    parser.add_argument("--databases", nargs="+", choices=KINDS, default=list(KINDS), help="which kinds")
    parser.add_argument("--rounds", type=int, default=3, metavar="N", help="of which the medians are taken")
    today = f"{datetime.now(UTC):%Y-%m-%d}"
    parser.add_argument("--name", default=today, help="of the files in bench/results/ (default: the date)")
    options = parser.parse_args()
    if min(options.sizes) < 1_000 or options.rounds < 1:
        parser.error("at least 1000 people and one round")
    return options


if __name__ == "__main__":
    sys.exit(main())
