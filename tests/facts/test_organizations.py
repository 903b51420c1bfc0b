"""Who there is to choose from: organisations and owners by name, and the zone an organisation lives in."""

from __future__ import annotations

from uuid import UUID, uuid4

from proactive.facts.organizations import OrganizationEntry, Organizations
from proactive.storage.supabase import Database as Supabase
from tests.facts.conftest import NEAR, add_owners
from tests.support.asking import Database


def test_the_directory_lists_everybody_past_the_row_limit(
    database: Database, supabase: Supabase, organization: UUID
) -> None:
    owners = add_owners(database, organization, 1001)
    database.execute("update owner_numbers set name = null where id = %s", (owners[0],))
    found = Organizations(supabase).owners(organization)
    assert found is not None
    first, *_, last = found.entries
    assert len(set(found.owners)) == len(found.entries) == 1001
    assert (first.name, last.name, last.id) == ("Dona 1", None, owners[0])


def test_the_directory_knows_organisations_and_their_zones(supabase: Supabase, organization: UUID) -> None:
    directory = Organizations(supabase)
    (entry,) = [entry for entry in directory.organizations() if entry.id == organization]
    assert (entry.name, entry.timezone, entry.is_active) == ("Ilha", NEAR, True)
    found = directory.owners(organization)
    assert found is not None
    assert (found.timezone, found.entries) == (NEAR, ())
    assert directory.owners(uuid4()) is None


def test_owners_are_listed_whether_or_not_they_have_aurora_switched_on(
    database: Database, supabase: Supabase, organization: UUID
) -> None:
    off, on = add_owners(database, organization, 1, enabled=False), add_owners(database, organization, 1)
    directory = Organizations(supabase).owners(organization)
    assert directory is not None
    found = {owner.id: owner.aurora_enabled for owner in directory.entries}
    assert found == {off[0]: False, on[0]: True}


def test_an_organisation_whose_values_are_missing_is_listed_all_the_same() -> None:
    entry = OrganizationEntry.model_validate({"id": uuid4(), "name": None, "timezone": None, "is_active": None})
    assert (entry.name, entry.timezone, entry.is_active) == ("", "", False)
