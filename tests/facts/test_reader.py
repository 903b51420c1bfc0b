"""Reading one message's facts through Supabase: what comes home, and what is said when nothing does."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from uuid import UUID, uuid4

import pytest

from proactive.errors import SupabaseError
from proactive.facts.reader import FactsReader
from proactive.message_types.daily_summary import DailySummaryFacts
from proactive.message_types.registry import BY_HAND
from proactive.model.context import Instance, MessageContext
from proactive.model.occurrence import Occurrence
from proactive.model.recipient import Recipient
from proactive.storage.supabase import Database as Supabase
from proactive.storage.supabase import connect
from tests.support.asking import Database, Shop
from tests.support.businesses import insert

UTC = dt.UTC
NOW = dt.datetime(2026, 11, 22, 21, tzinfo=UTC)
SECRET = "11987654321"
CAMPAIGN = {"campaign_type": "promocional", "target_audience": "all"}


@pytest.fixture
def shop(database: Database) -> Iterator[Shop]:
    """A business in the database, gone afterwards."""
    shop = Shop(NOW)
    shop.booking(NOW - dt.timedelta(hours=2), status="completed", price="1450.10")
    insert(database, shop.rows)
    yield shop
    for table in ("aurora_proactive_messages", "aurora_proactive_templates"):
        database.execute(f"delete from {table} where organization_id = %s", (shop.organization,))
    database.execute("delete from organizations where id = %s", (shop.organization,))


def occurrence(shop: Shop, owner: UUID | None = None) -> Occurrence:
    return Occurrence(shop.organization, Recipient.owner(owner or shop.owner), "daily_summary", "2026-11-22")


def supabase_at(url: str) -> Supabase:
    return Supabase(connect(url, "a.b.c", 0.5))


def test_one_request_brings_everything(supabase: Supabase, shop: Shop) -> None:
    reading = FactsReader(supabase, {}).read(occurrence(shop), NOW, {})
    assert (reading.organization, reading.is_active, reading.timezone) == ("Amigo Fiel", True, "America/Sao_Paulo")
    assert reading.owner is not None
    assert (reading.owner.id, reading.owner.phone, reading.owner.aurora_enabled) == (shop.owner, "11999998888", True)
    assert (reading.instance, reading.record) == (None, None)
    assert isinstance(reading.facts, DailySummaryFacts)
    assert reading.facts.figures()["revenue"] == "1450.10"


def test_the_connected_instance_comes_first_then_the_oldest(database: Database, supabase: Supabase, shop: Shop) -> None:
    for name, status, days in (("old", "disconnected", 9), ("new", "connected", 1), ("newer", "connected", 0)):
        database.execute(
            "insert into whatsapp_instances (organization_id, instance_name, status, created_at)"
            " values (%s, %s, %s, %s)",
            (shop.organization, name, status, NOW - dt.timedelta(days=days)),
        )
    reader = FactsReader(supabase, {})
    assert reader.read(occurrence(shop), NOW, {}).instance == Instance(name="new", status="connected")
    database.execute("update whatsapp_instances set status = 'error' where organization_id = %s", (shop.organization,))
    assert reader.read(occurrence(shop), NOW, {}).instance == Instance(name="old", status="error")


def test_the_record_of_an_earlier_attempt_comes_along(database: Database, supabase: Supabase, shop: Shop) -> None:
    database.execute(
        "insert into aurora_proactive_messages (id, organization_id, owner_number_id, message_type, content, status,"
        " metadata) values (%s, %s, %s, 'daily_summary', 'Olá!', 'pending', '{\"attempts\": 1}')",
        (occurrence(shop).id, shop.organization, shop.owner),
    )
    record = FactsReader(supabase, {}).read(occurrence(shop), NOW, {}).record
    assert record is not None
    assert (record.status, record.content, record.metadata) == ("pending", "Olá!", {"attempts": 1})


def test_the_published_words_of_a_type_come_along_and_no_others(
    database: Database, supabase: Supabase, shop: Shop
) -> None:
    reader = FactsReader(supabase, {})
    assert reader.read(occurrence(shop), NOW, {}).words is None
    versions = {
        type_: database.execute(
            "insert into aurora_proactive_templates (organization_id, message_type, number, kind, wording, source,"
            " ai_lines, written_by, written_via, published_at) values (%s, %s, 1, %s, %s, %s, true, 'key:a', 'api', %s)"
            " returning id",
            (shop.organization, type_, kind, wording, source, published),
        ).fetchall()[0]
        for type_, kind, wording, source, published in (
            ("daily_summary", "wording", '{"greeting": "Oi!"}', None, NOW),
            ("birthdays", "template", None, "Festa!", None),
        )
    }
    found = reader.read(occurrence(shop), NOW, {}).words
    assert found is not None
    assert str(found.id) in str(versions["daily_summary"])
    assert (found.kind, found.wording, found.source, found.ai_lines) == ("wording", {"greeting": "Oi!"}, None, True)
    unpublished = Occurrence(shop.organization, Recipient.owner(shop.owner), "birthdays", "2026-11-22")
    assert reader.read(unpublished, NOW, {}).words is None


def test_many_are_read_in_one_request_each_as_by_itself(supabase: Supabase, shop: Shop) -> None:
    reader = FactsReader(supabase, {"vip_bookings": 5})
    questions = [
        (Occurrence(shop.organization, Recipient.owner(owner), type_, "2026-11-22"), NOW, {"days": 7, **CAMPAIGN})
        for type_ in BY_HAND for owner in (shop.owner, uuid4())
    ]  # fmt: skip
    assert reader.read_many(questions, 60.0) == [reader.read(*question) for question in questions]
    assert reader.read_many([], 60.0) == []


def test_what_cannot_be_read_in_time_is_left_but_never_the_first(supabase: Supabase, shop: Shop) -> None:
    questions: list[tuple[Occurrence, dt.datetime, dict[str, Any]]] = [(occurrence(shop), NOW, {}) for _ in range(5)]
    assert len(FactsReader(supabase, {}).read_many(questions, 0.0)) == 1


@pytest.mark.parametrize("type_", list(BY_HAND))
def test_an_owner_of_another_organisation_is_no_owner(
    database: Database, supabase: Supabase, shop: Shop, type_: str
) -> None:
    other = Shop(NOW)
    asked = Occurrence(shop.organization, Recipient.owner(other.owner), type_, "2026-11-22")
    reader = FactsReader(supabase, {})
    insert(database, other.rows)
    try:
        reading = reader.read(asked, NOW, {})
    finally:
        database.execute("delete from organizations where id = %s", (other.organization,))
    assert (reading.organization, reading.owner, reading.facts) == ("Amigo Fiel", None, None)


def test_an_organisation_that_does_not_exist_is_none(supabase: Supabase) -> None:
    asked = Occurrence(uuid4(), Recipient.owner(uuid4()), "birthdays", "2026-11-22")
    reading = FactsReader(supabase, {}).read(asked, NOW, {})
    assert reading == MessageContext(
        organization=None,
        is_active=False,
        timezone="America/Sao_Paulo",
        owner=None,
        instance=None,
        record=None,
        facts=None,
    )


def test_now_without_a_time_zone_is_refused(supabase: Supabase, shop: Shop) -> None:
    with pytest.raises(ValueError, match="aware"):
        FactsReader(supabase, {}).read(occurrence(shop), dt.datetime(2026, 11, 22), {})  # noqa: DTZ001


def test_a_jobs_data_cannot_change_a_setting(supabase: Supabase, shop: Shop, database: Database) -> None:
    asked = Occurrence(shop.organization, Recipient.owner(shop.owner), "inactive_clients", "2026-11-22")
    reading = FactsReader(supabase, {"vip_bookings": 5}).read(asked, NOW, {"days": 7, "vip_bookings": "x"})
    assert reading.facts is not None
    assert reading.facts.figures()["days"] == 7


def _broken(answer: tuple[int, bytes] | None) -> type[BaseHTTPRequestHandler]:
    class Broken(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["content-length"]))
            if answer is None:
                released.wait(5)
                return
            self.send_response(answer[0])
            self.send_header("content-length", str(len(answer[1])))
            self.end_headers()
            self.wfile.write(answer[1])

        def log_message(self, format: str, *args: Any) -> None:
            pass

    released = threading.Event()
    Broken.released = released  # type: ignore[attr-defined]
    return Broken


@pytest.mark.parametrize(
    "answer",
    [
        None,
        (500, f'{{"message": "{SECRET}", "code": "XX000", "details": "{SECRET}", "hint": null}}'.encode()),
        (502, f"<html>{SECRET}</html>".encode()),
        (200, f"{SECRET} is no JSON".encode()),
        (200, f'"{SECRET}"'.encode()),
        (200, b"null"),
        (200, f'{{"organization": "{SECRET}", "facts": {{"bookings": "{SECRET}"}}}}'.encode()),
    ],
    ids=["no answer", "error", "html", "no json", "a text", "null", "other facts"],
)
def test_whatever_is_wrong_with_the_answer_is_a_supabase_error_that_tells_no_data(
    answer: tuple[int, bytes] | None,
) -> None:
    handler = _broken(answer)
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    reader = FactsReader(supabase_at(f"http://127.0.0.1:{server.server_port}"), {})
    try:
        with pytest.raises(SupabaseError) as caught:
            reader.read(occurrence(Shop(NOW)), NOW, {})
    finally:
        handler.released.set()  # type: ignore[attr-defined]
        server.shutdown()
        server.server_close()
    assert SECRET not in str(caught.value)
    assert caught.value.__suppress_context__
    assert not caught.value.permanent


def test_a_supabase_that_is_not_there_is_a_supabase_error() -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    server.server_close()
    reader = FactsReader(supabase_at(f"http://127.0.0.1:{server.server_port}"), {})
    with pytest.raises(SupabaseError, match="could not be reached"):
        reader.read(occurrence(Shop(NOW)), NOW, {})
