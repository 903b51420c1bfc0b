"""What the doctor says of a stack that is in order, and of each part that is not: every one is the real thing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
import redis

from proactive.app import Application
from proactive.doctor.examination import examine_all, worst
from proactive.doctor.finding import CheckState
from proactive.doctor.product_schema import PRODUCT_COLUMNS, fits
from proactive.doctor.redis_checks import redis_findings
from proactive.doctor.rest import kind_of
from sandbox.demo.fill import DemoBusiness
from sandbox.gateway.client import Sandbox
from sandbox.keys import api_key
from sandbox.stack import LocalStack
from tests.doctor.conftest import Look
from tests.support.contract import contract
from tests.support.redis_servers import server

NOWHERE = "http://127.0.0.1:1"
IN_ORDER = {
    "settings.ok", "sign_in.ok", "webhook_secret.ok", "redis.ok", "redis_rights.ok", "redis_eviction.ok",
    "redis_clock.ok", "supabase.ok", "supabase_key.ok", "migrations.ok", "product_tables.ok", "row_counts.ok",
    "time_zones.ok", "odd_values.ok", "supabase_clock.ok", "gateway.ok", "gateway_key.ok", "instances.ok",
}  # fmt: skip


def test_a_stack_in_order_is_in_order(
    look: Look, businesses: tuple[DemoBusiness, ...], redis_client: redis.Redis
) -> None:
    found = look()
    assert set(found) >= IN_ORDER, sorted(IN_ORDER - set(found))
    # nobody runs it, and nothing was sent or heard yet
    assert {code for code in found if not code.endswith(".ok")} <= {
        "scheduler.away", "workers.away", "gateway_memory.unknown", "webhooks.missing", "redis_persistence.off",
    }  # fmt: skip
    assert f"organizations {len(businesses)}" in found["row_counts.ok"].sentence


def test_what_is_away_is_told_and_keeps_nobody_from_the_rest(look: Look, businesses: object) -> None:
    found = look(REDIS_URL="redis://127.0.0.1:1/0", SUPABASE_URL=NOWHERE, WHATSAPP_URL=NOWHERE)
    assert {"redis.away", "processes.unknown", "supabase.away", "gateway.away"} <= set(found)
    assert worst(list(found.values())) is CheckState.FAILED
    assert all(each.advice for code, each in found.items() if code in ("redis.away", "supabase.away"))


def test_what_the_settings_leave_out_is_told(look: Look, businesses: object) -> None:
    found = look(API_KEYS="", SUPABASE_JWT_SECRET="", WEBHOOK_SECRET="")
    assert {"sign_in.nobody", "webhook_secret.missing"} <= set(found)


@pytest.fixture
def broken_schema(stack: LocalStack, database: psycopg.Connection[dict[str, Any]]) -> Iterator[None]:
    """A function of ours, a column and a table of the product's are gone, and one column has another type."""
    away = [
        "alter function aurora_proactive_paused() rename to aurora_gone",
        "alter table contacts rename column last_contact_at to talked_at",
        "alter table services rename to treatments",
        "alter table pets alter column birthday type text",
    ]
    back = [
        "alter function aurora_gone() rename to aurora_proactive_paused",
        "alter table contacts rename column talked_at to last_contact_at",
        "alter table treatments rename to services",
        "alter table pets alter column birthday type date using birthday::date",
    ]
    for statement in away:
        database.execute(statement)
    stack.see_functions_anew()
    yield
    for statement in back:
        database.execute(statement)
    stack.see_functions_anew()


def test_what_the_database_lacks_is_named(look: Look, businesses: object, broken_schema: None) -> None:
    found = look()
    assert "aurora_proactive_paused" in found["migrations.incomplete"].sentence
    assert "aurora migrate" in found["migrations.incomplete"].advice
    missing = found["product_tables.missing"].sentence
    assert "contacts.last_contact_at" in missing and "services.*" in missing
    assert "pets.birthday (text ≠ date)" in found["product_tables.types"].sentence


def test_a_wrong_key_is_told_as_what_it_is(look: Look, stack: LocalStack) -> None:
    wrong = api_key("another-secret-of-another-project-than-ours", "service_role", 1_700_000_000)
    found = look(SUPABASE_SERVICE_ROLE_KEY=wrong)
    refused = found["supabase_key.refused"]
    assert (refused.sentence, refused.label) == (
        "Supabase does not take the key (service_role)", "o Supabase não aceita a chave (service_role)",
    )  # fmt: skip
    assert not any(wrong in each.sentence + each.label for each in found.values())


def test_values_that_are_none_are_told(
    look: Look, businesses: tuple[DemoBusiness, ...], database: psycopg.Connection[dict[str, Any]]
) -> None:
    mine = businesses[0].organization_id
    database.execute("update organizations set timezone = 'Mars/Phobos' where id = %s", [mine])
    try:
        assert str(mine) in look()["time_zones.wrong"].sentence
    finally:
        database.execute("update organizations set timezone = %s where id = %s", [businesses[0].timezone, mine])


