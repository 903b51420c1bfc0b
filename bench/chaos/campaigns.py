"""Campaigns under kills: owners answer by webhook, processes die at every step of the way, and the checks."""

from __future__ import annotations

import datetime as dt
import re
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from psycopg.rows import dict_row
from redis import Redis

from bench.chaos.campaign_checks import CampaignReport, judge
from bench.chaos.campaign_plan import CampaignPlan, open_shops
from bench.chaos.owners import Owners
from bench.chaos.processes import ProcessGroup
from bench.chaos.shops import Shop, zones
from proactive.failpoints import VARIABLE
from proactive.gateways.rate_limit import RateLimiter
from proactive.model.zones import zone_info
from proactive.queue.enqueue import enqueue
from proactive.queue.rq_classes import JsonQueue
from sandbox.gateway.client import Sandbox
from sandbox.stack import LocalStack
from tests.support.mailing import Mailing

#: The steps of each message at which a process may die, and those that are rare: a kill is so much likelier there.
STEPS = ("picked", "claimed", "begun", "answered", "remembered", "settled", "facts_read", "permitted", "reply_kept")
RARE_STEPS, RARELY = ("frozen", "confirmed", "halted"), 8
_INJECTED = re.compile(r"^fault injected: kill at (.+)$", re.MULTILINE)
#: Seconds between two lines that say how far a run is, and between two looks into the logs.
_TELL, _LOOK = 30.0, 3.0


def run_campaigns(plan: CampaignPlan, keep_logs: Path | None = None) -> CampaignReport:
    """Run it all on a stack of its own; nothing of it is left running."""
    with (
        tempfile.TemporaryDirectory(prefix="aurora-campaigns-", ignore_cleanup_errors=True) as name,
        LocalStack(Path(name) / "stack") as stack,
    ):
        return _run(stack, plan, keep_logs or Path(name) / "processes")


def _run(stack: LocalStack, plan: CampaignPlan, logs: Path) -> CampaignReport:
    report, redis = CampaignReport(), Redis.from_url(stack.redis_url)
    RateLimiter(redis, limit=20, window=60, in_flight=1).mark_quiet()
    sandbox = Sandbox(stack.gateway_url, stack.environment()["WHATSAPP_API_KEY"])
    sandbox.set_up(webhook_twice=True, webhook_late=0.1, webhook_retry_after=1.0)
    now = dt.datetime.now(dt.UTC)
    dusk = (now + dt.timedelta(seconds=plan.trouble / 2 + 120)).replace(second=0, microsecond=0)
    faults = [f"kill:{step}:{plan.chance:g}" for step in STEPS]
    faults += [f"kill:{step}:{plan.chance * RARELY:g}" for step in RARE_STEPS]
    at_dusk = dusk.astimezone(zone_info(zones(now)[1]))
    environment = campaign_environment(stack) | {
        "CAMPAIGN_CLOSES": f"{at_dusk:%H:%M}", "CAMPAIGN_DELAY": "5", "CAMPAIGN_JOINED_WITHIN": "2",
        "CAMPAIGN_TOLD_WITHIN": "2",
        VARIABLE: f"{','.join(faults)};seed={plan.seed}",
    }  # fmt: skip
    with _connected(stack) as connection, _connected(stack) as their_own:
        shops = open_shops(connection, plan, now)
        processes = ProcessGroup(logs, environment, plan.workers, 1, lambda pid: None, web=True)
        url = f"http://127.0.0.1:{processes.web_port}/webhooks/whatsapp/evolution"
        for shop in shops:
            sandbox.instance(shop.instance)
        sandbox.call(url, stack.webhook_secret, *(shop.instance for shop in shops))
        with Owners(sandbox, redis, their_own, shops, dusk) as owners, processes:
            queue = JsonQueue(connection=redis)
            for shop in shops:  # not all at once, nor before anybody is there to hear
                time.sleep(plan.trouble / 2 / len(shops))
                enqueue(queue, shop.offer())
            time.sleep(plan.trouble / 2)
            _wait(plan.trouble, lambda: _died_at(processes).keys() >= {*STEPS, *RARE_STEPS}, connection)
            report.deaths = processes.deaths
            processes.end_test_mode()
            _wait(plan.settle, lambda: owners.all_over and not _unfinished(connection), connection)
            report.injected.update(_died_at(processes))
        report.webhooks.update(sandbox.webhooks())
        recipients = connection.execute("select * from aurora_proactive_campaign_recipients").fetchall()
        told = connection.execute("select * from aurora_proactive_messages").fetchall()
        judge(report, owners.talks, sandbox.messages(), recipients, told, dusk)
        named = " ".join(report.unanswered)
        report.unanswered += [
            _heard(connection, talk.shop) for talk in owners.talks if not talk.over and talk.shop.instance in named
        ]
    return report


