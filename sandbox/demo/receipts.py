"""The demo's sandbox tells the running web process what becomes of messages, as a real gateway does."""

from __future__ import annotations

import time

import psycopg

from sandbox.gateway.client import Sandbox
from sandbox.stack import LocalStack

#: Seconds after which a demo's message is acknowledged, on the owner's phone, and read: slow enough to be seen.
_RECEIPTS = {"server_ack_after": 1, "delivered_after": 2, "read_after": 5}
_PATH = "/webhooks/whatsapp/evolution"


def tell_web(stack: LocalStack, web_url: str, instances: tuple[str, ...]) -> Sandbox:
    """Have the instances' webhooks lead to the product, with its secret, as docs/operations.md sets them up.

    Answers the gateway, on which people can write from now on.
    """
    sandbox = Sandbox(stack.gateway_url, stack.state.gateway_key)
    sandbox.set_up(**_RECEIPTS)
    sandbox.call(web_url + _PATH, stack.webhook_secret, *instances)
    return sandbox


def delivered(dsn: str, ids: list[str], within: float) -> int:
    """How many of the records have the receipt that they were delivered; waits for all, at most `within` seconds."""
    query = "select count(*) from aurora_proactive_messages where id = any(%s::uuid[]) and metadata->'receipts' ? %s"
    deadline = time.monotonic() + within
    with psycopg.connect(dsn, autocommit=True) as connection:
        while True:
            row = connection.execute(query, [ids, "delivered_at"]).fetchone()
            count = row[0] if row else 0
            if count == len(ids) or time.monotonic() > deadline:
                return int(count)
            time.sleep(0.1)
