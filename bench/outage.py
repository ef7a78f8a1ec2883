"""
Each part of an installation is killed in turn while people sign in and Admins reset passwords.

Two web servers and two workers with PostgreSQL, Redis and a mail server of their own, behind nginx
as it is shipped (deploy/nginx.conf), all on loopback. What was answered with success is then looked
for in the database and among the mails. `make outage` runs it; it takes about six minutes, most of
it the wait until an interrupted task is taken up again.
"""

import argparse
import json
import shutil
import sys
import tempfile
import time
from pathlib import Path

from bench.outage_load import Load
from bench.outage_parts import Installation

UP, DOWN = 6, 4  # seconds of each part's turn
STOPPED = (
    "web 1",
    "worker 1",
    "web 2",
    "worker 2",
)  # by SIGTERM, as an upgrade does: nothing at all may be lost
PARTS = ("web 1", "web 2", "worker 1", "worker 2", "redis", "mail", "postgresql", "nginx")
INTERRUPTED = 125  # seconds after which a killed task is given back, see kernel/queue/worker.py
LONGEST_DRAIN = 240


def main():
    parser = argparse.ArgumentParser(prog="python -m bench.outage", description=__doc__)
    parser.add_argument("--people", type=int, default=120)
    people = parser.parse_args().people
    folder = Path(tempfile.mkdtemp(prefix="outage-"))
    folder.chmod(0o755)
    try:
        with Installation(folder, people) as installation:
            load = Load(installation)
            load.start()
            _stop_in_turn(installation, load)
            _kill_in_turn(installation, load)
            load.stop()
            print("Waiting for interrupted tasks and mails ...")
            time.sleep(INTERRUPTED)
            installation.restart("worker 1")
            installation.restart("worker 2")
            _drain(installation)
            verdict = installation.verdict(load)
        print(json.dumps(verdict, indent=2))
        return 1 if verdict["lost"] else 0
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _stop_in_turn(installation, load):
    for part in STOPPED:
        load.phase = f"{part} stopped"
        installation.stop(part)
        time.sleep(DOWN)
        installation.restart(part)
        print(
            f"{part}: stopped and started again; {sum(load.statuses[load.phase].values())} answers "
            "meanwhile"
        )


def _kill_in_turn(installation, load):
    for part in PARTS:
        load.phase = "all up"
        time.sleep(UP)
        load.phase = f"{part} killed"
        installation.kill(part)
        time.sleep(DOWN)
        installation.restart(part)
        print(
            f"{part}: killed and started again; {sum(load.statuses[load.phase].values())} answers "
            "meanwhile"
        )
    load.phase = "all up"
    time.sleep(UP)


def _drain(installation):
    end = time.monotonic() + LONGEST_DRAIN
    while installation.waiting_tasks() and time.monotonic() < end:
        time.sleep(1)


if __name__ == "__main__":
    sys.exit(main())