def _died_at(processes: ProcessGroup) -> Counter[str]:
    """How many processes have died at each step by now."""
    return Counter(_INJECTED.findall(processes.logs()))


def _wait(seconds: float, come: Callable[[], bool], connection: psycopg.Connection[dict[str, Any]]) -> None:
    """Wait until something has come, for so many seconds at most, and tell on stderr how far it is."""
    began = told = time.monotonic()
    while time.monotonic() < began + seconds and not come():
        time.sleep(_LOOK)
        if time.monotonic() - told >= _TELL:
            told = time.monotonic()
            query = "select status, count(*) as number from aurora_proactive_campaign_recipients group by 1 order by 1"
            rows = connection.execute(query).fetchall()
            so_far = ", ".join(f"{row['status']} {row['number']}" for row in rows)
            print(f"{told - began:.0f} s: {so_far}", file=sys.stderr)


def _heard(connection: psycopg.Connection[dict[str, Any]], shop: Shop) -> str:
    """What the product has heard of an owner whose conversation is not over: told late, or left undone."""
    query = "select * from aurora_proactive_replies where organization_id = %s order by received_at"
    rows = connection.execute(query, [shop.organization]).fetchall()
    heard = [f"{row['received_at']:%H:%M:%S} {row['heard']} {row['handled']} {row['outcome']}" for row in rows]
    return f"{shop.instance} had written, as far as was heard: {heard}"


@contextmanager
def _connected(stack: LocalStack) -> Iterator[psycopg.Connection[dict[str, Any]]]:
    with psycopg.connect(stack.dsn, autocommit=True, row_factory=dict_row) as connection:
        yield connection


def campaign_environment(stack: LocalStack) -> dict[str, str]:
    """The processes' settings: short gaps, and no quiet hours."""
    return stack.environment() | {
        "QUIET_FROM": "00:00", "QUIET_UNTIL": "00:00", "GATEWAY_TIMEOUT": "5", "CAMPAIGN_GAP_LEAST": "1",
        "CAMPAIGN_GAP_MOST": "2", "CAMPAIGN_REST_AFTER": "1000", "CAMPAIGN_PERMITS": "20",
    }  # fmt: skip


def running_campaign(connection: psycopg.Connection[dict[str, Any]], sandbox: Sandbox, recipients: int) -> Mailing:
    """A running campaign, in a zone where it is noon."""
    mailing = Mailing(connection, recipients, {"birthday_on": dt.datetime.now(dt.UTC).date().isoformat()})
    ahead = 12 - dt.datetime.now(dt.UTC).hour
    zone = f"Etc/GMT{'-' if ahead >= 0 else '+'}{abs(ahead)}"
    connection.execute("update organizations set timezone = %s where id = %s", [zone, mailing.organization])
    connection.execute(
        "update owner_numbers set phone = %s where id = %s",
        [f"119{mailing.owner.int % 10**8:08d}", mailing.owner],
    )
    mailing.change(source="birthdays")
    mailing.sick(handed=None, handed_at=None, level=7, day=dt.datetime.now(dt.UTC).date())
    connection.execute(
        "insert into aurora_proactive_replies (instance_name, gateway_message_id, organization_id, received_at)"
        " values (%s, 'heard', %s, now())",
        [mailing.instance, mailing.organization],
    )
    sandbox.instance(mailing.instance)
    return mailing


def _unfinished(connection: psycopg.Connection[dict[str, Any]]) -> bool:
    query = (
        "select exists (select from aurora_proactive_campaigns where status in ('confirmed', 'running', 'paused')"
        " or (reported_at is null and status in ('done', 'stopped')))"
        " or exists (select from aurora_proactive_campaign_recipients where status = 'pending')"
        " or exists (select from aurora_proactive_messages where status = 'pending') as left"
    )
    row = connection.execute(query.encode()).fetchone()
    return bool(row and row["left"])
