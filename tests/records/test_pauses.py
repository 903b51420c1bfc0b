"""What somebody switched off: listed until it is resumed, each exactly."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest

from proactive.records.pauses import PauseEntry, Pauses
from proactive.storage.supabase import Database
from tests.records.conftest import Business, Connection


@pytest.fixture
def pauses(database: Connection, supabase: Database) -> Iterator[Pauses]:
    """Nothing is paused, before and after."""
    database.execute("delete from aurora_proactive_pauses")
    yield Pauses(supabase)
    database.execute("delete from aurora_proactive_pauses")


def what(entries: list[PauseEntry]) -> list[tuple[object, str | None, str]]:
    return [(entry.organization_id, entry.type, entry.reason) for entry in entries]


def test_an_organisation_a_type_both_and_everything_are_pauses_of_their_own(pauses: Pauses, business: Business) -> None:
    pauses.pause(business.organization, None, "asked by the owner")
    pauses.pause(None, "birthdays", "wrong text")
    pauses.pause(business.organization, "birthdays", "both")
    pauses.pause(None, None, "incident")
    assert what(pauses.listed()) == [
        (business.organization, None, "asked by the owner"),
        (None, "birthdays", "wrong text"),
        (business.organization, "birthdays", "both"),
        (None, None, "incident"),
    ]
    assert pauses.resume(None, "birthdays")
    assert (None, "birthdays", "wrong text") not in what(pauses.listed())
    assert len(pauses.listed()) == 3


def test_to_pause_again_renews_the_reason_only(pauses: Pauses) -> None:
    pauses.pause(None, "birthdays", "wrong text")
    (first,) = pauses.listed()
    pauses.pause(None, "birthdays", "wrong picture")
    (again,) = pauses.listed()
    assert (again.reason, again.since) == ("wrong picture", first.since)
    assert again.since.utcoffset() == dt.timedelta()


def test_what_was_not_paused_exactly_so_is_not_resumed(pauses: Pauses, business: Business) -> None:
    pauses.pause(business.organization, "birthdays", "wrong text")
    assert not pauses.resume(business.organization, None)
    assert not pauses.resume(None, "birthdays")
    assert len(pauses.listed()) == 1
