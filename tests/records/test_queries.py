"""What a search finds is what matches, by a second reading in Python of rows that chance made."""

from __future__ import annotations

import datetime as dt
import random
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg.types.json import Jsonb

from proactive.model.failure import Failure
from proactive.model.failure_reasons import FailureReason
from proactive.records.queries import TEXT_SEARCHED_DAYS, MessageFilter, MessageQueries
from proactive.storage.supabase import Database

NOON = dt.datetime(2026, 11, 23, 15, tzinfo=dt.UTC)
NAMES = ("José da Silva", "Ana Conceição", "jose a. souza", "Zoë %_\\ ", None)
PHONES = ("(11) 98765-4321", "5511987654321", "+1 212 555 4321", "", None)
TEXTS = ("Bom dia, José! 100% de ocupação", "ATENÇÃO: 3 horários_livres", None)
INSTANCES = ("Loja-1", "loja-10", None)
REASONS = (
    Failure(FailureReason.INSTANCE_DISCONNECTED, {"state": "close"}), Failure(FailureReason.PHONE_MISSING),
    Failure(FailureReason.UNKNOWN_NOT_SHOWN), None,
)  # fmt: skip


@dataclass(frozen=True)
class Written:
    """A message as it was written, with what its owner and organisation have."""

    id: UUID
    organization: UUID
    instance_of_organization: str
    owner: str | None
    phone: str | None
    type: str
    status: str
    text: str | None
    instance: str | None
    failure: Failure | None
    complete: bool
    created: dt.datetime
    took: int
    answered: bool


