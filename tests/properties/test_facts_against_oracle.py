"""Every figure of every type, on random businesses, against an independent computation."""

from __future__ import annotations

import datetime as dt

from hypothesis import HealthCheck, given, settings
from psycopg import sql

from proactive.facts.reader import FactsReader
from proactive.message_types.registry import MESSAGE_TYPES
from proactive.message_types.told import ToldFacts
from proactive.model.occurrence import Occurrence
from proactive.model.recipient import Recipient
from proactive.storage.supabase import Database as Supabase
from tests.support import oracle
from tests.support.asking import Database, Shop, ask
from tests.support.businesses import CALENDAR, Case, cases, insert

UTC = dt.UTC

#: The types whose facts are computed; the words of the others were made before.
COMPUTED = [name for name, type_ in MESSAGE_TYPES.items() if not issubclass(type_.facts, ToldFacts)]


@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(case=cases())
def test_every_type_gives_the_facts_that_the_specification_says(database: Database, case: Case) -> None:
    business = oracle.Business(case.rows, case.organization, case.now, case.options)
    with database.transaction(force_rollback=True):
        insert(database, case.rows)
        for type_ in COMPUTED:
            reading = ask(database, type_, case)
            assert reading["facts"] == getattr(oracle, type_)(business), type_
            assert reading["timezone"] == str(business.zone)
            assert reading["owner"]["id"] == str(case.owner)


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(case=cases())
def test_the_reader_brings_the_same_facts_home(database: Database, supabase: Supabase, case: Case) -> None:
    business = oracle.Business(case.rows, case.organization, case.now, case.options)
    reader = FactsReader(supabase, {"vip_bookings": 5} | case.options)
    try:
        insert(database, case.rows)
        for type_ in COMPUTED:
            occurrence = Occurrence(case.organization, Recipient.owner(case.owner), type_, business.today.isoformat())
            facts = reader.read(occurrence, case.now, case.options).facts
            assert facts is not None
            assert facts == type(facts).model_validate(getattr(oracle, type_)(business))
    finally:
        ids = [row["id"] for row in case.rows.organizations]
        database.execute("delete from organizations where id = any(%s)", (ids,))
        for table in CALENDAR:
            database.execute(sql.SQL("delete from {}").format(sql.Identifier(f"aurora_proactive_{table}")))


def test_the_few_who_may_need_a_visit_are_found_behind_hundreds_of_more_valuable_clients(database: Database) -> None:
    shop = Shop(dt.datetime(2026, 11, 19, 18, tzinfo=UTC))
    for number in range(330):
        client, overdue = shop.client(), number % 110 == 7
        last = 12 if overdue else 2
        for visit in range(3):
            start = shop.now - dt.timedelta(days=last + 10 * visit)
            shop.booking(start, contact_id=client, status="completed", price=f"{1 if overdue else 100}.00")
    facts = shop.facts(database, "opportunities")
    assert len(facts["listed"]) == 3
    assert facts == oracle.opportunities(shop.business())
