#!/usr/bin/env python3
"""How many commands of Redis do the Procfile's processes cost while nothing is to be sent? Managed ones are paid by it.

python bench/idle.py                 a minute of it: scheduler, three workers, web
python bench/idle.py --scheduled 50  the same with jobs that wait for tomorrow
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any, cast

sys.path.insert(0, str(Path(__file__).parent.parent))

from redis import Redis

from sandbox.processes import Processes
from sandbox.stack import LocalStack

#: Commands a second that the idle Procfile may cost.
MOST = 5.0
PROCFILE = ("scheduler", "worker1", "worker2", "worker3", "web")


def calls(redis: Redis) -> Counter[str]:
    """How often each command ran since the server started; those inside scripts are commands as well."""
    stats = cast("dict[str, dict[str, Any]]", redis.info("commandstats"))
    return Counter({name.removeprefix("cmdstat_"): int(each["calls"]) for name, each in stats.items()})


def measure(redis: Redis, seconds: float) -> tuple[Counter[str], float]:
    """The commands of that many seconds but our own look, and how many seconds it really were."""
    before, began = calls(redis), time.monotonic()
    time.sleep(seconds)
    lasted = time.monotonic() - began
    return calls(redis) - before - Counter({"info": 1}), lasted


def main() -> int:
    """Measure, print, and answer 1 where it is more than it may be."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=60.0, help="how long to count (60)")
    parser.add_argument("--settle", type=float, default=30.0, help="how long to wait before that (30)")
    parser.add_argument("--scheduled", type=int, default=0, metavar="N", help="jobs that wait for tomorrow (0)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="aurora-idle-") as folder, LocalStack(Path(folder) / "stack") as stack:
        redis = Redis.from_url(stack.redis_url)
        with Processes(Path(folder) / "processes", stack.environment(), PROCFILE):
            for number in range(options.scheduled):
                redis.zadd("rq:scheduled:aurora-proactive", {f"tomorrow-{number}": redis.time()[0] + 86_400})
            time.sleep(options.settle)
            found, lasted = measure(redis, options.seconds)
    rate = found.total() / lasted
    for name, count in found.most_common():
        print(f"{name:<24}{count:>7}{count / lasted:>9.2f} a second")
    print(f"{'all':<24}{found.total():>7}{rate:>9.2f} a second (at most {MOST:g})")
    return int(rate > MOST)


if __name__ == "__main__":
    sys.exit(main())