@pytest.fixture(scope="module")
def written(stack: Any) -> Iterator[list[Written]]:
    """Two organisations, the second with an instance of its own, and 120 messages of owners of all kinds."""
    chance, rows = random.Random(7), list[Written]()
    organizations = {uuid4(): name for name in ("Loja-1", "loja-10")}
    with psycopg.connect(stack.dsn, autocommit=True) as connection:
        owners: dict[UUID, list[tuple[UUID, str | None, str | None]]] = {}
        for organization, instance in organizations.items():
            connection.execute("insert into organizations (id, name) values (%s, 'Busca')", [organization])
            connection.execute(
                "insert into whatsapp_instances (organization_id, instance_name, status) values (%s, %s, 'connected')",
                [organization, instance],
            )
            owners[organization] = [(uuid4(), name, phone) for name, phone in zip(NAMES, PHONES, strict=True)]
            for owner, name, phone in owners[organization]:
                connection.execute(
                    "insert into owner_numbers (id, organization_id, name, phone) values (%s, %s, %s, %s)",
                    [owner, organization, name, phone],
                )
        for number in range(120):
            organization = chance.choice(list(organizations))
            owner, name, phone = chance.choice(owners[organization])
            status = chance.choice(("sent", "failed", "failed", "pending"))
            one = Written(
                uuid4(), organization, organizations[organization], name, phone,
                chance.choice(("birthdays", "daily_summary")), status, chance.choice(TEXTS),
                chance.choice(INSTANCES), chance.choice(REASONS) if status == "failed" else None,
                chance.random() < 0.8, NOON - dt.timedelta(hours=number // 2), chance.randrange(20),
                status == "sent" and chance.random() < 0.3,
            )  # fmt: skip
            rows.append(one)
            metadata: dict[str, Any] = {"occurrence": str(number), "timezone": "Etc/UTC"} if one.complete else {}
            metadata |= {"instance": one.instance} if one.instance else {}
            metadata |= {"failure": one.failure.as_json()} if one.failure else {}
            connection.execute(
                """insert into aurora_proactive_messages (id, organization_id, owner_number_id, message_type, content,
                     status, error_message, metadata, created_at, sent_at)
                     values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)""",
                [one.id, organization, owner, one.type, one.text, status, one.failure and one.failure.text,
                 Jsonb(metadata), one.created.replace(tzinfo=None),
                 (one.created + dt.timedelta(seconds=one.took)).replace(tzinfo=None) if status == "sent" else None],
            )  # fmt: skip
            if one.answered:
                connection.execute(
                    "insert into aurora_proactive_replies (instance_name, gateway_message_id, organization_id,"
                    " owner_number_id, received_at, answers) values ('busca', %s, %s, %s, %s, %s)",
                    [uuid4().hex, organization, owner, one.created, one.id],
                )
        yield rows
        connection.execute(
            "delete from aurora_proactive_messages where organization_id = any(%s)", [list(organizations)]
        )
        connection.execute("delete from aurora_proactive_replies where instance_name = 'busca'")
        connection.execute("delete from organizations where id = any(%s)", [list(organizations)])


def plain(text: str | None) -> str | None:
    if text is None:
        return None
    return "".join(each for each in unicodedata.normalize("NFD", text.lower()) if not unicodedata.combining(each))


def matches(one: Written, wanted: MessageFilter) -> bool:
    instance = one.instance or one.instance_of_organization
    digits = re.sub(r"\D", "", one.phone or "")
    return all((
        wanted.organization in (None, one.organization), wanted.type in (None, one.type),
        wanted.status in (None, one.status), wanted.since is None or one.created >= wanted.since,
        wanted.until is None or one.created < wanted.until,
        wanted.owner is None or (plain(one.owner) is not None and str(plain(wanted.owner)) in str(plain(one.owner))),
        wanted.phone is None or (digits != "" and digits.endswith(wanted.phone)),
        wanted.text is None or (one.text is not None and str(plain(wanted.text)) in str(plain(one.text))),
        wanted.reason is None or (one.failure is not None and one.failure.reason == wanted.reason),
        wanted.instance is None or instance.lower() == wanted.instance.lower(), not wanted.answered or one.answered,
        wanted.slower is None or (one.status == "sent" and one.took >= wanted.slower),
    ))  # fmt: skip


def filters(rows: list[Written]) -> Iterator[MessageFilter]:
    chance, organizations = random.Random(11), sorted({one.organization for one in rows})
    values: dict[str, list[Any]] = {
        "organization": organizations, "type": ["birthdays", "daily_summary"], "status": ["sent", "failed", "pending"],
        "since": [NOON - dt.timedelta(hours=20)], "until": [NOON - dt.timedelta(hours=5)],
        "owner": ["JOSE", "conceicao", "josé d", "%_", "zoe", "nobody"], "phone": ["4321", "21", "99"],
        "text": ["ocupacao", "100%", "HORÁRIOS_", "atencao"], "reason": ["instance_disconnected", "phone_missing"],
        "instance": ["loja-1", "LOJA-10", "loja"], "answered": [True], "slower": [0, 7, 12, 60],
    }  # fmt: skip
    for name, choices in values.items():
        yield from (MessageFilter(**{name: choice}) for choice in choices)
    for _ in range(40):
        names = chance.sample(sorted(values), chance.randint(2, 4))
        yield MessageFilter(**{name: chance.choice(values[name]) for name in names})


def test_what_is_found_is_what_matches_and_counts_and_pages_agree(written: list[Written], supabase: Database) -> None:
    queries, mine = MessageQueries(supabase), {str(one.id) for one in written}
    seen = 0
    for wanted in filters(written):
        expected = [one for one in written if matches(one, wanted)]
        found = [row["id"] for row in queries.messages(wanted, None, 1000) if row["id"] in mine]
        assert set(found) == {str(one.id) for one in expected}, wanted
        seen += len(found)
        if wanted.organization is not None:
            counts, failed = queries.failed(wanted), [one for one in expected if one.status == "failed"]
            assert counts.failed == len(failed), wanted
            assert counts.reasons == Counter(str(one.failure.reason) for one in failed if one.failure), wanted
            again = {str(one.id) for one in failed if one.complete and not unknown(one)}
            assert counts.resendable == len(again)
            assert {row["id"] for row in queries.messages(wanted, None, 1000, resendable=True)} == again
    assert seen > 500


def unknown(one: Written) -> bool:
    return one.failure is not None and one.failure.reason.is_unknown_delivery


def test_a_row_has_the_end_of_the_number_and_no_more(written: list[Written], supabase: Database) -> None:
    rows = MessageQueries(supabase).messages_of([one.id for one in written])
    assert {row["id"] for row in rows} == {str(one.id) for one in written}
    shown = {row["phone"] for row in rows}
    assert shown == {"(11) •••• 4321", "•••• 4321", None}


def test_names_are_those_of_the_ids_and_who_has_none_is_left_out(written: list[Written], supabase: Database) -> None:
    queries, organization = MessageQueries(supabase), written[0].organization
    owners = {UUID(row["owner_number_id"]): row["owner"] for row in queries.messages_of([one.id for one in written])}
    names = queries.names([organization, uuid4()], list(owners))
    assert names[str(organization)] == "Busca"
    assert {owner: names.get(str(owner)) for owner in owners} == owners
    assert queries.names([]) == {}


def test_a_text_is_looked_for_in_the_last_days_where_nothing_else_bounds_it() -> None:
    bounded = MessageFilter(text="ocupação").bounded(NOON)
    assert bounded.since == NOON - dt.timedelta(days=TEXT_SEARCHED_DAYS)
    for free in (MessageFilter(), MessageFilter(text="a", organization=uuid4()), MessageFilter(text="a", since=NOON)):
        assert free.bounded(NOON) == free
