"""The product's values that are none are found, wherever they are, and nothing that is a value is."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from psycopg.types.json import Jsonb

from proactive.facts.odd_values import OddValue, OddValues
from proactive.storage.supabase import Database as Supabase
from tests.support.asking import Database


def found(supabase: Supabase, organization: UUID) -> dict[str, int]:
    before = UUID(int=organization.int - 1)
    return {odd.value: odd.count for odd in OddValues(supabase).page(before, 1).found}


def contact(database: Database, organization: UUID) -> UUID:
    row = database.execute(
        "insert into contacts (organization_id, name) values (%s, 'Bia') returning id", (organization,)
    ).fetchone()
    assert row is not None
    id_: UUID = row["id"]
    return id_


@pytest.mark.parametrize("zone", ["Nowhere/At_All", "BRT", "UTC+3", "", "America/Sao Paulo"])
def test_a_zone_that_is_none_is_found(database: Database, supabase: Supabase, organization: UUID, zone: str) -> None:
    assert found(supabase, organization) == {}
    database.execute("update organizations set timezone = %s where id = %s", (zone, organization))
    assert found(supabase, organization) == {"organizations.timezone": 1}


@pytest.mark.parametrize(
    ("hours", "odd"),
    [
        (None, False), ({}, False), ({"mon": None, "sun": []}, False), ({"mon": [["08:00", "24:00"]]}, False),
        ({"mon": [["08:00", "18:00"], ["08:00", "18:00"]]}, False), ("8h", True), (8, True), ([], True),
        ({"Mon": []}, True), ({"mon": "8h"}, True), ({"mon": [["08:00", "12:00"], ["13:00", "12:00"]]}, True),
        ({"mon": [5]}, True), ({"mon": [["08:00", "12:00"]], "feriados": []}, True),
    ],
)  # fmt: skip
def test_hours_of_which_something_is_not_understood_are_found(
    database: Database, supabase: Supabase, organization: UUID, hours: Any, odd: bool
) -> None:
    database.execute("update organizations set business_hours = %s where id = %s", (Jsonb(hours), organization))
    assert found(supabase, organization) == ({"organizations.business_hours": 1} if odd else {})


def test_every_column_with_values_that_are_none_is_found_with_their_number(
    database: Database, supabase: Supabase, organization: UUID
) -> None:
    client = contact(database, organization)
    database.execute("update contacts set last_contact_at = 'infinity', created_at = '0044-03-15 BC'")
    contact(database, organization)
    for table, columns, values in (
        ("services", "name, price, duration_minutes", "'Banho', 'NaN', -1"),
        ("services", "name, price, duration_minutes", "'Banho', null, 0"),
        ("services", "name, price, duration_minutes", "'Banho', 0, 60"),
        ("pets", "contact_id, name, birthday", f"'{client}', 'Rex', '-infinity'"),
        ("pets", "contact_id, name, birthday", f"'{client}', 'Rex', '2030-01-01'"),
        ("bookings", "start_time, end_time, created_at, price", "'infinity', '-infinity', '20000-01-01', 'NaN'"),
        ("bookings", "start_time, end_time", "'2026-11-26 10:00', '2026-11-26 09:00'"),
        ("bookings", "start_time, end_time, price", "'2026-11-26 10:00', null, null"),
    ):
        database.execute(f"insert into {table} (organization_id, {columns}) values ('{organization}', {values})")
    assert found(supabase, organization) == {
        "services.price": 1, "services.duration_minutes": 2, "contacts.last_contact_at": 1, "contacts.created_at": 1,
        "pets.birthday": 1, "bookings.start_time": 1, "bookings.end_time": 2, "bookings.created_at": 1,
        "bookings.price": 1,
    }  # fmt: skip


def test_organisations_come_page_by_page_and_inactive_ones_not_at_all(
    database: Database, supabase: Supabase, organization: UUID
) -> None:
    database.execute("update organizations set timezone = 'x' where id = %s", (organization,))
    reader, after, seen = OddValues(supabase), None, list[OddValue]()
    while (page := reader.page(after, 2)).last is not None:
        seen += page.found
        after = page.last
    assert seen.count(OddValue(organization, "organizations.timezone", 1)) == 1
    database.execute("update organizations set is_active = false where id = %s", (organization,))
    assert found(supabase, organization).get("organizations.timezone") is None
