"""The `rq` command of this project: RQ's own, knowing where Redis is and that jobs are JSON.

So `rq worker aurora-proactive` works as it stands, from `.env`, and everything else of `rq` as well. What
is given on the command line still wins.
"""

from __future__ import annotations

import logging
import os
import sys

from redis import Redis
from rq.cli import workers
from rq.cli.cli import main as rq_main

from proactive.errors import SettingsError
from proactive.processes.begin_anew import wait_for_redis
from proactive.settings import load_redis_url, load_settings
from proactive.storage.redis import connect
from proactive.storage.redis_fitness import require_fit

logger = logging.getLogger(__name__)

#: A plain worker also moves due retries, and looks for dead workers' jobs more often than every ten minutes.
_WORKER = {"with_scheduler": True, "maintenance_interval": 30, "job_monitoring_interval": 10}  # seconds
_COMMANDS = ("worker", "worker-pool", "info", "empty", "requeue", "suspend", "resume", "enqueue", "cron")


def main() -> None:
    """Run `rq` with our defaults; exit status 2 and a sentence if the settings are not usable."""
    try:
        url = load_redis_url()
        if _works(sys.argv[1:]):
            load_settings()  # RQ would log what a worker's class raises, with a traceback
    except SettingsError as error:
        sys.exit(f"{error}")
    # what the jobs themselves use: a different RQ_REDIS_URL would take jobs from one Redis and keep leases in another
    os.environ["RQ_REDIS_URL"] = url
    ours = {"serializer": "json", "connection_class": "proactive.storage.redis.ConfiguredRedis"}
    defaults: dict[str, dict[str, object]] = {name: dict(ours) for name in _COMMANDS}
    defaults["worker"] |= _WORKER
    defaults["info"] |= {"worker_class": "proactive.queue.worker_view.WorkerView"}
    # RQ ends where Redis is not up yet, and where `rq suspend` holds: a process manager would end all the others too
    vars(workers)["is_suspended"] = _wait
    if sys.argv[1:2] == ["worker-pool"] and _works(sys.argv[1:]):
        _wait(connect(url))  # RQ does not ask for these whether they are suspended
    rq_main(default_map=defaults)


def _wait(connection: Redis) -> bool:
    """Wait for Redis before the worker begins; it sees by itself whether it is suspended."""
    try:
        for danger in wait_for_redis(lambda: require_fit(connection)):
            logger.warning("Redis may lose messages: %s", danger, extra={"action": "redis_danger"})
    except SettingsError as error:
        sys.exit(f"{error}")
    return False


def _works(arguments: list[str]) -> bool:
    """Whether this command runs jobs, which need every setting."""
    return arguments[:1] in (["worker"], ["worker-pool"]) and not {"--help", "-h"} & set(arguments)


if __name__ == "__main__":
    main()
