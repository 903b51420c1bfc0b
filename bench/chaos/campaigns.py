"""Campaigns under kills: processes die at every step of a message to a client, owners stop some, and the checks."""

from __future__ import annotations

import datetime as dt
import random
import re
import tempfile
import threading
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
from psycopg.rows import dict_row
from psycopg.types.json import Jsonb
from redis import Redis

from bench.chaos.checks import largest_window
from bench.chaos.processes import ProcessGroup
from proactive.campaigns.halts import HaltingStore, Halts
from proactive.gateways.rate_limit import RateLimiter
from proactive.storage.supabase import Database, connect
from sandbox.gateway.client import Sandbox
from sandbox.stack import LocalStack
from tests.support.mailing import Mailing

#: The steps at which a process may die.
STEPS = ("picked", "claimed", "begun", "answered", "remembered", "settled", "facts_read", "permitted")
_INJECTED = re.compile(r"^fault injected: (.+)$", re.MULTILINE)
#: A message that a worker had begun when a stop came may be accepted so long after it.
_IN_THE_AIR = 5.0


@dataclass(frozen=True)
class CampaignPlan:
    """What to run: so many instances with one campaign each, and how likely a death is at each step."""

    seed: int
    instances: int = 100
    recipients: int = 20
    chance: float = 0.02
    stops: int = 10
    trouble: float = 120.0
    settle: float = 240.0
    workers: int = 3


@dataclass
class CampaignReport:
    """What came of it; lists say which, each in a sentence."""

    recipients: int = 0
    statuses: Counter[str] = field(default_factory=Counter)
    injected: Counter[str] = field(default_factory=Counter)
    deaths: int = 0
    twice: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    after_a_halt: list[str] = field(default_factory=list)
    too_close: list[str] = field(default_factory=list)
    unreported: list[str] = field(default_factory=list)
    largest_window: int = 0
    stopped: int = 0

    @property
    def clean(self) -> bool:
        """Whether everything that must hold did."""
        wrong = self.twice + self.lost + self.after_a_halt + self.too_close + self.unreported
        return not wrong and self.largest_window <= 20


def run_campaigns(plan: CampaignPlan, keep_logs: Path | None = None) -> CampaignReport:
    """Run it all on a stack of its own; nothing of it is left running."""
    with (
        tempfile.TemporaryDirectory(prefix="aurora-campaigns-", ignore_cleanup_errors=True) as name,
        LocalStack(Path(name) / "stack") as stack,
    ):
        return _run(stack, plan, keep_logs or Path(name) / "processes")


def _run(stack: LocalStack, plan: CampaignPlan, logs: Path) -> CampaignReport:
    rng, report = random.Random(plan.seed), CampaignReport()
    redis = Redis.from_url(stack.redis_url)
    RateLimiter(redis, limit=20, window=60, in_flight=1).mark_quiet()
    sandbox = Sandbox(stack.gateway_url, stack.environment()["WHATSAPP_API_KEY"])
    with psycopg.connect(stack.dsn, autocommit=True, row_factory=dict_row) as connection:
        mailings = [running_campaign(connection, sandbox, plan.recipients) for _ in range(plan.instances)]
        environment = campaign_environment(stack)
        store = HaltingStore(Database(connect(stack.supabase_url, stack.service_role_key, 10)), Halts(redis))
        processes = ProcessGroup(logs, environment, plan.workers, 1, lambda pid: None)
        over, halted = threading.Event(), {}
        receipts = threading.Thread(target=_tell_receipts, args=(stack, sandbox, over), daemon=True)
        receipts.start()
        faults = ",".join(f"kill:{step}:{plan.chance:g}" for step in STEPS)
        with processes:
            processes.begin_test_mode(f"{faults};seed={plan.seed}")
            for mailing in rng.sample(mailings, plan.stops):
                time.sleep(plan.trouble / (plan.stops + 1))
                halted[mailing.campaign] = _stop(store, mailing)
            time.sleep(plan.trouble / (plan.stops + 1))
            report.deaths = processes.deaths
            processes.end_test_mode()
            deadline = time.monotonic() + plan.settle
            while time.monotonic() < deadline and _unfinished(connection):
                time.sleep(1.0)
            report.injected.update(_INJECTED.findall(processes.logs()))
        over.set()
        receipts.join()
        _judge(report, connection, sandbox, mailings, halted)
    return report


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


