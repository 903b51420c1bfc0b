#!/usr/bin/env python3
"""Campaigns under kills: no client twice, none lost, none after a stop, judged by the gateway's log.

    python bench/campaign_faults.py --seed 7 --instances 100 --recipients 20

Starts a local stack and the Procfile's processes of its own, lets campaigns run while workers die at every step of a
message to a client, stops some of them, then lets the rest end and compares. Ends with status 1 if anything was wrong.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.chaos.campaigns import CampaignPlan, run_campaigns


def main() -> int:
    """Run once; 0 if everything held."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--instances", type=int, default=100)
    arguments.add_argument("--recipients", type=int, default=20)
    arguments.add_argument("--chance", type=float, default=0.02)
    arguments.add_argument("--stops", type=int, default=10)
    arguments.add_argument("--trouble", type=float, default=120.0, help="seconds")
    arguments.add_argument("--settle", type=float, default=600.0, help="seconds at most")
    arguments.add_argument("--logs", type=Path, help="a folder for the processes' logs")
    options = arguments.parse_args()
    logs, plan = options.logs, {name: value for name, value in vars(options).items() if name != "logs"}
    report = run_campaigns(CampaignPlan(**plan), logs)
    print(f"recipients {report.recipients}: {dict(report.statuses)}; {report.stopped} campaigns stopped")
    print(f"faults injected {report.injected.total()}: {dict(report.injected)}; processes restarted {report.deaths}")
    print(f"twice {len(report.twice)}, lost {len(report.lost)}, after a halt {len(report.after_a_halt)}")
    print(f"closer than the gap {len(report.too_close)}, largest number in 60 s {report.largest_window}")
    for problem in (*report.twice, *report.lost, *report.after_a_halt, *report.too_close, *report.unreported):
        print(f"PROBLEM {problem}")
    return 0 if report.clean else 1


if __name__ == "__main__":
    sys.exit(main())
