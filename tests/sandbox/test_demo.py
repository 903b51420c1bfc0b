"""The demo businesses: everything has something to say, the same things on the same day."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from pathlib import Path
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import httpx
import phonenumbers
import psycopg
import pytest
from psycopg.types.json import Jsonb

from sandbox.demo.agenda import agenda_of, demo_id
from sandbox.demo.businesses import BUSINESSES
from sandbox.demo.conversation import Line, Play
from sandbox.demo.fill import Demo, DemoBusiness, fill_demo
from sandbox.demo.midday import ZONES, zone_where_it_is_day
from sandbox.demo.people import introduce
from sandbox.demo.receipts import delivered, tell_web
from sandbox.demo.result import result_of
from sandbox.demo.six import DemoFailed
from sandbox.gateway.client import Sandbox
from sandbox.processes import Processes
from sandbox.stack import LocalStack
from tests.support.world import eventually

SAO_PAULO = BUSINESSES[0]
NOON = dt.datetime(2026, 11, 24, 15, tzinfo=dt.UTC)
#: A Sunday, the day before one, a leap day, the last day of a year, a Thursday in winter.
DAYS = [dt.date(2026, 11, 22), dt.date(2026, 11, 21), dt.date(2028, 2, 29), dt.date(2026, 12, 31), dt.date(2027, 7, 1)]
HOURS = [dt.time(0, 10), dt.time(9), dt.time(18), dt.time(23, 50)]
ORGANIZATIONS = [demo_id(business, "organization") for business in BUSINESSES]
TABLES = ["organizations", "owner_numbers", "whatsapp_instances", "services", "contacts", "pets", "bookings"]
OPTIONS = {"quiet_from": "21:00", "quiet_until": "08:00", "vip_bookings": 5, "slot_minutes": 60}

Connection = psycopg.Connection[dict[str, Any]]


@pytest.fixture(autouse=True)
def _without_demo(database: Connection) -> Any:
    yield
    _forget(database)


def _forget(database: Connection) -> None:
    database.execute("delete from aurora_proactive_messages where organization_id = any(%s)", [ORGANIZATIONS])
    database.execute("delete from aurora_proactive_campaign_settings where organization_id = any(%s)", [ORGANIZATIONS])
    database.execute("delete from organizations where id = any(%s)", [ORGANIZATIONS])


def _contents(database: Connection) -> dict[str, list[Any]]:
    return {table: database.execute(f"select * from {table} order by id").fetchall() for table in TABLES}


def _facts(database: Connection, demo: Demo, type_: str, now: dt.datetime, **options: Any) -> dict[str, Any]:
    business = demo.businesses[0]
    row = database.execute(
        f"select aurora_proactive_{type_}(%s, %s, gen_random_uuid(), %s, %s) as reading",
        [business.organization_id, business.owner_number_id, now, Jsonb(OPTIONS | options)],
    ).fetchone()
    assert row
    facts: dict[str, Any] = row["reading"]["facts"]
    return facts


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_every_message_has_something_to_say_in_sao_paulo_at_any_hour(
    day: dt.date, stack: LocalStack, database: Connection
) -> None:
    for hour in HOURS:
        now = dt.datetime.combine(day, hour, ZoneInfo(SAO_PAULO.timezone))
        demo = fill_demo(stack.dsn, now)

        summary = _facts(database, demo, "daily_summary", now)
        assert summary["bookings"] >= 5
        assert float(summary["revenue"]) > 0
        assert summary["new_clients"] >= 2
        assert summary["pending"] >= 2
        inactive = _facts(database, demo, "inactive_clients", now)
        assert inactive["inactive"] > 10
        assert len(inactive["listed"]) == 10
        assert 2 <= _facts(database, demo, "birthdays", now)["birthdays"] <= 3
        opportunities = _facts(database, demo, "opportunities", now)
        assert opportunities["fires"]
        assert opportunities["confirmed"] >= 3
        assert opportunities["free_slots"] >= 3
        reasons = {line["reason"] for line in opportunities["listed"]}
        assert reasons == {"vip_weekday", "rhythm", "last_visit"}
        low = _facts(database, demo, "low_occupancy", now)
        assert low["fires"]
        assert low["bookings"] == 2
        assert low["free_hours"]
        assert set(Counter(line["reason"] for line in low["listed"])) == {"vip", "last_minute", "last_contact"}
        for audience in ("inactive", "vip", "all"):
            options = {"campaign_type": "reativação", "target_audience": audience}
            assert _facts(database, demo, "custom_campaign", now, **options)["reach"] >= 5


def test_filling_twice_on_one_day_changes_nothing(stack: LocalStack, database: Connection) -> None:
    first = fill_demo(stack.dsn, NOON)
    before = _contents(database)
    second = fill_demo(stack.dsn, NOON + dt.timedelta(hours=6))
    assert second == first
    assert _contents(database) == before


def test_nobody_waits_for_the_holidays_of_a_demo(stack: LocalStack, database: Connection) -> None:
    database.execute("truncate aurora_proactive_holidays, aurora_proactive_holiday_years")
    for _ in range(2):
        fill_demo(stack.dsn, NOON)
        found = database.execute("select distinct year from aurora_proactive_holiday_years order by 1").fetchall()
        assert [row["year"] for row in found] == [NOON.year, NOON.year + 1, NOON.year + 2]


def test_a_day_gives_the_same_rows_whatever_was_there_before(stack: LocalStack, database: Connection) -> None:
    columns = "id, start_time, end_time, status, price, created_at, contact_id, pet_id, service_id"
    query = f"select {columns} from bookings order by id"
    fill_demo(stack.dsn, NOON)
    fresh = database.execute(query).fetchall()
    fill_demo(stack.dsn, NOON + dt.timedelta(days=1))
    assert database.execute(query).fetchall() != fresh
    fill_demo(stack.dsn, NOON)
    assert database.execute(query).fetchall() == fresh


def test_what_was_sent_stays_when_the_day_changes(stack: LocalStack, database: Connection) -> None:
    business = fill_demo(stack.dsn, NOON).businesses[0]
    database.execute(
        "insert into aurora_proactive_messages (organization_id, owner_number_id, message_type, status)"
        " values (%s, %s, 'birthdays', 'sent')",
        [business.organization_id, business.owner_number_id],
    )
    fill_demo(stack.dsn, NOON + dt.timedelta(days=1))
    kept = database.execute(
        "select 1 from aurora_proactive_messages where organization_id = %s", [business.organization_id]
    )
    assert kept.fetchone()


def test_other_organisations_are_left_alone(stack: LocalStack, database: Connection) -> None:
    row = database.execute("insert into organizations (name) values ('Alheia') returning id").fetchone()
    assert row
    database.execute("insert into contacts (organization_id, name) values (%s, 'Alguém')", [row["id"]])
    fill_demo(stack.dsn, NOON)
    fill_demo(stack.dsn, NOON + dt.timedelta(days=1))
    others = database.execute("select name from contacts where organization_id = %s", [row["id"]]).fetchall()
    database.execute("delete from organizations where id = %s", [row["id"]])
    assert others == [{"name": "Alguém"}]


def test_three_businesses_in_three_time_zones_each_with_one_connected_instance(
    stack: LocalStack, database: Connection
) -> None:
    demo = fill_demo(stack.dsn, NOON)
    zones = [business.timezone for business in demo.businesses]
    assert zones == ["America/Sao_Paulo", "America/Manaus", "America/Noronha"]
    for business in demo.businesses:
        instances = database.execute(
            "select instance_name, status from whatsapp_instances where organization_id = %s",
            [business.organization_id],
        )
        assert instances.fetchall() == [{"instance_name": business.instance, "status": "connected"}]


def test_every_owner_and_client_has_a_valid_brazilian_mobile(stack: LocalStack, database: Connection) -> None:
    fill_demo(stack.dsn, NOON)
    rows = database.execute(
        "select phone from owner_numbers where organization_id = any(%(ids)s)"
        " union all select phone from contacts where organization_id = any(%(ids)s) and phone is not null",
        {"ids": ORGANIZATIONS},
    ).fetchall()
    assert len(rows) > 50
    for row in rows:
        number = phonenumbers.parse(row["phone"], "BR")
        assert phonenumbers.is_valid_number(number)
        assert phonenumbers.number_type(number) == phonenumbers.PhoneNumberType.MOBILE


@pytest.mark.parametrize("business", BUSINESSES, ids=lambda business: business.key)
def test_a_week_of_days_never_books_a_closed_one(business: Any) -> None:
    for offset in range(7):
        today = dt.date(2026, 11, 20) + dt.timedelta(days=offset)
        starts = [row["start_time"] for row in agenda_of(business, today).bookings]
        assert starts
        assert all(business.openings(start.date()) for start in starts)


def test_the_gateway_knows_the_instances(stack: LocalStack) -> None:
    demo = fill_demo(stack.dsn, NOON)
    stack.connect_instances(demo.instances)
    for instance in demo.instances:
        address = f"{stack.gateway_url}/instance/connectionState/{instance}"
        answer = httpx.get(address, headers={"apikey": stack.environment()["WHATSAPP_API_KEY"]})
        assert answer.json()["instance"]["state"] == "open"


def test_the_product_hears_of_receipts_replies_and_connections(
    stack: LocalStack, database: Connection, tmp_path: Path
) -> None:
    demo = fill_demo(stack.dsn, NOON)
    business = demo.businesses[0]
    stack.connect_instances(demo.instances)
    sandbox = Sandbox(stack.gateway_url, stack.state.gateway_key)
    with Processes(tmp_path, stack.environment(), only=("web",)) as processes:
        tell_web(stack, processes.web_url, demo.instances)
        key = _sent(sandbox, business.instance)
        record = _recorded(database, business, key["id"])
        assert delivered(stack.dsn, [record], within=20) == 1
        sandbox.write(business.instance, key["remoteJid"].partition("@")[0], "pode", quote=key["id"])
        eventually(lambda: _replies(database, record), 10, "the answer is in the product")
        sandbox.instance(business.instance, "close")
        eventually(
            lambda: _connection(database, business.instance) == "close", 10, "the product knows that it is closed"
        )
        sandbox.instance(business.instance)
        eventually(lambda: _connection(database, business.instance) == "open", 10, "the product knows that it is back")
    sandbox.behave()


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_the_first_business_is_where_clients_may_be_written_to_for_hours(day: dt.date) -> None:
    for half_hour in range(48):
        now = dt.datetime.combine(day, dt.time(), dt.UTC) + dt.timedelta(minutes=30 * half_hour)
        local = now.astimezone(ZoneInfo(zone_where_it_is_day(now))).time()
        assert dt.time(9) < local <= dt.time(17, 30), now
    assert zone_where_it_is_day(NOON) == "America/Sao_Paulo"


@pytest.mark.parametrize("zone", ZONES)
def test_every_message_has_something_to_say_wherever_it_is_day(
    zone: str, stack: LocalStack, database: Connection
) -> None:
    now = dt.datetime.combine(dt.date(2026, 11, 22), dt.time(12), ZoneInfo(zone))
    demo = fill_demo(stack.dsn, now, zone)
    assert demo.businesses[0].timezone == zone
    low = _facts(database, demo, "low_occupancy", now)
    assert low["fires"]
    assert len(low["listed"]) > 6
    assert _facts(database, demo, "birthdays", now)["birthdays"] >= 2


def test_every_business_has_accepted_that_it_may_write_to_its_clients(stack: LocalStack, database: Connection) -> None:
    fill_demo(stack.dsn, NOON)
    rows = database.execute(
        "select business_name from aurora_proactive_campaign_settings where organization_id = any(%s)", [ORGANIZATIONS]
    ).fetchall()
    assert sorted(row["business_name"] for row in rows) == sorted(business.name for business in BUSINESSES)


def test_the_gateway_knows_owners_and_clients_by_name(stack: LocalStack) -> None:
    demo, sandbox = fill_demo(stack.dsn, NOON), Sandbox(stack.gateway_url, stack.state.gateway_key)
    introduce(stack.dsn, sandbox, demo)
    people = sandbox.people(demo.businesses[0].instance)
    assert [(each["name"], each["about"]) for each in people if each["role"] == "owner"] == [
        ("Helena Prado", "Patas & Cia")
    ]
    assert len([each for each in people if each["role"] == "client"]) > 30
    assert all(each["number"].startswith("5511") for each in people)


def test_a_conversation_that_goes_another_way_fails_and_says_how(stack: LocalStack) -> None:
    sandbox = Sandbox(stack.gateway_url, stack.state.gateway_key)
    sandbox.instance("alone")
    played = Play(sandbox, "alone", "5511900001900", {"5511900001900": "Helena"}, "the.log").conversation("3EB0")
    assert next(played) == Line("Helena", "", "manda só pros 10 primeiros", quotes=True)
    _sent(sandbox, "alone")
    with pytest.raises(DemoFailed, match=re.escape("“📣 Prévia…” was expected, and this came:\nOlá\nSee the.log")):
        next(played)


def test_a_campaign_that_has_not_ended_is_no_good_end(stack: LocalStack) -> None:
    sandbox = Sandbox(stack.gateway_url, stack.state.gateway_key)
    with pytest.raises(DemoFailed, match="to be stopped and reported"):
        result_of(stack.dsn, sandbox, "alone", uuid4(), "Enviadas: 1 de 2")


def _sent(sandbox: Sandbox, instance: str) -> dict[str, Any]:
    address, headers = f"{sandbox.url}/message/sendText/{instance}", {"apikey": sandbox.api_key}
    answer = httpx.post(address, json={"number": "5511900001900", "text": "Olá"}, headers=headers)
    key: dict[str, Any] = answer.json()["key"]
    return key


def _recorded(database: Connection, business: DemoBusiness, gateway_message_id: str) -> str:
    row = database.execute(
        "insert into aurora_proactive_messages (organization_id, owner_number_id, message_type, status, metadata)"
        " values (%s, %s, 'birthdays', 'sent', %s) returning id",
        [business.organization_id, business.owner_number_id, Jsonb({"gateway_message_id": gateway_message_id})],
    ).fetchone()
    assert row
    return str(row["id"])


def _replies(database: Connection, record: str) -> int:
    row = database.execute("select count(*) from aurora_proactive_replies where answers = %s", [record]).fetchone()
    return int(row["count"]) if row else 0


def _connection(database: Connection, instance: str) -> str | None:
    query = "select state from aurora_proactive_instances where instance_name = %s"
    row = database.execute(query, [instance]).fetchone()
    return str(row["state"]) if row else None
