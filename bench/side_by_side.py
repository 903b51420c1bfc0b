#!/usr/bin/env python3
"""The fastest worker of its kind? This one, BullMQ and stock RQ on the same work, in one run.

    python bench/side_by_side.py             everything near; a gateway of 50 ms and a database 20 ms away; a gateway
                                             of 800 ms with 96 messages in flight
    python bench/side_by_side.py --quick     two minutes: sees that everything works

Starts a stack of its own (PostgreSQL, PostgREST behind nginx, Valkey, a fast gateway), fills it, lets the
systems send the daily summary to the same owners in turn, checks every message and every row, and prints a
table a scenario. Other questions (lists make several scenarios; see bench/README.md):

    --only ours --owners 2000,20000 --gateway-ms 0       does a message's cost depend on how many there are?
    --only ours --workers 1,3,6 --gateway-ms 0           do more workers send more?
    --only ours --machines 1,2 --gateway-ms 0            does a second machine's worth of workers?
    --only ours --owners 10000 --workers 1 --gateway-ms 0 --rounds 1    does a worker grow?

Needs Linux, Node 20 with npm, and nginx (root on Debian gets it by itself).
"""

from __future__ import annotations

import argparse
import itertools
import json
import signal
import sys
from dataclasses import asdict, replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.compare.data import Size
from bench.compare.result import Result, Scenario
from bench.compare.rounds import run_rounds
from bench.compare.systems import SYSTEMS
from bench.compare.table import report
from sandbox.errors import LocalStackError

#: With no word about distances: everything near; away (fewer owners, it takes long enough); as in production, a slow
#: gateway with many in flight (stock RQ would need a process for each).
_NEAR = Scenario(2000, 3, only=("ours", "bullmq", "rq"))
_AWAY = Scenario(600, 3, gateway_ms=50, database_ms=20)
_SLOW = Scenario(2000, 96, gateway_ms=800, database_ms=20, flights=32, only=("ours", "bullmq"))


def main() -> int:
    """Run once; 0 if every run counted."""
    asked = _options()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    scenarios = _scenarios(asked)
    size = Size(max(scenario.owners for scenario in scenarios), asked.bookings, asked.seed)
    try:
        found = run_rounds(scenarios, asked.only, 1 if asked.quick else asked.rounds, size, _tell, asked.logs)
    except LocalStackError as error:
        print(error, file=sys.stderr)
        return 2
    print(report(found))
    if asked.json:
        asked.json.write_text(json.dumps([_plain(*each) for each in found.items()], indent=1))
    return int(any(result.problems for results in found.values() for result in results))


def _scenarios(asked: argparse.Namespace) -> list[Scenario]:
    if asked.slow:
        distances = [_SLOW]
    elif asked.gateway_ms is None and asked.database_ms is None:
        distances = [_NEAR, _AWAY, _SLOW]
    else:
        distances = [
            replace(_AWAY, owners=_NEAR.owners, gateway_ms=asked.gateway_ms or 0, database_ms=asked.database_ms or 0)
        ]
    if asked.quick:
        distances = [replace(scenario, owners=scenario.owners // 10) for scenario in distances]
    owners, workers, machines = asked.owners or [None], asked.workers or [None], asked.machines
    return [
        replace(
            scenario, owners=count or scenario.owners, workers=each or scenario.workers, machines=groups,
            flights=asked.flights or scenario.flights,
        )
        for scenario, count, each, groups in itertools.product(distances, owners, workers, machines)
    ]  # fmt: skip


def _plain(scenario: Scenario, results: list[Result]) -> dict[str, object]:
    return {"scenario": asdict(scenario), "runs": [asdict(result) for result in results]}


def _tell(what: str) -> None:
    print(what, file=sys.stderr, flush=True)


def _numbers(text: str) -> list[int]:
    return [int(each) for each in text.split(",")]


def _names(text: str) -> list[str]:
    names = text.split(",")
    if unknown := set(names) - set(SYSTEMS):
        raise argparse.ArgumentTypeError(f"there is no {', '.join(unknown)}; choose of {', '.join(SYSTEMS)}")
    return names


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--owners", type=_numbers, help="how many messages (a list: a scenario each)")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--workers", type=_numbers, help="messages in flight at once (or a list); 3, or 96 if --slow")
    parser.add_argument("--flights", type=int, help="of them in one process of ours; 1, or 32 if --slow")
    parser.add_argument("--slow", action="store_true", help="only the gateway of 800 ms with 96 in flight")
    parser.add_argument("--machines", type=_numbers, default=[1], help="so many groups of workers (or a list)")
    parser.add_argument("--gateway-ms", type=float, help="how long the gateway takes")
    parser.add_argument("--database-ms", type=float, help="how far away the database is, there and back")
    parser.add_argument("--only", type=_names, default=list(SYSTEMS), help="of ours,default,bullmq,rq")
    parser.add_argument("--bookings", type=int, default=600, help="of each business, in half a year")
    parser.add_argument("--seed", type=int, default=1, help="of the data")
    parser.add_argument("--quick", action="store_true", help="a tenth of the owners, one round")
    parser.add_argument("--logs", type=Path, metavar="FOLDER", help="keep the workers' logs there")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every run there as well")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
