"""The way to Supabase: what it brings home, and the one vocabulary of what can fail, whoever asks."""

from __future__ import annotations

import datetime as dt
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
import redis

from proactive.errors import RecordRefused, SupabaseError
from proactive.facts.organizations import Organizations
from proactive.facts.recipients import Recipients
from proactive.gateways.evolution.events import ReceiptEvent
from proactive.model.context import Receipt
from proactive.monitoring.records_snapshot import RecordsSnapshotReader
from proactive.records.inbound import Heard, Inbound
from proactive.records.outbox import Outbox
from proactive.records.pauses import Pauses
from proactive.records.queries import MessageFilter, MessageQueries
from proactive.records.store import Records
from proactive.storage.answers import count, flag, nothing, optional_row, row, rows, texts
from proactive.storage.supabase import Database, connect
from tests.records.conftest import Business, acquire, settle_sent
from tests.storage.conftest import Answering

SECRET = "11987654321"
HTML = f"<html>{SECRET}</html>".encode()
HOUR = dt.timedelta(hours=1)
NOON = dt.datetime(2026, 11, 25, 12, tzinfo=dt.UTC)
ID = UUID(int=7)

#: Every way in which rooms read through a `Database`.
READS: dict[str, Callable[[Database], object]] = {
    "time zones": lambda database: Recipients(database).time_zones(),
    "ran before": lambda database: Recipients(database).ran_before("birthdays", "UTC"),
    "recipients": lambda database: list(Recipients(database).recipients("UTC")),
    "organisations": lambda database: Organizations(database).organizations(),
    "owners": lambda database: Organizations(database).owners(ID),
    "pauses": lambda database: Pauses(database).listed(),
    "a pause": lambda database: Pauses(database).pause(ID, None, "why"),
    "the end of a pause": lambda database: Pauses(database).resume(ID, None),
    "an event": lambda database: Inbound(database).keep([Heard("shop", ReceiptEvent("3EB0", "read_at", NOON))]),
    "messages": lambda database: MessageQueries(database).messages(MessageFilter(), None, 5),
    "a message": lambda database: MessageQueries(database).message(ID),
    "figures": lambda database: RecordsSnapshotReader(database, HOUR).snapshot(),
}


@pytest.mark.parametrize("read", READS.values(), ids=READS)
@pytest.mark.parametrize("body", [HTML, f'"{SECRET}"'.encode(), b"7", f'[["{SECRET}"]]'.encode(), b'[{"id":', b"NaN"])
def test_an_answer_of_another_shape_is_a_supabase_error_whoever_asks(
    answering: Answering, read: Callable[[Database], object], body: bytes
) -> None:
    with answering(200, body) as database, pytest.raises(SupabaseError, match="not understood") as caught:
        read(database)
    assert SECRET not in str(caught.value)
    assert caught.value.__suppress_context__


def test_what_a_proxy_answers_with_200_is_no_confirmation_of_a_record(
    answering: Answering, redis_client: redis.Redis
) -> None:
    entry = Business(uuid4(), uuid4()).entry()
    with answering(200, HTML) as database:
        records = Records(database, redis_client, 60.0)
        assert acquire(records, entry, "a").outcome == "claimed"
        settle_sent(records, entry, Receipt("3EB0", "5511@s.whatsapp.net", entry.scheduled_for), entry.scheduled_for)
        assert records.flush() == 0
    assert len(Outbox(redis_client)) == 1


@pytest.mark.parametrize(
    ("status", "body", "error", "said"),
    [
        (409, b'{"code": "23503", "message": "m", "details": "d", "hint": null}', RecordRefused, "code 23503"),
        (400, b'{"code": "22P02", "message": "m", "details": "d", "hint": null}', RecordRefused, "code 22P02"),
        (500, b'{"code": "XX000", "message": "m", "details": "d", "hint": null}', SupabaseError, "code XX000"),
        (400, b'{"code": "54000", "message": "m", "details": "d", "hint": null}', RecordRefused, "code 54000"),
        (413, HTML, RecordRefused, "code 413"),
        (502, HTML, SupabaseError, "code 502"),
        (540, HTML, SupabaseError, "code 540"),
    ],
)
def test_a_refusal_says_its_code_and_whether_it_is_for_good(
    answering: Answering, status: int, body: bytes, error: type[SupabaseError], said: str
) -> None:
    with answering(status, body) as database, pytest.raises(SupabaseError) as caught:
        database.call("a_function", {"p": SECRET}, flag)
    assert type(caught.value) is error
    assert str(caught.value).startswith(f"a_function was refused: {said}: ")
    assert SECRET not in str(caught.value)


