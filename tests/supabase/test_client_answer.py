"""Whom an answer to a client goes to: a key without its ninth digit may be a stranger's number."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

Connection = psycopg.Connection[dict[str, Any]]


def _phone(database: Connection, organization: UUID, key: str) -> str | None:
    answer = uuid4()
    database.execute(
        "insert into aurora_proactive_client_answers (id, organization_id, instance_name, phone_key, phone, kind,"
        " content) values (%s, %s, 'shop', %s, %s, 'T16', 'Pronto!')",
        [answer, organization, key, f"+{key}"],
    )
    row = database.execute(
        "select aurora_proactive_client_answer(%s, %s, %s, %s, '{}') #>> '{owner,phone}' as phone",
        [organization, answer, answer, dt.datetime.now(dt.UTC)],
    ).fetchone()
    assert row
    found: str | None = row["phone"]
    return found


@pytest.fixture
def organization(database: Connection) -> UUID:
    found = uuid4()
    database.execute("insert into organizations (id, name) values (%s, 'Patas')", [found])
    return found


@pytest.mark.parametrize("written", ["11954321098", "(11) 95432-1098", "+55 11 95432-1098"])
def test_a_client_is_answered_at_the_number_that_the_business_wrote_down(
    database: Connection, organization: UUID, written: str
) -> None:
    database.execute(
        "insert into contacts (organization_id, name, phone) values (%s, 'Ana', %s)", [organization, written]
    )
    # without the ninth digit it is a land line in São Paulo, of somebody else
    assert _phone(database, organization, "551154321098") == written


@pytest.mark.parametrize(
    ("key", "phone"),
    [
        ("551198765432", "+5511998765432"),
        ("551112345678", "+5511912345678"),
        ("553187654321", "+5531987654321"),
        ("551154321098", None),
        ("551133334444", None),
        ("14155552671", "+14155552671"),
    ],
)
def test_of_somebody_unknown_only_a_number_that_can_be_no_other_is_answered(
    database: Connection, organization: UUID, key: str, phone: str | None
) -> None:
    assert _phone(database, organization, key) == phone
