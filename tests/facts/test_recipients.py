"""Whom the schedule writes to."""

from __future__ import annotations

import datetime as dt
from uuid import UUID, uuid4

import pytest
import redis

from proactive.facts.organizations import Organizations
from proactive.facts.recipients import Recipients
from proactive.model.zones import zone_info
from proactive.schedule.scheduler import CronSchedule
from proactive.storage.supabase import Database as Supabase
from tests.facts.conftest import FAR, NEAR, add_owners
from tests.support.asking import Database


def test_every_owner_of_a_zone_comes_once_however_many_there_are(
    database: Database, supabase: Supabase, organization: UUID
) -> None:
    owners = add_owners(database, organization, 2500)
    pages = list(Recipients(supabase).recipients(NEAR))
    assert [len(page) for page in pages] == [1000, 1000, 500]
    assert [found for page in pages for found in page] == [(owner, organization) for owner in owners]


def test_the_last_page_is_never_empty(database: Database, supabase: Supabase, organization: UUID) -> None:
    add_owners(database, organization, 4)
    assert [len(page) for page in Recipients(supabase).recipients(NEAR, page=2)] == [2, 2]
    assert list(Recipients(supabase).recipients(FAR)) == []


def test_only_enabled_owners_of_active_organisations_are_written_to(
    database: Database, supabase: Supabase, organization: UUID
) -> None:
    reader = Recipients(supabase)
    add_owners(database, organization, 1, enabled=False)
    assert NEAR not in reader.time_zones()
    (owner,) = add_owners(database, organization, 1)
    assert NEAR in reader.time_zones()
    assert list(reader.recipients(NEAR)) == [[(owner, organization)]]
    database.execute("update organizations set is_active = false where id = %s", (organization,))
    assert NEAR not in reader.time_zones()
    assert list(reader.recipients(NEAR)) == []


def test_an_unusable_zone_counts_as_sao_paulo(database: Database, supabase: Supabase, organization: UUID) -> None:
    database.execute("update organizations set timezone = 'Nowhere/At_All' where id = %s", (organization,))
    (owner,) = add_owners(database, organization, 1)
    reader = Recipients(supabase)
    assert "Nowhere/At_All" not in reader.time_zones()
    found = [row for page in reader.recipients("America/Sao_Paulo") for row in page]
    assert (owner, organization) in found
    directory = Organizations(supabase).owners(organization)
    assert directory is not None
    assert directory.timezone == "America/Sao_Paulo"


#: Zones as somebody might have typed them.
ODD_ZONES = (
    "America/Sao_paulo", "AMERICA/MANAUS", "Singapore", "portugal", "CET", "est", "utc", "Etc/GMT+3", "GMT0", "W-SU",
    "posix/America/Manaus", "BRT", "foo+3", "<-03>3", "UTC+3", "", " ", "localtime", "Nowhere/At_All", "../UTC",
    "São Paulo", "America/Sao_Paulo\n", "🕒", "x" * 10_000,
)  # fmt: skip


def test_no_zone_of_one_organisation_keeps_another_one_from_its_messages(
    database: Database, supabase: Supabase, redis_client: redis.Redis
) -> None:
    """Each owner is read under one zone, and each zone has its entries, whatever the others have written."""
    ids = [uuid4() for _ in ODD_ZONES]
    for id_, zone in zip(ids, ODD_ZONES, strict=True):
        database.execute("insert into organizations (id, name, timezone) values (%s, 'Loja', %s)", (id_, zone))
    try:
        owners = sorted(owner for id_ in ids for owner in add_owners(database, id_, 1))
        reader = Recipients(supabase)
        zones = reader.time_zones()
        found = [owner for zone in zones for page in reader.recipients(zone) for owner, id_ in page if id_ in ids]
        assert sorted(found) == owners
        schedule = CronSchedule(redis_client)
        schedule.register(zones, dt.datetime(2026, 11, 26, 12, tzinfo=dt.UTC))
        assert {planned.entry.timezone for planned in schedule.planned()} == set(zones)
        assert {zone_info(zone).key for zone in zones} == set(zones)
    finally:
        database.execute("delete from organizations where id = any(%s)", (ids,))


@pytest.mark.parametrize("written", ["pacific/GALAPAGOS", "posix/Pacific/Galapagos"])
def test_however_a_zone_is_written_its_owners_are_found_under_one_name(
    database: Database, supabase: Supabase, organization: UUID, written: str
) -> None:
    (owner,) = add_owners(database, organization, 1)
    database.execute("update organizations set timezone = %s where id = %s", (written, organization))
    reader = Recipients(supabase)
    assert {zone for zone in reader.time_zones() if "alapagos" in zone.lower()} == {NEAR}
    assert list(reader.recipients(NEAR)) == [[(owner, organization)]]


@pytest.mark.parametrize("page", [0, -1, 1001])
def test_a_page_that_supabase_would_cut_is_refused(supabase: Supabase, page: int) -> None:
    with pytest.raises(ValueError, match="between 1 and 1000"):
        next(Recipients(supabase).recipients(NEAR, page))
