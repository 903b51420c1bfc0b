"""Every figure of every type, on random businesses, against an independent computation."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from psycopg import sql
from psycopg.types.json import Jsonb

from proactive.messages import MessageType
from tests.facts import oracle
from tests.facts.businesses import Case, cases, insert

TYPES = list(MessageType)


def asked(database: psycopg.Connection[dict[str, Any]], type_: MessageType, case: Case) -> dict[str, Any]:
    statement = sql.SQL("select public.{}(%s, %s, gen_random_uuid(), %s, %s) as reading").format(
        sql.Identifier(f"aurora_proactive_{type_}")
    )
    row = database.execute(statement, (case.organization, case.owner, case.now, Jsonb(case.options))).fetchone()
    assert row is not None
    reading: dict[str, Any] = row["reading"]
    return reading


@settings(max_examples=250, deadline=None, suppress_health_check=list(HealthCheck))
@given(case=cases())
def test_every_type_gives_the_facts_that_the_specification_says(
    database: psycopg.Connection[dict[str, Any]], case: Case
) -> None:
    business = oracle.Business(case.rows, case.organization, case.now, case.options)
    with database.transaction(force_rollback=True):
        insert(database, case.rows)
        for type_ in TYPES:
            reading = asked(database, type_, case)
            assert reading["facts"] == getattr(oracle, type_)(business), type_
            assert reading["timezone"] == str(business.zone)
            assert reading["owner"]["id"] == str(case.owner)


@pytest.mark.parametrize("type_", TYPES)
def test_an_empty_business_has_facts_too(database: psycopg.Connection[dict[str, Any]], type_: MessageType) -> None:
    assert type_
