"""Whom the schedule writes to, and who there is to choose from."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID, uuid4

import pytest

from proactive.facts.organizations import Organizations
from proactive.facts.recipients import Recipients
from proactive.storage.supabase import Database as Supabase
from tests.support.asking import Database

#: Zones that no other test writes to a database that stays.
NEAR, FAR = "Pacific/Galapagos", "Pacific/Marquesas"


@pytest.fixture
def organization(database: Database) -> Iterator[UUID]:
    """An active organisation in NEAR without owners."""
    id_ = uuid4()
    database.execute("insert into organizations (id, name, timezone) values (%s, 'Ilha', %s)", (id_, NEAR))
    yield id_
    database.execute("delete from organizations where id = %s", (id_,))


def add_owners(database: Database, organization: UUID, count: int, enabled: bool = True) -> list[UUID]:
    rows = database.execute(
        "insert into owner_numbers (organization_id, name, aurora_enabled)"
        " select %s, 'Dona ' || n, %s from generate_series(1, %s) n returning id",
        (organization, enabled, count),
    ).fetchall()
    return sorted(row["id"] for row in rows)


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
    assert Organizations(supabase).organization_zone(organization) == "America/Sao_Paulo"


@pytest.mark.parametrize("page", [0, -1, 1001])
def test_a_page_that_supabase_would_cut_is_refused(supabase: Supabase, page: int) -> None:
    with pytest.raises(ValueError, match="between 1 and 1000"):
        next(Recipients(supabase).recipients(NEAR, page))


def test_the_directory_lists_everybody_past_the_row_limit(
    database: Database, supabase: Supabase, organization: UUID
) -> None:
    owners = add_owners(database, organization, 1001)
    database.execute("update owner_numbers set name = null where id = %s", (owners[0],))
    found = Organizations(supabase).owners(organization)
    assert len(found) == 1001
    assert (found[0].name, found[-1].name, found[-1].id) == ("Dona 1", None, owners[0])


def test_the_directory_knows_organisations_and_their_zones(supabase: Supabase, organization: UUID) -> None:
    directory = Organizations(supabase)
    (entry,) = [entry for entry in directory.organizations() if entry.id == organization]
    assert (entry.name, entry.timezone, entry.is_active) == ("Ilha", NEAR, True)
    assert directory.organization_zone(organization) == NEAR
    assert directory.organization_zone(uuid4()) is None
    assert directory.owners(uuid4()) == []
