"""Owners and clients who write in a burst of webhooks, in the words of the tests' first corpora."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path
from typing import Any

import psycopg
from redis import Redis

from bench.chaos.processes import ProcessGroup
from bench.chaos.shops import open_shop, zones
from proactive.gateways.rate_limit import RateLimiter
from proactive.queue.enqueue import enqueue
from proactive.queue.rq_classes import JsonQueue
from sandbox.gateway.client import Sandbox
from sandbox.stack import LocalStack
from tests.support.mailing import Mailing

Connection = psycopg.Connection[dict[str, Any]]
Event = tuple[str, dict[str, Any]]
#: Businesses that write, clients of each.
_SHOPS, _CLIENTS = 20, 40
_OFFERED_WITHIN = 180.0
_CORPORA = Path(__file__).resolve().parents[1] / "tests" / "replies" / "corpora"


class People:
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