def test_a_refusal_that_names_no_code_says_its_status(answering: Answering) -> None:
    said = "code 401: Supabase does not take the key: set SUPABASE_SERVICE_ROLE"
    refused = answering(401, b'{"message": "Invalid API key", "hint": "h"}')
    with refused as database, pytest.raises(SupabaseError, match=said):
        database.select("organizations", ["id"], dict)


def test_rows_are_read_by_their_ids_however_many(supabase: Database, database: psycopg.Connection[Any]) -> None:
    ids = [str(uuid4()) for _ in range(205)]
    database.cursor().executemany("insert into organizations (id, name) values (%s, 'Pet shop')", [(id,) for id in ids])
    try:
        found = supabase.select_named("organizations", ["id"], [*ids, ids[0], str(uuid4())], lambda row: row["id"])
        assert sorted(found) == sorted(ids)
        assert supabase.select_named("organizations", ["id"], [], dict) == []
    finally:
        database.execute("delete from organizations where id = any(%s::uuid[])", [ids])


def test_a_supabase_that_is_silent_did_not_answer_in_time() -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)  # accepts, and serves nothing
    database = Database(connect(f"http://127.0.0.1:{server.server_port}", "a.b.c", 0.1))
    with pytest.raises(SupabaseError, match="did not answer in time"):
        database.call("a_function", {}, flag)
    server.server_close()


def test_a_table_is_not_asked_again_and_again_while_somebody_waits() -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    server.server_close()
    database = Database(connect(f"http://127.0.0.1:{server.server_port}", "a.b.c", 0.5))
    took = []
    for _ in range(3):  # a repetition would be in each of them, a wait of a busy machine is not
        began = time.monotonic()
        with pytest.raises(SupabaseError, match="could not be reached"):
            database.select("organizations", ["id"], dict)
        took.append(time.monotonic() - began)
    assert min(took) < 0.9  # the client's own first repetition comes after a second


def test_a_table_of_more_than_a_page_is_read_whole_and_in_order(
    database: psycopg.Connection[dict[str, Any]], supabase: Database
) -> None:
    organization = uuid4()
    database.execute("insert into organizations (id, name) values (%s, 'Pet shop')", [organization])
    database.execute(
        "insert into owner_numbers (id, organization_id, name)"
        " select gen_random_uuid(), %s, 'Ana' from generate_series(1, 2003)",
        [organization],
    )
    try:
        found = supabase.select(
            "owner_numbers", ["id"], lambda row: str(row["id"]), {"organization_id": str(organization)}
        )
        assert len(set(found)) == 2003
        assert found == sorted(found)
        assert supabase.select("owner_numbers", ["id"], dict, {"organization_id": str(uuid4())}) == []
    finally:
        database.execute("delete from organizations where id = %s", [organization])


def test_an_answer_comes_home_as_its_decoder_has_it(supabase: Database) -> None:
    assert supabase.call("aurora_proactive_nothing_sent_for", {"p_seconds": 0.0}, lambda answer: [flag(answer)]) in (
        [True],
        [False],
    )
    with pytest.raises(SupabaseError, match="not understood"):
        supabase.call("aurora_proactive_nothing_sent_for", {"p_seconds": 0.0}, rows)


@pytest.mark.parametrize("status", [200, 201, 204, 206])
@pytest.mark.parametrize("decode", [rows, row, texts, flag, count, optional_row])
def test_an_answer_without_a_body_is_no_empty_list(
    answering: Answering, status: int, decode: Callable[[object], object]
) -> None:
    with answering(status, b"") as database:
        with pytest.raises(SupabaseError, match="not understood"):
            database.call("a_function", {}, decode)
        with pytest.raises(SupabaseError, match="not understood"):
            database.select("a_table", ["id"], lambda each: each)
        assert database.call("a_function", {}, nothing) is None  # which says nothing where it went well


@pytest.mark.parametrize(
    ("key", "sent"),
    [
        ("sb_secret_abc123", {"apikey": "sb_secret_abc123"}),
        ("a.b.c", {"apikey": "a.b.c", "authorization": "Bearer a.b.c"}),
    ],
)
def test_a_new_key_is_sent_as_a_key_alone_and_a_token_as_both(key: str, sent: dict[str, str]) -> None:
    seen: list[dict[str, str]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            seen.append({name.lower(): value for name, value in self.headers.items()})
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"true")

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        assert Database(connect(f"http://127.0.0.1:{server.server_port}", key, 2.0)).call("a_function", {}, flag)
    finally:
        server.shutdown()
        server.server_close()
    assert {name: value for name, value in seen[0].items() if name in ("apikey", "authorization")} == sent
