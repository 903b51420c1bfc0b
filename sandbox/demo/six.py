"""The six messages of the demo, one of each type, on their way like any other."""

from __future__ import annotations

import datetime as dt
import os
import time
from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo

import psycopg
from psycopg.rows import dict_row

from proactive.app import build
from proactive.errors import ProactiveError
from proactive.message_types.registry import BY_HAND, MESSAGE_TYPES, check_data
from proactive.model.recipient import Recipient
from proactive.model.task import Task
from proactive.queue.enqueue import enqueue
from proactive.settings import load_settings
from sandbox.demo.fill import DemoBusiness
from sandbox.stack import LocalStack

_DATA: dict[str, dict[str, str]] = {
    "custom_campaign": {
        "campaignType": "promocional",
        "targetAudience": "vip",
        "message": "Cliente VIP merece desconto especial! Banho e tosa com 20% OFF nesta semana.",
    }
}
_ARRIVES_WITHIN = 60.0


class DemoFailed(ProactiveError):
    """Not every message arrived; the message says where to look."""


def sent(stack: LocalStack, business: DemoBusiness, log: str) -> Iterator[dict[str, Any]]:
    """Ask for the six messages and answer each one's record as soon as it is sent.

    Raises:
        DemoFailed: one failed, or is late; `log` is where to look.
    """
    os.environ.update(stack.environment())
    app = build(load_settings())
    tasks = [_task(kind, business) for kind in BY_HAND]
    for task in tasks:
        enqueue(app.queue, task)
    missing = {str(task.occurrence.id): task for task in tasks}
    deadline = time.monotonic() + _ARRIVES_WITHIN
    while missing and time.monotonic() < deadline:
        for row in _settled(stack.dsn, list(missing)):
            yield row
            del missing[str(row["id"])]
            if row["status"] != "sent":
                raise DemoFailed(f"{row['message_type']} failed: {row['error_message']}")
        time.sleep(0.1)
    if missing:
        late = ", ".join(task.type for task in missing.values())
        raise DemoFailed(f"Not arrived within {_ARRIVES_WITHIN:.0f} s: {late}. See {log}")


def _task(kind: str, business: DemoBusiness) -> Task:
    now = dt.datetime.now(dt.UTC)
    return Task(
        type=kind,
        organization_id=business.organization_id,
        recipient=Recipient.owner(business.owner_number_id),
        key=MESSAGE_TYPES[kind].new_key(now, ZoneInfo(business.timezone)),
        scheduled_for=now,
        timezone=business.timezone,
        data=check_data(MESSAGE_TYPES[kind], _DATA.get(kind, {})),
        by_hand=True,
    )


def _settled(dsn: str, ids: list[str]) -> list[dict[str, Any]]:
    with psycopg.connect(dsn, row_factory=dict_row) as connection:
        query = """select * from aurora_proactive_messages
                    where id = any(%s::uuid[]) and status <> 'pending' order by sent_at"""
        return connection.execute(query, [ids]).fetchall()
