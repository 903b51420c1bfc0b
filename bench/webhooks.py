#!/usr/bin/env python3
"""How fast a burst of the gateway's webhooks is taken: python bench/webhooks.py [--events 5000] [--at-once 20]

Starts a stack of its own with so many messages that went out, and the Procfile's `web`; then tells their receipts
(SERVER_ACK, DELIVERY_ACK, READ), one a webhook, over connections that stay open, as Evolution API would after an hour
of sending. Prints how long each took to be answered, and checks that every receipt is in its message.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from sandbox.processes import Processes
from sandbox.stack import LocalStack

_STATUSES = ("SERVER_ACK", "DELIVERY_ACK", "READ")
_ORGANIZATION = "00000000-0000-4000-8000-00000000aaaa"
_FILL = """
  insert into organizations (id, name) values (%(organization)s, 'Burst');
  insert into whatsapp_instances (organization_id, instance_name, status)
  values (%(organization)s, 'burst', 'connected');
  insert into aurora_proactive_messages (organization_id, owner_number_id, message_type, status, scheduled_for, sent_at,
                                         metadata)
  select %(organization)s, gen_random_uuid(), 'daily_summary', 'sent', now() at time zone 'utc',
         now() at time zone 'utc', jsonb_build_object('gateway_message_id', 'B' || n)
    from generate_series(0, %(messages)s - 1) n"""


def main() -> int:
    """Fill, serve, tell, print; 0 if every receipt was kept."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--events", type=int, default=5_000)
    parser.add_argument("--at-once", type=int, default=20)
    asked = parser.parse_args()
    messages = -(-asked.events // len(_STATUSES))
    with tempfile.TemporaryDirectory(prefix="aurora-burst-") as name, LocalStack(Path(name) / "stack") as stack:
        _fill(stack.dsn, messages)
        with Processes(Path(name) / "web", stack.environment(), ("web",)) as processes:
            began = time.perf_counter()
            took = asyncio.run(_burst(processes.web_port, stack.webhook_secret, asked.events, asked.at_once))
            seconds = time.perf_counter() - began
        kept, known = _kept(stack.dsn)
    took.sort()
    print(f"{asked.events} webhooks, {asked.at_once} at once: {seconds:.1f} s, {asked.events / seconds:.0f}/s")
    print(f"answered within: median {statistics.median(took) * 1000:.0f} ms, 95 % {_ms(took, 0.95)} ms, "
          f"99 % {_ms(took, 0.99)} ms, worst {took[-1] * 1000:.0f} ms")  # fmt: skip
    print(f"receipts kept: {kept} of {asked.events}, in {known} messages")
    return 0 if kept == asked.events else 1


def _fill(dsn: str, messages: int) -> None:
    with psycopg.connect(dsn, autocommit=True) as connection:
        for statement in _FILL.split(";"):
            connection.execute(statement, {"organization": _ORGANIZATION, "messages": messages})
        connection.execute("vacuum analyze")


def _kept(dsn: str) -> tuple[int, int]:
    """How many receipts the messages have, and how many messages have some."""
    with psycopg.connect(dsn) as connection:
        row = connection.execute(
            "select coalesce(sum((select count(*) from jsonb_object_keys(metadata -> 'receipts'))), 0)::int, count(*)"
            " from aurora_proactive_messages where metadata ? 'receipts'"
        ).fetchone()
    assert row
    return row[0], row[1]


def _ms(took: list[float], share: float) -> str:
    return f"{took[int(share * (len(took) - 1))] * 1000:.0f}"


def _requests(secret: str, events: int) -> Iterator[bytes]:
    for n in range(events):
        data = {"keyId": f"B{n // len(_STATUSES)}", "remoteJid": "5511999998888@s.whatsapp.net", "fromMe": True,
                "status": _STATUSES[n % len(_STATUSES)], "messageId": "cm0"}  # fmt: skip
        body = json.dumps({"event": "messages.update", "instance": "burst", "data": data, "apikey": "x"}).encode()
        yield (
            f"POST /webhooks/whatsapp/evolution HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {secret}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        ).encode() + body


async def _burst(port: int, secret: str, events: int, at_once: int) -> list[float]:
    waiting, took = _requests(secret, events), []

    async def sender() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for request in waiting:
            began = time.perf_counter()
            writer.write(request)
            head = await reader.readuntil(b"\r\n\r\n")
            took.append(time.perf_counter() - began)
            if not head.startswith(b"HTTP/1.1 204 "):
                raise SystemExit(head.decode())
        writer.close()

    await asyncio.gather(*(sender() for _ in range(at_once)))
    return took


if __name__ == "__main__":
    sys.exit(main())
