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
import datetime as dt
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path
from typing import Any

import psycopg
from psycopg.rows import dict_row
from redis import Redis

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.chaos.processes import ProcessGroup
from bench.chaos.shops import open_shop, zones
from proactive.gateways.rate_limit import RateLimiter
from proactive.queue.enqueue import enqueue
from proactive.queue.rq_classes import JsonQueue
from sandbox.gateway.client import Sandbox
from sandbox.processes import Processes
from sandbox.stack import LocalStack
from tests.support.mailing import Mailing

Connection = psycopg.Connection[dict[str, Any]]
Event = tuple[str, dict[str, Any]]
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
#: Businesses that write, clients of each.
_SHOPS, _CLIENTS = 20, 40
_OFFERED_WITHIN = 180.0
_CORPORA = Path(__file__).resolve().parents[1] / "tests" / "replies" / "corpora"


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
        people = _People(stack, connection, Path(name))
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


class _People:
    """Owners who were offered a campaign by real workers, and clients, some of whom were sent one an hour ago."""

    def __init__(self, stack: LocalStack, connection: Connection, folder: Path) -> None:
        self._connection, self._redis = connection, Redis.from_url(stack.redis_url)
        RateLimiter(self._redis, limit=20, window=60, in_flight=1).mark_quiet()
        zone = zones(dt.datetime.now(dt.UTC))[0]
        self._shops = [open_shop(connection, n, _CLIENTS, zone, "direct", "goes on") for n in range(_SHOPS)]
        sandbox = Sandbox(stack.gateway_url, stack.environment()["WHATSAPP_API_KEY"])
        for shop in self._shops:
            sandbox.instance(shop.instance)
        quiet = {"QUIET_FROM": "00:00", "QUIET_UNTIL": "00:00"}
        with ProcessGroup(folder / "workers", stack.environment() | quiet, 1, 0, lambda pid: None):
            for shop in self._shops:
                enqueue(JsonQueue(connection=self._redis), shop.offer())
            offered = "aurora_proactive_messages where message_type = 'birthdays' and status = 'sent'"
            deadline = time.monotonic() + _OFFERED_WITHIN
            while self._number(offered) < _SHOPS:
                if time.monotonic() > deadline:
                    raise SystemExit("The offers were not sent.")
                time.sleep(0.2)
        self._mailings = [Mailing(connection, _CLIENTS, status="done") for _ in range(_SHOPS)]
        connection.execute(
            "update aurora_proactive_campaign_recipients set status = 'sent', sent_at = now() - interval '1 hour',"
            " metadata = jsonb_build_object('gateway_message_id', 'C' || id)"
        )
        connection.execute("delete from aurora_proactive_replies")

    def write(self, number: int) -> Iterator[Event]:
        """So many messages of theirs."""
        owners = zip(cycle((shop.instance, shop.number) for shop in self._shops), cycle(_texts("owners_first")))
        clients = zip(cycle(self._clients()), cycle(_texts("clients_first")))
        for n in range(number):
            (instance, phone), text = next(clients if n % 5 else owners)
            yield instance, _message(f"R{n}", phone, text)

    def all_kept(self, number: int) -> bool:
        """Whether each message was kept, and has a job where a person's words may be about us."""
        replies = self._number("aurora_proactive_replies")
        waiting = self._number("aurora_proactive_inbox")
        jobs = sum(1 for _ in self._redis.scan_iter("rq:job:hear-*", count=1000))
        print(f"messages kept: {replies} of {number}; of them wait for a job {waiting}, jobs {jobs}")
        return replies == number and waiting == jobs >= number // 5

    def _clients(self) -> Iterator[tuple[str, str]]:
        phones = self._connection.execute("select organization_id, phone from contacts order by phone").fetchall()
        mailed = {each.organization: each.instance for each in self._mailings}
        instances = mailed | {shop.organization: shop.instance for shop in self._shops}
        for row in phones:
            yield instances[row["organization_id"]], "55" + row["phone"].removeprefix("55")

    def _number(self, rows: str) -> int:
        row = self._connection.execute(f"select count(*)::int as number from {rows}".encode()).fetchone()
        return row["number"] if row else 0


def _texts(corpus: str) -> list[str]:
    lines = (_CORPORA / f"{corpus}.txt").read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith(("#", "["))]


def _message(id_: str, phone: str, text: str) -> dict[str, Any]:
    jid = f"{phone}@s.whatsapp.net"
    return {
        "key": {"remoteJid": jid, "fromMe": False, "id": id_, "addressingMode": "pn", "participant": ""},
        "pushName": "Alguém", "status": "DELIVERY_ACK", "message": {"conversation": text}, "contextInfo": {},
        "messageType": "conversation", "messageTimestamp": int(time.time()), "instanceId": "i", "source": "ios",
    }  # fmt: skip


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
