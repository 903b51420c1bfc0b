#!/usr/bin/env python3
"""Whether a campaign of thousands delays summaries: how long those take without one, and beside one.

    python bench/campaign_fairness.py --recipients 3000 --summaries 100

The same number of summaries is asked for twice, of businesses with an instance each: before the campaign runs, and
while it does, with one of the campaign's own business among them. Ends with status 1 if the median or the longest grew
by two seconds or more.
"""

from __future__ import annotations

import argparse
import datetime as dt
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import psycopg
from psycopg.rows import dict_row
from redis import Redis

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.chaos.campaigns import campaign_environment, running_campaign
from bench.chaos.processes import ProcessGroup
from proactive.gateways.rate_limit import RateLimiter
from proactive.model.recipient import Recipient
from proactive.model.task import Task
from proactive.queue.enqueue import enqueue_page
from proactive.queue.rq_classes import JsonQueue
from sandbox.gateway.client import Sandbox
from sandbox.stack import LocalStack

Connection = psycopg.Connection[dict[str, Any]]
_MOST_GROWN = 2.0


def main() -> int:
    """Measure once; 0 if nobody is delayed."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--recipients", type=int, default=3000)
    arguments.add_argument("--summaries", type=int, default=100)
    options = arguments.parse_args()
    with (
        tempfile.TemporaryDirectory(prefix="aurora-fair-", ignore_cleanup_errors=True) as name,
        LocalStack(Path(name) / "stack") as stack,
        psycopg.connect(stack.dsn, autocommit=True, row_factory=dict_row) as connection,
    ):
        redis = Redis.from_url(stack.redis_url)
        RateLimiter(redis, limit=20, window=60, in_flight=1).mark_quiet()
        sandbox = Sandbox(stack.gateway_url, stack.environment()["WHATSAPP_API_KEY"])
        queue = JsonQueue(connection=redis)
        with ProcessGroup(Path(name) / "logs", campaign_environment(stack), 2, 1, lambda pid: None):
            _measure(connection, queue, _businesses(connection, sandbox, 5))  # everybody is warm
            without = _measure(connection, queue, _businesses(connection, sandbox, options.summaries))
            mailing = running_campaign(connection, sandbox, options.recipients)
            while not _sent(connection):
                time.sleep(0.5)
            own = (mailing.organization, mailing.owner)
            beside = _measure(connection, queue, [own, *_businesses(connection, sandbox, options.summaries - 1)])
            print(f"messages to clients meanwhile: {_sent(connection)} of {options.recipients}")
    for label, delays in (("without a campaign", without), ("beside a campaign", beside)):
        print(f"{label}: median {statistics.median(delays):.2f} s, longest {max(delays):.2f} s")
    print(f"the summary of the campaign's own instance: {beside[0]:.2f} s")
    grown = max(max(beside) - max(without), statistics.median(beside) - statistics.median(without))
    return 0 if grown < _MOST_GROWN else 1


def _businesses(connection: Connection, sandbox: Sandbox, number: int) -> list[tuple[UUID, UUID]]:
    made = []
    for place in range(number):
        organization, owner, instance = uuid4(), uuid4(), f"shop-{uuid4().hex[:8]}"
        connection.execute("insert into organizations (id, name) values (%s, 'Pet shop')", [organization])
        connection.execute(
            "insert into owner_numbers (id, organization_id, name, phone) values (%s, %s, 'Ana', %s)",
            [owner, organization, f"119{80_000_000 + place}"],
        )
        connection.execute(
            "insert into whatsapp_instances (organization_id, instance_name, status) values (%s, %s, 'connected')",
            [organization, instance],
        )
        sandbox.instance(instance)
        made.append((organization, owner))
    return made


def _measure(connection: Connection, queue: JsonQueue, businesses: list[tuple[UUID, UUID]]) -> list[float]:
    """Ask for a summary of each at once; the seconds that each took, in their order."""
    now = dt.datetime.now(dt.UTC)
    tasks = [
        Task(
            type="daily_summary", organization_id=organization, recipient=Recipient.owner(owner),
            key=(now - dt.timedelta(hours=3)).date().isoformat(), scheduled_for=now, timezone="America/Sao_Paulo",
            by_hand=True,
        )
        for organization, owner in businesses
    ]  # fmt: skip
    enqueue_page(queue, tasks)
    found: dict[UUID, float] = {}
    while len(found) < len(tasks):
        time.sleep(0.2)
        query = (
            "select id, extract(epoch from sent_at - scheduled_for)::float as took from aurora_proactive_messages"
            " where status = 'sent' and id = any (%s)"
        )
        rows = connection.execute(query, [[task.occurrence.id for task in tasks]]).fetchall()
        found = {row["id"]: row["took"] for row in rows}
    return [found[task.occurrence.id] for task in tasks]


def _sent(connection: Connection) -> int:
    query = "select count(*) as number from aurora_proactive_campaign_recipients where status = 'sent'"
    row = connection.execute(query.encode()).fetchone()
    return row["number"] if row else 0


if __name__ == "__main__":
    sys.exit(main())
