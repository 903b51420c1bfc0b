"""What was chosen is kept once, the later choice wins, and who changed what is written with it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from proactive.errors import SupabaseError
from proactive.model.author import Author
from proactive.model.context import SendChoice
from proactive.send_times.store import SendTimes, TimeChange
from proactive.storage.supabase import Database

Connection = psycopg.Connection[dict[str, Any]]
NOON = dt.datetime(2026, 6, 4, 15, tzinfo=dt.UTC)
OFF, ON = TimeChange(False, keeps_time=True), TimeChange(True, keeps_time=True)
BACK = TimeChange(None)
PAGE = Author("user:1", "page")
SUMMARY = ("daily_summary",)


NOBODY = UUID(int=0)


@dataclass(frozen=True)
class Reply:
    """A message of that id, of an owner."""

    id: str
    owner: UUID = NOBODY


reply = Reply


def at(clock: str) -> TimeChange:
    return TimeChange(True, dt.time.fromisoformat(clock))


class Shop:
    """An organisation with an owner, and what is chosen there."""

    def __init__(self, database: Connection, supabase: Database) -> None:
        self._database, self.store = database, SendTimes(supabase)
        self.id, self.owner = uuid4(), uuid4()
        database.execute("insert into organizations (id, name) values (%s, 'Loja')", [self.id])
        database.execute("insert into owner_numbers (id, organization_id) values (%s, %s)", [self.owner, self.id])

    def choose(
        self,
        change: TimeChange,
        by: Author | Reply,
        seconds: float = 0,
        *,
        owner: UUID | None = None,
        default: bool = False,
    ) -> bool:
        whose = None if default else owner or self.owner
        author, reply_id = (Author.owner(by.owner), by.id) if isinstance(by, Reply) else (by, None)
        at = NOON + dt.timedelta(seconds=seconds)
        (made,) = self.store.choose(self.id, whose, SUMMARY, change, author, at, reply_id)
        return made.stands

    def holds(self) -> tuple[bool, str | None]:
        found = [each for each in self.store.holding(self.id, self.owner) if each.type == "daily_summary"]
        choice = found[0] if found else SendChoice(type="daily_summary")
        return choice.is_on, f"{choice.send_time:%H:%M}" if choice.send_time else None

    def changes(self) -> list[dict[str, Any]]:
        return self._database.execute(
            "select by, via, action, subject, before, after from aurora_proactive_changes where organization_id = %s"
            " order by at",
            [self.id],
        ).fetchall()


@pytest.fixture
def shop(database: Connection, supabase: Database) -> Iterator[Shop]:
    made = Shop(database, supabase)
    yield made
    database.execute("delete from aurora_proactive_send_times where organization_id = %s", [made.id])
    database.execute("delete from organizations where id = %s", [made.id])


def test_a_choice_holds_with_the_hour_that_it_had_until_it_is_taken_back(shop: Shop) -> None:
    assert shop.holds() == (True, None)
    shop.choose(at("20:00"), PAGE)
    shop.choose(OFF, PAGE, 1)
    assert shop.holds() == (False, "20:00")
    shop.choose(ON, PAGE, 2)
    assert shop.holds() == (True, "20:00")
    shop.choose(BACK, PAGE, 3)
    assert shop.holds() == (True, None)
    assert shop.store.of(shop.id) == []


def test_the_default_holds_where_an_owner_chose_nothing_and_gives_the_hour_of_who_chose_none(shop: Shop) -> None:
    shop.choose(TimeChange(False, dt.time(19)), PAGE, default=True)
    assert shop.holds() == (False, "19:00")
    shop.choose(ON, PAGE)
    assert shop.holds() == (True, "19:00")
    assert [(each.owner, each.is_on) for each in shop.store.of(shop.id)] == [(None, False), (shop.owner, True)]


def test_a_later_choice_wins_in_whatever_order_they_arrive(shop: Shop) -> None:
    assert shop.choose(OFF, reply("b"), 60)
    assert not shop.choose(at("20:00"), reply("a"), 0)
    assert shop.holds() == (False, None)
    assert shop.choose(ON, reply("c"), 61)
    assert shop.holds() == (True, None)


def test_of_one_second_off_wins_whichever_was_told_first(shop: Shop) -> None:
    shop.choose(OFF, reply("a"), 0.2)
    assert not shop.choose(at("20:00"), reply("b"), 0.9)
    assert shop.holds() == (False, None)
    shop.choose(at("20:00"), reply("c"), 10)
    assert shop.choose(OFF, reply("d"), 10)
    assert shop.holds() == (False, "20:00")


def test_on_a_page_people_change_what_they_see_however_quickly(shop: Shop) -> None:
    for change in (OFF, ON, OFF, ON):
        assert shop.choose(change, PAGE)
    assert shop.holds() == (True, None)


def test_what_was_taken_back_is_not_brought_back_by_an_older_message(shop: Shop) -> None:
    shop.choose(at("20:00"), PAGE)
    shop.choose(BACK, PAGE, 60)
    assert not shop.choose(at("19:00"), reply("old"), 30)
    assert shop.holds() == (True, None)


def test_the_same_message_once_more_stands_and_changes_nothing(shop: Shop) -> None:
    assert shop.choose(at("20:00"), reply("a"))
    assert shop.choose(at("20:00"), reply("a"))
    assert len(shop.changes()) == 1
    shop.choose(OFF, PAGE, 30)
    assert not shop.choose(at("20:00"), reply("a"))
    assert shop.holds() == (False, "20:00")


def test_who_changed_what_is_written_with_it_and_only_what_changed(shop: Shop) -> None:
    shop.choose(BACK, PAGE)
    shop.choose(at("20:00"), Author("key:loja", "api"))
    shop.choose(at("20:00"), PAGE, 1)
    shop.choose(OFF, reply("a", shop.owner), 2)
    shop.choose(BACK, PAGE, 3)
    on = {"owner": str(shop.owner), "on": True, "time": "20:00"}
    off, none = on | {"on": False}, on | {"on": None, "time": None}
    assert [(each["by"], each["via"], each["before"], each["after"]) for each in shop.changes()] == [
        ("key:loja", "api", None, on), (f"owner:{shop.owner}", "whatsapp", on, off), ("user:1", "page", off, none),
    ]  # fmt: skip
    assert {(each["action"], each["subject"]) for each in shop.changes()} == {("send_time_changed", "daily_summary")}


def test_several_types_are_chosen_together_or_not_at_all(shop: Shop) -> None:
    types = ("birthdays", "daily_summary")
    made = shop.store.choose(shop.id, shop.owner, types, OFF, Author.owner(shop.owner), NOON, "a")
    assert [(each.type, each.stands, each.was_on) for each in made] == [(type_, True, None) for type_ in types]
    assert {each.type for each in shop.store.holding(shop.id, shop.owner) if not each.is_on} == set(types)


def test_nobody_chooses_for_an_owner_of_another_organisation(shop: Shop) -> None:
    with pytest.raises(SupabaseError):
        shop.choose(OFF, PAGE, owner=uuid4())
    with pytest.raises(SupabaseError):
        shop.store.choose(uuid4(), None, SUMMARY, OFF, PAGE, NOON)


def test_what_belongs_to_an_owner_who_is_gone_is_not_shown(shop: Shop, database: Connection) -> None:
    shop.choose(OFF, PAGE)
    database.execute("delete from owner_numbers where id = %s", [shop.owner])
    assert shop.store.of(shop.id) == []