def _stop(store: HaltingStore, mailing: Mailing) -> float:
    """An owner stops a campaign; when nobody may begin any more, in seconds since 1970."""
    campaign = store.campaign(mailing.campaign)
    if campaign is None or campaign.status != "running":
        return float("inf")
    now = dt.datetime.now(dt.UTC).isoformat()
    change = {"status": "stopped", "ended_at": now, "ended_by": "owner", "reported_at": now}
    store.step(campaign, "stop", change)
    return time.time()


def _tell_receipts(stack: LocalStack, sandbox: Sandbox, over: threading.Event) -> None:
    """What the webhooks would tell: every message arrives."""
    told: set[str] = set()
    with psycopg.connect(stack.dsn, autocommit=True) as connection:
        while not over.wait(1.0):
            news = [each for each in sandbox.messages() if each["gateway_message_id"] not in told]
            at = dt.datetime.now(dt.UTC).isoformat()
            rows = [
                {"instance": each["instance"], "id": each["gateway_message_id"], "receipt": receipt, "at": at}
                for each in news for receipt in ("server_ack_at", "delivered_at")
            ]  # fmt: skip
            if rows:
                connection.execute("select aurora_proactive_keep_receipts(%s)", [Jsonb(rows)])
            told |= {each["gateway_message_id"] for each in news}


def _unfinished(connection: psycopg.Connection[dict[str, Any]]) -> bool:
    query = (
        "select exists (select from aurora_proactive_campaigns where status = 'running' or reported_at is null)"
        " or exists (select from aurora_proactive_campaign_recipients where status = 'pending')"
        " or exists (select from aurora_proactive_messages where status = 'pending') as left"
    )
    row = connection.execute(query.encode()).fetchone()
    return bool(row and row["left"])


def _judge(
    report: CampaignReport, connection: psycopg.Connection[dict[str, Any]], sandbox: Sandbox,
    mailings: list[Mailing], halted: dict[UUID, float],
) -> None:  # fmt: skip
    messages = sandbox.messages()
    by_number: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for message in messages:
        by_number[message["number"][-8:]].append(message)
    owners = {f"{mailing.owner.int % 10**8:08d}": mailing for mailing in mailings}
    report.largest_window = largest_window(messages)
    report.stopped = sum(at != float("inf") for at in halted.values())
    for row in connection.execute("select * from aurora_proactive_campaign_recipients").fetchall():
        report.recipients += 1
        report.statuses[row["status"]] += 1
        accepted = by_number.get(row["phone"][-8:], [])
        name = f"{row['campaign_id']} {row['position']}"
        if len(accepted) > 1:
            report.twice.append(f"{name}: {[each['accepted_at'] for each in accepted]}")
        unknown = row["status"] == "failed" and str(row["reason"]).startswith("delivery_unknown")
        if row["status"] == "pending" or ((row["status"] == "sent") != bool(accepted) and not unknown):
            report.lost.append(f"{name}: {row['status']} {row['reason']}, accepted {len(accepted)}")
        stop = halted.get(row["campaign_id"], float("inf"))
        if accepted and accepted[0]["accepted_at"] > stop + _IN_THE_AIR:
            report.after_a_halt.append(f"{name}: {accepted[0]['accepted_at'] - stop:.1f} s after the halt")
    for mailing in mailings:
        mine = sorted(
            each["accepted_at"] for each in messages
            if each["instance"] == mailing.instance and each["number"][-8:] not in owners
        )  # fmt: skip
        near = [later - one for one, later in pairwise(mine) if later - one < 0.8]
        report.too_close += [f"{mailing.instance}: {gap:.2f} s" for gap in near]
        told = by_number.get(f"{mailing.owner.int % 10**8:08d}", [])
        expected = 0 if mailing.campaign in halted and halted[mailing.campaign] != float("inf") else 1
        if len(told) != expected:
            report.unreported.append(f"{mailing.campaign}: {len(told)} reports, not {expected}")