def test_an_empty_product_has_nobody_to_write_to(look: Look, database: psycopg.Connection[dict[str, Any]]) -> None:
    ids = [row["id"] for row in database.execute("update organizations set is_active = false returning id")]
    try:
        assert "row_counts.nobody" in look()
    finally:
        database.execute("update organizations set is_active = true where id = any(%s)", [ids])


def test_the_gateways_key_instances_and_version_are_looked_at(
    look: Look, businesses: tuple[DemoBusiness, ...], sandbox: Sandbox, database: psycopg.Connection[dict[str, Any]]
) -> None:
    assert "AUTHENTICATION_API_KEY" in look(WHATSAPP_API_KEY="wrong-key-of-nobody")["gateway_key.refused"].advice
    closed = businesses[0].instance
    sandbox.instance(closed, "close")
    database.execute(
        "insert into whatsapp_instances (organization_id, instance_name, status) values (%s, 'nowhere', 'connected')",
        [businesses[0].organization_id],
    )
    try:
        found = look()
        assert closed in found["instances.closed"].sentence
        assert "nowhere" in found["instances.unknown"].sentence
        sandbox.set_up(version="1.8.2")
        assert "1.8.2" in look()["gateway.old"].sentence
    finally:
        database.execute("delete from whatsapp_instances where instance_name = 'nowhere'")
        sandbox.instance(closed, "open")


def test_webhooks_are_looked_at_where_they_lead_and_what_they_tell(
    look: Look, businesses: tuple[DemoBusiness, ...], sandbox: Sandbox, database: psycopg.Connection[dict[str, Any]]
) -> None:
    names = [each.instance for each in businesses]
    assert "have no webhook" in look()["webhooks.missing"].sentence
    sandbox.call("http://127.0.0.1:1/webhooks/whatsapp/evolution", "x" * 16, *names)
    assert "webhooks.silent" in look()
    sandbox.call("http://127.0.0.1:1/bot", "x" * 16, names[0])
    assert names[0] in look()["webhooks.missing"].sentence
    database.execute(
        "insert into aurora_proactive_instances (instance_name, acknowledged_at) values (%s, now())", [names[0]]
    )
    try:
        assert "1 were heard from" in look()["webhooks.ok"].sentence  # the bot forwards what it gets
        sandbox.call("http://127.0.0.1:1/webhooks/whatsapp/evolution", "x" * 16, names[1], events=["MESSAGES_UPSERT"])
        assert "CONNECTION_UPDATE" in look()["webhooks.events"].sentence
    finally:
        database.execute("delete from aurora_proactive_instances where instance_name = %s", [names[0]])


def test_a_redis_that_may_lose_something_or_lacks_rights_is_told(tmp_path: Path) -> None:
    options = ("--appendonly", "no", "--maxmemory-policy", "allkeys-lru")
    with server(tmp_path, *options, config="user poor on nopass ~* &* +@all -hset") as running:
        codes = {each.code: each for each in redis_findings(running.client())}
        assert {"redis_persistence.off", "redis_eviction.dangerous"} <= set(codes)
        assert "allkeys-lru" in codes["redis_eviction.dangerous"].sentence
        poor = redis.Redis("127.0.0.1", running.port, username="poor", password="x")
        assert "HSET" in {each.code: each for each in redis_findings(poor)}["redis_rights.missing"].sentence


def test_a_check_that_fails_by_itself_costs_no_other(
    application_of: Callable[..., Application], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("proactive.doctor.examination.redis_findings", broken)
    codes = {each.code for each in examine_all(application_of(), 5.0)}
    assert {"redis.broken", "supabase.ok", "gateway.ok"} <= codes


@pytest.mark.parametrize(
    ("key", "kind"),
    [("sb_secret_abc", "sb_secret"), ("sb_publishable_abc", "sb_publishable"), ("x", "?"),
     (api_key("s" * 32, "anon", 1), "anon"), ("a.b.c", "?")],
)  # fmt: skip
def test_a_key_is_told_by_its_kind_alone(key: str, kind: str) -> None:
    assert kind_of(key) == kind


def test_the_schema_that_is_checked_is_the_contract_of_the_document() -> None:
    names = {"timestamptz": "timestamp with time zone"}
    assert {
        table: {column.name: names.get(column.type, column.type) for column in columns}
        for table, columns in contract().items()
    } == PRODUCT_COLUMNS


@pytest.mark.parametrize(
    ("wanted", "found", "fitting"),
    [("status", "public.booking_status", False), ("status", "character varying(20)", True),
     ("status", "integer", False),
     ("start_time", "timestamp without time zone", False), ("price", "integer", False), ("id", "bigint", False)],
)  # fmt: skip
def test_a_text_may_be_bounded_and_nothing_else_is_another_type(wanted: str, found: str, fitting: bool) -> None:
    assert fits(PRODUCT_COLUMNS["bookings"][wanted], found) is fitting
