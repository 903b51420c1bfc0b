"""Businesses on the stack, and the occurrences that are made due for them: by schedule and by hand."""

from __future__ import annotations

import datetime as dt
import random
import re
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import psycopg
from redis import Redis, RedisError

from proactive.message_types.registry import MESSAGE_TYPES
from proactive.model.occurrence import Occurrence
from proactive.model.recipient import Recipient
from proactive.model.task import Task
from proactive.queue.enqueue import enqueue
from proactive.queue.rq_classes import JsonQueue
from proactive.schedule.entries import CronEntry
from sandbox.gateway.client import Sandbox
from sandbox.stack import LocalStack

ENTRIES = "rq:scheduler:scheduled_jobs"
_CANDIDATES = (
    "America/Sao_Paulo", "America/Manaus", "America/Noronha", "America/Rio_Branco", "Europe/Lisbon",
    "Africa/Maputo", "Asia/Tokyo", "Asia/Kolkata", "Australia/Sydney", "Pacific/Auckland",
)  # fmt: skip
#: How each type's text begins, so that two texts of one occurrence are told from two occurrences.
_HEADINGS = {
    "birthdays": r"🎂",
    "inactive_clients": r"Opa! Identifiquei",
    "opportunities": r"📈",
    "low_occupancy": r"🚨",
    "daily_summary": r"Olá! Aqui está o resumo",
}
_NUMBERED = re.compile(r"Texto da campanha C(\d+)E")


@dataclass(frozen=True)
class Business:
    """An organisation with one owner, one WhatsApp instance and one client whose pet has its birthday."""

    organization: UUID
    owner: UUID
    number: str
    instance: str
    zone: str


@dataclass
class Workload:
    """Everything that is due: by occurrence id, the owner's number and the mark that its text bears."""

    stack: LocalStack
    businesses: list[Business]
    due: dict[UUID, tuple[str, str]] = field(default_factory=dict)
    type_of: dict[UUID, str] = field(default_factory=dict)
    enqueued_twice: int = 0

    @property
    def zones(self) -> list[str]:
        """The time zones in use."""
        return sorted({business.zone for business in self.businesses})

    def due_of(self, businesses: Iterable[Business]) -> set[UUID]:
        """The occurrences of these businesses."""
        numbers = {business.number for business in businesses}
        return {occurrence for occurrence, (number, _) in self.due.items() if number in numbers}

    def fire(self, redis: Redis, zone: str, kind: str, give_up: Callable[[], bool]) -> bool:
        """Set a schedule entry's next run to now, once the scheduler has written it; True when that was done."""
        entry = CronEntry(kind, zone, str(MESSAGE_TYPES[kind].cron))
        day = dt.datetime.now(ZoneInfo(zone)).date().isoformat()
        if not _persistently(lambda: redis.zadd(ENTRIES, {entry.id: time.time()}, xx=True, ch=True), give_up):
            return False
        for business in self.businesses:
            if business.zone == zone:
                occurrence = Occurrence(business.organization, Recipient.owner(business.owner), kind, day)
                self._expect(occurrence, business, str(kind))
        return True

    def campaign(self, redis: Redis, business: Business, number: int, give_up: Callable[[], bool], times: int) -> bool:
        """Ask for a campaign by hand, `times` times the same one; its text holds its number."""
        task = Task(
            type="custom_campaign",
            organization_id=business.organization,
            recipient=Recipient.owner(business.owner),
            key=str(uuid4()),
            scheduled_for=dt.datetime.now(dt.UTC),
            timezone=business.zone,
            data={"campaign_type": "teste", "target_audience": "all", "message": f"Texto da campanha C{number}E"},
            by_hand=True,
        )
        queue = JsonQueue(connection=redis)
        for _ in range(times):
            if not _persistently(lambda: bool(enqueue(queue, task)), give_up):
                return False
        self.enqueued_twice += times - 1
        self._expect(task.occurrence, business, f"C{number}E")
        return True

    def _expect(self, occurrence: Occurrence, business: Business, mark: str) -> None:
        self.due[occurrence.id] = (business.number, mark)
        self.type_of[occurrence.id] = str(occurrence.type)


def mark_of(text: str) -> str:
    """The mark that a message's text bears; a text of nobody's is its own mark."""
    if numbered := _NUMBERED.search(text):
        return f"C{numbered[1]}E"
    return next((str(kind) for kind, begin in _HEADINGS.items() if re.match(begin, text)), text)


def build_workload(stack: LocalStack, instances: int, rng: random.Random) -> Workload:
    """Make `instances` businesses, spread over time zones where it is day for the next hours."""
    now = dt.datetime.now(dt.UTC)
    awake = [zone for zone in _CANDIDATES if 1 <= now.astimezone(ZoneInfo(zone)).hour <= 20]
    zones = rng.sample(awake, min(3, len(awake)))
    sandbox = Sandbox(stack.gateway_url, stack.environment()["WHATSAPP_API_KEY"])
    businesses = []
    with psycopg.connect(stack.dsn) as connection:
        for number in range(instances):
            business = Business(
                uuid4(), uuid4(), f"55119{80_000_000 + number}", f"org-{number:04d}", zones[number % len(zones)]
            )
            _insert(connection, business, now)
            sandbox.instance(business.instance)
            businesses.append(business)
    return Workload(stack, businesses)


def _insert(connection: psycopg.Connection, business: Business, now: dt.datetime) -> None:
    hours = ", ".join(f'"{day}": [["08:00", "18:00"]]' for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun"))
    connection.execute(
        "insert into organizations (id, name, timezone, business_hours) values (%s, 'Pet shop', %s, %s)",
        [business.organization, business.zone, f"{{{hours}}}"],
    )
    connection.execute(
        "insert into owner_numbers (id, organization_id, name, phone) values (%s, %s, 'Ana', %s)",
        [business.owner, business.organization, business.number.removeprefix("55")],
    )
    connection.execute(
        "insert into whatsapp_instances (organization_id, instance_name, status) values (%s, %s, 'connected')",
        [business.organization, business.instance],
    )
    client, long_ago = uuid4(), now - dt.timedelta(days=90)
    connection.execute(
        "insert into contacts (id, organization_id, name, phone, last_contact_at, created_at)"
        " values (%s, %s, 'Bia', '11977776666', %s, %s)",
        [client, business.organization, long_ago, long_ago],
    )
    connection.execute(
        "insert into pets (organization_id, contact_id, name, birthday) values (%s, %s, 'Rex', %s)",
        [business.organization, client, now.astimezone(ZoneInfo(business.zone)).date().replace(year=2020)],
    )


def _persistently(act: Callable[[], object], give_up: Callable[[], bool]) -> bool:
    """Act until it works (Redis may be away), or nobody wants it any more."""
    while not give_up():
        try:
            if act():
                return True
        except RedisError:
            pass
        time.sleep(0.3)
    return False
