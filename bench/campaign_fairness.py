#!/usr/bin/env python3
"""Whether campaigns delay summaries: how long those take without any, beside a large one, and beside many.

    python bench/campaign_fairness.py --recipients 3000 --summaries 100

So many summaries are asked for at once, of businesses with an instance each, round after round: before any campaign
runs; beside the campaign of one business with all the recipients; and beside campaigns of `--campaigns` businesses that
share them, which send as fast as campaigns can (one message a second each, ten a minute). In each round every
business whose campaign runs has a summary of its own among them. Ends with status 1 if the median or the longest grew
by two seconds or more, of any summaries or of those of the campaigns' own instances.
"""

from __future__ import annotations

import argparse
import datetime as dt
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
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
#: An organisation and one of its owners.
Business = tuple[UUID, UUID]
_MOST_GROWN = 2.0
#: Rounds of each measurement, and seconds from one to the next.
_ROUNDS, _EVERY = 5, 6.0
#: A campaign is as fast as it can be; of the 20 in 60 s ten are clients', and each round takes one for a summary.
_FAST = {"CAMPAIGN_GAP_MOST": "1", "CAMPAIGN_PERMITS": "10"}


def main() -> int:
    """Measure once; 0 if nobody is delayed."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--recipients", type=int, default=3000)
    arguments.add_argument("--summaries", type=int, default=100, help="of a round")
    arguments.add_argument("--campaigns", type=int, default=60, help="that share the recipients the last time")
    options = arguments.parse_args()
    with (
        tempfile.TemporaryDirectory(prefix="aurora-fair-", ignore_cleanup_errors=True) as name,
        LocalStack(Path(name) / "stack") as stack,
        psycopg.connect(stack.dsn, autocommit=True, row_factory=dict_row) as connection,
    ):
        redis = Redis.from_url(stack.redis_url)
        RateLimiter(redis, limit=20, window=60, in_flight=1).mark_quiet()
        sandbox = Sandbox(stack.gateway_url, stack.environment()["WHATSAPP_API_KEY"])
        bench = _Bench(connection, JsonQueue(connection=redis), sandbox)
        with ProcessGroup(Path(name) / "logs", campaign_environment(stack) | _FAST, 3, 1, lambda pid: None):
            bench.round(bench.businesses(5))  # everybody is warm
            without = bench.measure("without a campaign", options.summaries, [])
            good = True
            for campaigns in (1, options.campaigns):
                own = bench.start(campaigns, options.recipients)
                label = f"beside {campaigns} campaigns, {options.recipients} recipients"
                good = _held(without, bench.measure(label, options.summaries, own)) and good
                bench.end()
    return 0 if good else 1


def _held(without: Sequence[float], beside: Sequence[float]) -> bool:
    longest, median = max(beside) - max(without), statistics.median(beside) - statistics.median(without)
    print(f"  grew by: median {median:+.2f} s, longest {longest:+.2f} s")
    return max(longest, median) < _MOST_GROWN


class _Bench:
    def __init__(self, connection: Connection, queue: JsonQueue, sandbox: Sandbox) -> None:
        self._connection, self._queue, self._sandbox = connection, queue, sandbox

    def measure(self, label: str, summaries: int, own: Sequence[Sequence[Business]]) -> list[float]:
        """The seconds that each summary took in all rounds; `own` are those of businesses with a campaign, a round."""
        began, theirs = self._to_clients(), own or [[]] * _ROUNDS
        took, of_own = list[float](), list[float]()
        for mine in theirs:
            start = time.monotonic()
            found = self.round([*mine, *self.businesses(summaries - len(mine))])
            took += found
            of_own += found[: len(mine)]
            time.sleep(max(0.0, _EVERY - (time.monotonic() - start)))
        print(f"{label}: {_figures(took)}")
        if of_own:
            print(f"  of the campaigns' own instances: {_figures(of_own)}")
            print(f"  messages to clients meanwhile: {self._to_clients() - began}")
        return took

    def start(self, campaigns: int, recipients: int) -> list[list[Business]]:
        """Start campaigns and wait until each has sent; an owner of each one's business for every round."""
        share = recipients // campaigns
        with self._connection.transaction():  # all begin at once
            mailings = [running_campaign(self._connection, self._sandbox, share) for _ in range(campaigns)]
        started = (
            "select count(*) as number from aurora_proactive_campaigns c where c.status = 'running' and exists ("
            " select from aurora_proactive_campaign_recipients r where r.campaign_id = c.id and r.status = 'sent')"
        )
        while self._number(started) < campaigns:
            time.sleep(0.2)
        return [[(each.organization, self._owner(each.organization)) for each in mailings] for _ in range(_ROUNDS)]

    def end(self) -> None:
        """Let no campaign go on."""
        self._connection.execute("update aurora_proactive_campaigns set status = 'stopped', reported_at = now()")

    def businesses(self, number: int) -> list[Business]:
        """New businesses with an owner and an instance each."""
        made = []
        for _ in range(number):
            organization, instance = uuid4(), f"shop-{uuid4().hex[:8]}"
            self._connection.execute("insert into organizations (id, name) values (%s, 'Pet shop')", [organization])
            self._connection.execute(
                "insert into whatsapp_instances (organization_id, instance_name, status) values (%s, %s, 'connected')",
                [organization, instance],
            )
            self._sandbox.instance(instance)
            made.append((organization, self._owner(organization)))
        return made

    def round(self, businesses: Sequence[Business]) -> list[float]:
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
        enqueue_page(self._queue, tasks)
        found: dict[UUID, float] = {}
        query = (
            "select id, extract(epoch from sent_at - scheduled_for)::float as took from aurora_proactive_messages"
            " where status = 'sent' and id = any (%s)"
        )
        while len(found) < len(tasks):
            time.sleep(0.2)
            rows = self._connection.execute(query, [[task.occurrence.id for task in tasks]]).fetchall()
            found = {row["id"]: row["took"] for row in rows}
        return [found[task.occurrence.id] for task in tasks]

    def _owner(self, organization: UUID) -> UUID:
        owner = uuid4()
        self._connection.execute(
            "insert into owner_numbers (id, organization_id, name, phone) values (%s, %s, 'Ana', %s)",
            [owner, organization, f"119{owner.int % 10**8:08d}"],
        )
        return owner

    def _to_clients(self) -> int:
        query = "select count(*) as number from aurora_proactive_campaign_recipients where status = 'sent'"
        return self._number(query)

    def _number(self, query: str) -> int:
        row = self._connection.execute(query.encode()).fetchone()
        return row["number"] if row else 0


def _figures(took: Sequence[float]) -> str:
    ordered = sorted(took)
    return (
        f"{len(took)} summaries, median {statistics.median(took):.2f} s,"
        f" 99 % {ordered[int(0.99 * (len(took) - 1))]:.2f} s, longest {ordered[-1]:.2f} s"
    )


if __name__ == "__main__":
    sys.exit(main())
