"""The fan-out: one job an owner. Says "ready", begins at the first line of its input, ends when that is closed."""

from __future__ import annotations

import os
import sys
from typing import Any

from redis import Redis
from rq import Queue, Retry
from rq.queue import EnqueueData
from supabase import create_client

_PAGE = 1000  # PostgREST answers with no more


def main() -> None:
    """Connect, wait for the start, enqueue page by page."""
    supabase = create_client(os.environ["SUPABASE_URL"], os.environ["SUPABASE_SERVICE_ROLE_KEY"])
    queue = Queue("aurora-proactive", connection=Redis.from_url(os.environ["REDIS_URL"]))
    queue.connection.ping()
    print("ready", flush=True)
    sys.stdin.readline()
    owners: Any = [None] * _PAGE
    at = 0
    while len(owners) == _PAGE:
        owners = (
            supabase.table("owner_numbers").select("id, organization_id, organizations!inner(timezone)")
            .eq("aurora_enabled", True).eq("organizations.is_active", True)
            .order("id").range(at, at + _PAGE - 1).execute().data
        )  # fmt: skip
        queue.enqueue_many([_job(owner) for owner in owners])
        at += _PAGE
    print("enqueued", flush=True)
    sys.stdin.read()


def _job(owner: dict[str, Any]) -> EnqueueData:
    arguments = {
        "type": "daily_summary", "organization_id": owner["organization_id"], "owner_number_id": owner["id"],
        "timezone": owner["organizations"]["timezone"],
    }  # fmt: skip
    return Queue.prepare_data("tasks.send", kwargs=arguments, retry=Retry(max=2, interval=[2, 4]))


if __name__ == "__main__":
    main()
