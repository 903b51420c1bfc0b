"""RQ's own worker that runs jobs in its own process, with the job's module imported before the first job."""

from __future__ import annotations

import os

import tasks  # noqa: F401  warm before the first job
from redis import Redis
from rq import Queue, SimpleWorker

if __name__ == "__main__":
    SimpleWorker([Queue("aurora-proactive", connection=Redis.from_url(os.environ["REDIS_URL"]))]).work()
