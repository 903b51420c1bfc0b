"""The `rq` command of this project: RQ's own, knowing where Redis is and that jobs are JSON.

So `rq worker aurora-proactive` works as it stands, from `.env`, and everything else of `rq` as well. What
is given on the command line still wins.
"""

from __future__ import annotations

import os
import sys

from rq.cli.cli import main as rq_main

from proactive.errors import SettingsError
from proactive.settings import load_redis_url

#: A plain worker also moves due retries, and looks for dead workers' jobs more often than every ten minutes.
_WORKER = {"with_scheduler": True, "maintenance_interval": 30, "job_monitoring_interval": 10}  # seconds
_COMMANDS = ("worker", "worker-pool", "info", "empty", "requeue", "suspend", "resume", "enqueue", "cron")


def main() -> None:
    """Run `rq` with our defaults; exit status 2 and a sentence if the settings are not usable."""
    try:
        url = load_redis_url()
    except SettingsError as error:
        sys.exit(f"{error}")
    # what the jobs themselves use: a different RQ_REDIS_URL would take jobs from one Redis and keep leases in another
    os.environ["RQ_REDIS_URL"] = url
    defaults: dict[str, dict[str, object]] = {name: {"serializer": "json"} for name in _COMMANDS}
    defaults["worker"] |= _WORKER
    rq_main(default_map=defaults)


if __name__ == "__main__":
    main()
