#!/usr/bin/env python3
"""How fast bursts of the gateway's webhooks are taken: python bench/webhooks.py [--events 5000] [--at-once 20]

Starts a stack of its own and the Procfile's `web`, and tells it two bursts, one webhook an event, over connections that
stay open, as Evolution API would. `receipts`: SERVER_ACK, DELIVERY_ACK and READ of messages that went out (an hour of
sending). `messages`: what people write, in the words of the tests' first corpora (many of them ask to be left alone): a
fifth owners who were offered a campaign, the rest clients, half of whom a campaign was sent to. Prints how long each
took to be answered, and checks that every event was kept and every message that concerns us has its job. Ends with
status 1 if one was not, or if the median of a burst is 50 ms or more.
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
from psycopg.rows import dict_row

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.webhook_people import Connection, Event, People
from sandbox.processes import Processes
from sandbox.stack import LocalStack

_MEDIAN_BELOW = 50.0
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
    """Fill, serve, tell, print; 0 if everything was kept, and fast."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--events", type=int, default=5_000)
    parser.add_argument("--at-once", type=int, default=20)
    asked = parser.parse_args()
    with (
        tempfile.TemporaryDirectory(prefix="aurora-burst-") as name,
        LocalStack(Path(name) / "stack") as stack,
        psycopg.connect(stack.dsn, autocommit=True, row_factory=dict_row) as connection,
    ):
        _fill(connection, -(-asked.events // len(_STATUSES)))
        people = People(stack, connection, Path(name))
        connection.execute("vacuum analyze")
        with Processes(Path(name) / "web", stack.environment(), ("web",)) as processes:
            good = True
            for what, events in (("receipts", _receipts(asked.events)), ("messages", people.write(asked.events))):
                began = time.perf_counter()
                took = asyncio.run(_burst(processes.web_port, stack.webhook_secret, events, asked.at_once))
                median = _tell(what, took, asked.at_once, time.perf_counter() - began)
                good = good and median < _MEDIAN_BELOW
        kept, known = _kept(connection)
        print(f"receipts kept: {kept} of {asked.events}, in {known} messages")
        good = good and kept == asked.events
        good = people.all_kept(asked.events) and good
    return 0 if good else 1


def _tell(what: str, took: list[float], at_once: int, seconds: float) -> float:
    """Print how long a burst took; the median (ms)."""
    took.sort()
    median = statistics.median(took) * 1000
    print(f"{len(took)} {what}, {at_once} at once: {seconds:.1f} s, {len(took) / seconds:.0f}/s")
    print(f"answered within: median {median:.0f} ms, 95 % {_ms(took, 0.95)} ms, "
          f"99 % {_ms(took, 0.99)} ms, worst {took[-1] * 1000:.0f} ms")  # fmt: skip
    return median


def _fill(connection: Connection, messages: int) -> None:
    for statement in _FILL.split(";"):
        connection.execute(statement.encode(), {"organization": _ORGANIZATION, "messages": messages})


def _receipts(number: int) -> Iterator[Event]:
    for n in range(number):
        yield "burst", {
            "keyId": f"B{n // len(_STATUSES)}", "remoteJid": "5511999998888@s.whatsapp.net", "fromMe": True,
            "status": _STATUSES[n % len(_STATUSES)], "messageId": "cm0",
        }  # fmt: skip


def _kept(connection: Connection) -> tuple[int, int]:
    """How many receipts the messages have, and how many messages have some."""
    row = connection.execute(
        "select coalesce(sum((select count(*) from jsonb_object_keys(metadata -> 'receipts'))), 0)::int as kept,"
        " count(*)::int as known from aurora_proactive_messages where metadata ->> 'gateway_message_id' like 'B%'"
        " and metadata ? 'receipts'"
    ).fetchone()
    assert row
    return row["kept"], row["known"]


def _ms(took: list[float], share: float) -> str:
    return f"{took[int(share * (len(took) - 1))] * 1000:.0f}"


def _requests(secret: str, events: Iterator[Event]) -> Iterator[bytes]:
    for instance, data in events:
        name = "messages.update" if "keyId" in data else "messages.upsert"
        body = json.dumps({"event": name, "instance": instance, "data": data, "apikey": "x"}).encode()
        yield (
            f"POST /webhooks/whatsapp/evolution HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {secret}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        ).encode() + body


async def _burst(port: int, secret: str, events: Iterator[Event], at_once: int) -> list[float]:
    waiting: Iterator[bytes] = iter(list(_requests(secret, events)))
    took: list[float] = []

    async def sender() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for request in waiting:
            began = time.perf_counter()
            writer.write(request)
            head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
            length = next((int(line[15:]) for line in head.splitlines() if line.startswith("content-length:")), 0)
            body = await reader.readexactly(length)
            took.append(time.perf_counter() - began)
            if not head.startswith(("http/1.1 204 ", "http/1.1 200 ")):
                raise SystemExit(f"{head.splitlines()[0]}: {body.decode()}")
        writer.close()

    await asyncio.gather(*(sender() for _ in range(at_once)))
    return took


if __name__ == "__main__":
    sys.exit(main())
