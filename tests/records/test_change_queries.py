"""Pages of the log of changes, and what it can be filtered by."""

from __future__ import annotations

import datetime as dt
from uuid import UUID, uuid4

import pytest

from proactive.records.change_queries import ChangeFilter, ChangeQueries
from proactive.storage.supabase import Database
from tests.records.conftest import Business, Connection

FIRST = dt.datetime(2026, 11, 20, 12, tzinfo=dt.UTC)


@pytest.fixture
def ids(database: Connection, business: Business) -> list[UUID]:
    """Five changes of a business, an hour apart, oldest first; two at one moment."""
    ids = sorted(uuid4() for _ in range(5))
    people = ["user:1", "key:erp", f"owner:{business.owner}", "user:1", "user:1"]
    for place, (id_, by) in enumerate(zip(ids, people, strict=True)):
        database.execute(
            "insert into aurora_proactive_changes (id, organization_id, at, by, via, action)"
            " values (%s, %s, %s, %s, %s, %s)",
            [id_, business.organization, FIRST + dt.timedelta(hours=min(place, 3)), by, "page",
             "sending_paused" if place % 2 else "sending_resumed"],
        )  # fmt: skip
    return ids


def seen(queries: ChangeQueries, wanted: ChangeFilter, size: int = 100) -> list[UUID]:
    """All pages of a filter."""
    found: list[UUID] = []
    after: tuple[dt.datetime, UUID] | None = None
    while rows := queries.changes(wanted, after, size):
        found += [UUID(row["id"]) for row in rows]
        after = (dt.datetime.fromisoformat(rows[-1]["at"]), found[-1])
    return found


def test_pages_of_any_size_have_everything_once_newest_first(
    supabase: Database, business: Business, ids: list[UUID]
) -> None:
    queries, wanted = ChangeQueries(supabase), ChangeFilter(business.organization)
    for size in (1, 2, 3, 5, 100):
        assert seen(queries, wanted, size) == ids[::-1]


def test_each_filter_alone_and_together(supabase: Database, business: Business, ids: list[UUID]) -> None:
    queries, organization, hour = ChangeQueries(supabase), business.organization, dt.timedelta(hours=1)
    assert seen(queries, ChangeFilter(organization, action="sending_paused")) == [ids[3], ids[1]]
    assert seen(queries, ChangeFilter(organization, by="user:1")) == [ids[4], ids[3], ids[0]]
    assert seen(queries, ChangeFilter(organization, since=FIRST + hour)) == ids[:0:-1]
    assert seen(queries, ChangeFilter(organization, until=FIRST + hour)) == [ids[0]]
    assert seen(queries, ChangeFilter(organization, "sending_paused", "user:1", FIRST, FIRST + 9 * hour)) == [ids[3]]
    assert seen(queries, ChangeFilter(uuid4())) == []
    assert set(ids) <= set(seen(queries, ChangeFilter(since=FIRST, until=FIRST + 9 * hour)))


def test_an_owner_has_a_name_in_the_own_organisation_alone_and_facets_are_of_it(
    database: Connection, supabase: Database, business: Business, ids: list[UUID]
) -> None:
    queries, organization = ChangeQueries(supabase), business.organization
    named = [row["by_name"] for row in queries.changes(ChangeFilter(organization), None, 10)]
    (name,) = database.execute("select name from owner_numbers where id = %s", [business.owner]).fetchall()
    assert named == [None, None, name["name"], None, None]
    facets = queries.facets(organization)
    assert facets["actions"] == ["sending_paused", "sending_resumed"]
    assert [each["by"] for each in facets["by"]] == ["key:erp", f"owner:{business.owner}", "user:1"]
    other = uuid4()
    database.execute(
        "insert into aurora_proactive_changes (organization_id, by, via, action) values (%s, %s, 'page', 'a_change')",
        [other, f"owner:{business.owner}"],
    )
    assert queries.changes(ChangeFilter(other), None, 10)[0]["by_name"] is None
    assert queries.facets(other) == {
        "actions": ["a_change"], "by": [{"by": f"owner:{business.owner}", "name": None}]
    }  # fmt: skip
