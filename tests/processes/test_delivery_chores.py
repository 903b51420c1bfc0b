"""The chores about deliveries: a silent message is asked about, and a closed instance is looked at."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from proactive.app import Application, build_gateway
from proactive.errors import ProactiveError
from proactive.gateways.phones import parse_phone
from proactive.processes.delivery_chores import DeliveryChores
from proactive.records.deliveries import Deliveries
from proactive.records.instances import InstanceStates
from sandbox.gateway.client import Sandbox
from sandbox.stack import LocalStack
from tests.processes.conftest import BuildApp
from tests.support.world import World, eventually

Connection = psycopg.Connection[dict[str, Any]]
PHONE = parse_phone("11999998888")


def now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def chores_of(app: Application) -> DeliveryChores:
    return DeliveryChores(app, build_gateway(app.settings), now)


@pytest.fixture
def sandbox(stack: LocalStack) -> Iterator[Sandbox]:
    sandbox = Sandbox(stack.gateway_url, stack.environment()["WHATSAPP_API_KEY"])
    sandbox.behave()
    yield sandbox
    sandbox.behave()


def accepted(app: Application, stack: LocalStack, database: Connection) -> UUID:
    """A message that the sandbox accepted, as its record has it six minutes later."""
    business = World(stack).business()
    assert business.instance
    receipt = app.gateway.send(business.instance, PHONE, f"Olá {uuid4()}")
    metadata = {"gateway_message_id": receipt.gateway_message_id, "remote_jid": receipt.remote_jid}
    row = database.execute(
        """insert into aurora_proactive_messages
             (organization_id, owner_number_id, message_type, status, sent_at, metadata)
           values (%s, %s, 'birthdays', 'sent', (now() - interval '6 minutes') at time zone 'utc', %s) returning id""",
        [business.organization, business.owner, json.dumps(metadata)],
    ).fetchone()
    assert row
    message_id: UUID = row["id"]
    return message_id


def delivery(database: Connection, message_id: UUID) -> tuple[str, int]:
    row = database.execute("select metadata from aurora_proactive_messages where id = %s", [message_id]).fetchone()
    assert row
    return row["metadata"]["delivery"], row["metadata"].get("status_checks", 0)


def test_a_silent_message_is_what_the_gateway_kept_of_it(
    build_app: BuildApp, stack: LocalStack, database: Connection, sandbox: Sandbox
) -> None:
    app = build_app()
    message_id = accepted(app, stack, database)
    Deliveries(app.database).mark_silent()
    assert delivery(database, message_id)[0] == "silent"

    def known() -> bool:
        database.execute("update aurora_proactive_messages set metadata = metadata - 'status_checks'")
        chores_of(app).ask_about_silent()
        return delivery(database, message_id)[0] in ("on_its_way", "delivered", "read")

    assert eventually(known, 20, "the sandbox tells a receipt")


def test_a_message_that_is_never_acknowledged_stays_silent_and_is_not_asked_about_at_once_again(
    build_app: BuildApp, stack: LocalStack, database: Connection, sandbox: Sandbox
) -> None:
    app = build_app()
    sandbox.misbehave("never_acknowledged")
    message_id = accepted(app, stack, database)
    Deliveries(app.database).mark_silent()
    for _ in range(3):
        chores_of(app).ask_about_silent()
    assert delivery(database, message_id) == ("silent", 1)


def test_a_gateway_that_cannot_be_asked_is_asked_again(
    build_app: BuildApp, stack: LocalStack, database: Connection, sandbox: Sandbox
) -> None:
    app = build_app()
    message_id = accepted(app, stack, database)
    Deliveries(app.database).mark_silent()
    nowhere = build_app(whatsapp_url="http://127.0.0.1:9", gateway_timeout=1)
    with pytest.raises(ProactiveError):
        chores_of(nowhere).ask_about_silent()
    assert delivery(database, message_id) == ("silent", 0)


def test_an_instance_that_was_found_closed_is_open_again_when_the_gateway_says_so(
    build_app: BuildApp, stack: LocalStack, database: Connection, sandbox: Sandbox
) -> None:
    app, business = build_app(), World(stack).business()
    assert business.instance
    states = InstanceStates(app.database)
    states.found(business.instance, "close", now() - dt.timedelta(minutes=1))
    sandbox.instance(business.instance, "close")
    chores_of(app).look_at_closed()
    assert business.instance in states.not_open(100)
    sandbox.instance(business.instance, "open")
    assert chores_of(app).look_at_closed() >= 1
    assert business.instance not in states.not_open(100)
