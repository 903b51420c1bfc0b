"""A small world for the acceptance tests: businesses on the real stack, and what came of them."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
import redis
from psycopg.rows import dict_row

from proactive.gateways.rate_limit import RateLimiter
from sandbox.gateway.client import Sandbox
from sandbox.processes import Processes
from sandbox.stack import LocalStack


@dataclass(frozen=True)
class Business:
    """An organisation with one owner; `instance` is the gateway's name of its WhatsApp, None if it has none."""

    organization: UUID
    owner: UUID
    phone: str | None
    instance: str | None

    @property
    def arguments(self) -> tuple[str, ...]:
        return ("--organization", str(self.organization), "--owner", str(self.owner))


class World:
    """Makes businesses, runs processes, and reads what came of it."""

    def __init__(self, stack: LocalStack) -> None:
        self.stack = stack
        self.sandbox = Sandbox(stack.gateway_url, stack.environment()["WHATSAPP_API_KEY"])
        self._numbers = iter(range(1, 10_000))

    def business(
        self,
        *,
        phone: str | None = "",
        enabled: bool = True,
        status: str | None = "connected",
        zone: str = "America/Sao_Paulo",
    ) -> Business:
        """A new business; `phone` empty takes a valid mobile of its own, `status` None means no instance."""
        organization, owner, name = uuid4(), uuid4(), f"org-{uuid4().hex[:12]}"
        phone = f"119{80_000_000 + next(self._numbers)}" if phone == "" else phone
        with psycopg.connect(self.stack.dsn) as connection:
            connection.execute(
                "insert into organizations (id, name, timezone) values (%s, 'Pet shop', %s)", [organization, zone]
            )
            connection.execute(
                "insert into owner_numbers (id, organization_id, name, phone, aurora_enabled) values (%s,%s,%s,%s,%s)",
                [owner, organization, "Ana", phone, enabled],
            )
            if status is not None:
                connection.execute(
                    "insert into whatsapp_instances (organization_id, instance_name, status) values (%s, %s, %s)",
                    [organization, name, status],
                )
        if status is not None:
            self.sandbox.instance(name)
        return Business(organization, owner, phone, name if status is not None else None)

    def publish(self, business: Business, type_: str, source: str) -> UUID:
        """Publish a template of the business's own words for a message type; the version's id."""
        version = uuid4()
        with psycopg.connect(self.stack.dsn) as connection:
            connection.execute(
                "insert into aurora_proactive_templates (id, organization_id, message_type, number, kind, source,"
                " written_by, written_via, published_at, published_by)"
                " values (%s, %s, %s, 1, 'template', %s, 'key:test', 'api', now(), 'key:test')",
                [version, business.organization, type_, source],
            )
        return version

    def connect(self, business: Business) -> None:
        """Have the product say that the business's instance is connected."""
        with psycopg.connect(self.stack.dsn) as connection:
            connection.execute(
                "update whatsapp_instances set status = 'connected' where organization_id = %s", [business.organization]
            )

    def forget_the_past(self) -> None:
        """Leave nothing of earlier tests that real processes would rightly send, catch up on or report."""
        with psycopg.connect(self.stack.dsn) as connection:
            connection.execute("update organizations set is_active = false")
            connection.execute("truncate aurora_proactive_messages, aurora_proactive_pauses")

    def records(self, business: Business) -> list[dict[str, Any]]:
        """The business's records, oldest first."""
        with psycopg.connect(self.stack.dsn, row_factory=dict_row) as connection:
            query = "select * from aurora_proactive_messages where organization_id = %s order by created_at, id"
            return connection.execute(query, [business.organization]).fetchall()

    def received(self, business: Business) -> list[dict[str, Any]]:
        """What the gateway accepted from the business's instance."""
        return self.sandbox.messages(instance=business.instance) if business.instance else []


def eventually(condition: Callable[[], Any], within: float, what: str) -> Any:
    """Ask until the answer is true; fails when `within` seconds are over."""
    deadline = time.monotonic() + within
    while not (answer := condition()):
        if time.monotonic() > deadline:
            pytest.fail(f"not within {within:g} s: {what}")
        threading.Event().wait(0.1)  # other processes are at work: nothing tells us when they are done
    return answer


def fresh_redis(url: str) -> redis.Redis:
    """An empty Redis database whose limiter knows that nothing was sent."""
    client = redis.Redis.from_url(url)
    client.flushdb()
    RateLimiter(client, limit=20, window=60, in_flight=1).mark_quiet()
    return client


def log_lines(processes: Processes) -> list[dict[str, Any]]:
    """What the processes logged, line by line; lines of honcho itself are left out."""
    lines = processes.service.log.read_text().splitlines()
    return [json.loads(line) for line in lines if line.startswith("{")]
