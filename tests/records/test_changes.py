"""The log of changes: written with the change, by whom, once, and never rewritten."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
import redis
from postgrest import APIError
from psycopg.types.json import Jsonb
from supabase import Client

from proactive.errors import RecordRefused, SupabaseError
from proactive.gateways.breaker import BreakerRules
from proactive.model.author import Author, signed
from proactive.model.recipient import Recipient
from proactive.model.task import Task
from proactive.records.breakers import Breakers
from proactive.records.changes import Change, ChangeLog, requested
from proactive.records.pauses import Pauses
from proactive.records.store import Records
from proactive.storage.redis import CHANGES_UNWRITTEN
from proactive.storage.supabase import Database
from tests.records.conftest import Business, Connection

NOW = dt.datetime(2026, 11, 26, 12, tzinfo=dt.UTC)
USER, KEY = Author("user:1", "page"), Author("key:erp", "api")


class Away:
    """Supabase as a log meets it: `error` is what it answers, None lets it through."""

    def __init__(self, database: Database, error: SupabaseError | None) -> None:
        self.database, self.error = database, error

    def call(self, function: str, arguments: dict[str, Any], decode: Any) -> Any:
        refused = isinstance(self.error, RecordRefused) and not any(
            change["subject"] == "refused" for change in arguments["p_changes"]
        )
        if self.error is not None and not refused:
            raise self.error
        return self.database.call(function, arguments, decode)


def written(database: Connection, organization: UUID | None, *columns: str) -> list[tuple[Any, ...]]:
    """The changes of an organisation, oldest first."""
    names = columns or ("by", "via", "action", "subject", "before", "after")
    rows = database.execute(
        "select * from aurora_proactive_changes where organization_id is not distinct from %s order by at",
        [organization],
    ).fetchall()
    return [tuple(row[name] for name in names) for row in rows]


def test_a_pause_and_its_end_are_written_with_who_and_why_and_no_phone(
    database: Connection, supabase: Database, business: Business
) -> None:
    pauses, organization = Pauses(supabase), business.organization
    pauses.pause(organization, None, "férias, ligar (11) 98765-4321", USER)
    pauses.pause(organization, None, "férias, ligar (11) 98765-4321", KEY)  # changes nothing
    pauses.pause(organization, None, "reforma", KEY)
    pauses.pause(organization, "birthdays", "nobody says who")
    assert pauses.resume(organization, None, USER)
    assert not pauses.resume(organization, None, USER)
    assert pauses.resume(organization, "birthdays")
    holidays, works = {"reason": "férias, ligar (…"}, {"reason": "reforma"}
    assert written(database, organization) == [
        ("user:1", "page", "sending_paused", "", None, holidays),
        ("key:erp", "api", "sending_paused", "", holidays, works),
        ("user:1", "page", "sending_resumed", "", works, None),
    ]


def test_a_pause_that_fails_is_not_written(database: Connection, supabase: Database) -> None:
    organization = uuid4()
    with pytest.raises(SupabaseError):
        Pauses(supabase).pause(organization, None, "x", USER)
    assert written(database, organization) == []


def test_who_sends_a_failed_message_again_is_written_and_what_happens_by_itself_is_not(
    database: Connection, supabase: Database, redis_client: redis.Redis, business: Business
) -> None:
    records, ids = Records(supabase, redis_client, 30), [uuid4(), uuid4()]
    metadata = {"occurrence": "2026-11-26", "timezone": "America/Sao_Paulo", "failure": {"code": "no_instance"}}
    for id_ in ids:
        database.execute(
            """insert into aurora_proactive_messages
                 (id, organization_id, owner_number_id, message_type, scheduled_for, status, metadata)
               values (%s, %s, %s, 'birthdays', now(), 'failed', %s)""",
            [id_, business.organization, business.owner, Jsonb(metadata)],
        )
    assert records.reopen(ids[0], author=USER) is not None
    assert records.reopen(ids[0], author=USER) is None  # it is pending
    assert records.reopen(ids[1], by_itself=True) is not None
    before, after = {"status": "failed", "reason": "no_instance"}, {"status": "pending", "type": "birthdays"}
    assert written(database, business.organization) == [
        ("user:1", "page", "message_resent", str(ids[0]), before, after)
    ]


@pytest.mark.parametrize("known_to", ["both", "redis alone", "nobody"])
def test_who_lets_an_instance_send_again_is_written(
    database: Connection, supabase: Database, redis_client: redis.Redis, business: Business, known_to: str
) -> None:
    name = f"audit-{uuid4()}"
    database.execute(
        "insert into whatsapp_instances (organization_id, instance_name, status) values (%s, %s, 'connected')",
        [business.organization, name],
    )
    now = dt.datetime.now(dt.UTC).timestamp()
    breakers = Breakers(supabase, redis_client, BreakerRules(), lambda: now)
    if known_to != "nobody":
        breakers.stop(name, "refused")
    if known_to == "redis alone":
        database.execute("delete from aurora_proactive_breakers where instance_name = %s", [name])
    assert breakers.release(name, author=USER) == (known_to != "nobody")
    found = written(database, business.organization, "by", "action", "subject")
    assert found == ([("user:1", "instance_released", name)] if known_to != "nobody" else [])


def test_nobody_rewrites_the_log(database: Connection, supabase_client: Client, business: Business) -> None:
    row = {"organization_id": str(business.organization), "by": "key:a", "via": "api", "action": "a_change"}
    table = supabase_client.table("aurora_proactive_changes")
    table.insert(row).execute()
    found: Any = table.select("*").eq("organization_id", str(business.organization)).single().execute().data
    for change in (table.update({"by": "key:b"}), table.delete()):
        with pytest.raises(APIError, match="permission denied"):
            change.eq("id", found["id"]).execute()
    for statement in ("update aurora_proactive_changes set by = 'key:b'", "delete from aurora_proactive_changes"):
        with pytest.raises(psycopg.errors.RestrictViolation, match="never rewritten"):
            database.execute(f"{statement} where id = %s", [found["id"]])
    with pytest.raises(APIError, match="violates check constraint"):
        table.insert(row | {"via": "dream"}).execute()
    with pytest.raises(APIError, match="violates check constraint"):
        table.insert(row | {"action": "Não é um código"}).execute()


def test_what_is_changed_elsewhere_is_written_once_at_the_moment_of_the_change(
    database: Connection, supabase: Database, redis_client: redis.Redis, business: Business
) -> None:
    away = Away(supabase, SupabaseError("away"))
    log: Any = ChangeLog(away, redis_client, lambda: NOW)  # type: ignore[arg-type]
    log.record()
    log.record(
        Change(KEY, "job_deleted", "job-1", business.organization, {"type": "birthdays"}), Change(KEY, "queue_changed")
    )
    assert written(database, business.organization) == [] and log.flush() == 0
    kept = redis_client.lrange(CHANGES_UNWRITTEN, 0, -1)
    away.error = None
    assert log.flush() == 2 and log.flush() == 0
    # whoever died between writing and forgetting writes the same again
    redis_client.rpush(CHANGES_UNWRITTEN, *kept)
    assert log.flush() == 2
    expected = ("key:erp", "job_deleted", "job-1", {"type": "birthdays"}, NOW)
    assert written(database, business.organization, "by", "action", "subject", "before", "at") == [expected]


def test_one_that_is_refused_for_good_holds_up_no_other(
    database: Connection, supabase: Database, redis_client: redis.Redis, business: Business
) -> None:
    away = Away(supabase, SupabaseError("away"))
    log: Any = ChangeLog(away, redis_client, lambda: NOW)  # type: ignore[arg-type]
    for subject in ("first", "refused", "last"):
        log.record(Change(KEY, "job_deleted", subject, business.organization))
    away.error = RecordRefused("no", answered=True)
    assert log.flush() == 3
    assert {row[0] for row in written(database, business.organization, "subject")} == {"first", "last"}
    assert not redis_client.exists(CHANGES_UNWRITTEN)


def test_a_request_names_the_message_and_not_what_somebody_typed() -> None:
    task = Task(
        type="custom_campaign", organization_id=uuid4(), recipient=Recipient.owner(uuid4()), key="promo",
        scheduled_for=NOW, timezone="America/Sao_Paulo", data={"message": "Olá, Maria"}, by_hand=True,
    )  # fmt: skip
    change = requested(task, KEY)
    assert (change.subject, change.organization) == (str(task.occurrence.id), task.organization_id)
    assert change.after == {"type": "custom_campaign", "scheduled_for": NOW.isoformat()}


def test_an_author_signs_and_nobody_does_not() -> None:
    owner = uuid4()
    assert signed(Author.owner(owner)) == {"p_by": f"owner:{owner}", "p_via": "whatsapp"}
    assert signed(None) == {}
