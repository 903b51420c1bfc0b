"""What businesses say of their days, kept: the newest speaks, days around it stay, and each change is written down."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from proactive.calendar.business_calendar import BusinessCalendar, DayOfCalendar
from proactive.calendar.by_hand import CalendarByHand, DaysSaid
from proactive.calendar.exceptions import DayException, Says
from proactive.calendar.unusable import UnusableDay
from proactive.errors import SupabaseError
from proactive.model.author import Author
from proactive.storage.supabase import Database
from sandbox.stack import LocalStack
from tests.support.calendars import add_holiday, changes_of, open_every_day, said_of

Connection = psycopg.Connection[dict[str, Any]]
#: A Thursday.
NOW = dt.datetime(2026, 11, 26, 15, tzinfo=dt.UTC)
AUTHOR = Author("user:ana", "page")


@pytest.fixture
def calendar(supabase: Database) -> CalendarByHand:
    return CalendarByHand(supabase)


@pytest.fixture
def shop(database: Connection) -> UUID:
    organization = uuid4()
    database.execute("insert into organizations (id, name) values (%s, 'Patas')", [organization])
    database.execute(
        "insert into owner_numbers (organization_id, name, phone) values (%s, 'Ana', '(11) 98765-4321')", [organization]
    )
    open_every_day(database, organization)
    return organization


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(f"2026-{text}" if text > "11" else f"2027-{text}")


def said(first: str, last: str = "", says: Says = "closed", **more: Any) -> DayException:
    return DayException(day(first), day(last or first), says, **more).checked(NOW.date())


def stretches(database: Connection, shop: UUID) -> list[tuple[str, str, str]]:
    return [(f"{first:%m-%d}", f"{last:%m-%d}", says) for first, last, says, _ in said_of(database, shop)]


def seen(calendar: CalendarByHand, shop: UUID, text: str) -> DayOfCalendar:
    return calendar.read(shop, day(text), day(text), NOW).days[0]


def whole(calendar: CalendarByHand, shop: UUID) -> BusinessCalendar:
    return calendar.read(shop, NOW.date(), NOW.date(), NOW)


def test_a_stretch_is_cut_in_its_middle_and_its_ends_stay(
    calendar: CalendarByHand, shop: UUID, database: Connection
) -> None:
    assert calendar.say(shop, said("12-20", "01-05"), AUTHOR) == DaysSaid(changed=True, had=False)
    change = calendar.say(shop, said("12-28", says="hours", hours=[["09:00", "12:00"]]), AUTHOR)
    assert change == DaysSaid(changed=True, had=True)
    assert stretches(database, shop) == [("12-20", "12-27", "closed"), ("12-28", "12-28", "hours"),
                                         ("12-29", "01-05", "closed")]  # fmt: skip
    found = [seen(calendar, shop, text) for text in ("12-27", "12-28", "12-29")]
    assert [(one.state, one.reason) for one in found] == [
        ("closed", "você marcou"), ("open", "você marcou"), ("closed", "você marcou"),
    ]  # fmt: skip
    assert found[1].hours == [("09:00", "12:00")]
    # taken back, the day is as every week: the older stretch does not come back over it
    assert calendar.unsay(shop, day("12-28"), day("12-28"), AUTHOR).changed
    assert seen(calendar, shop, "12-28").state == "open" and seen(calendar, shop, "12-28").reason is None
    assert changes_of(database, shop) == [
        ("user:ana", "page", "day_closed", "2026-12-20..2027-01-05"),
        ("user:ana", "page", "day_hours_set", "2026-12-28"),
        ("user:ana", "page", "day_unsaid", "2026-12-28"),
    ]


def test_a_new_stretch_takes_the_place_of_all_that_it_covers(
    calendar: CalendarByHand, shop: UUID, database: Connection
) -> None:
    for exception in (said("12-01", "12-10"), said("12-12"), said("12-15", "12-20", "open")):
        calendar.say(shop, exception, AUTHOR)
    assert calendar.say(shop, said("12-05", "12-16", "open"), AUTHOR).had
    row = database.execute(
        "select before, after from aurora_proactive_changes where organization_id = %s and subject like '%%12-16'",
        [shop],
    ).fetchone()
    assert row == {
        "before": {"says": ["closed", "closed", "open"],
                   "days": ["2026-12-01..2026-12-10", "2026-12-12", "2026-12-15..2026-12-20"]},
        "after": {"says": "open", "days": "2026-12-05..2026-12-16"},
    }  # fmt: skip
    assert stretches(database, shop) == [("12-01", "12-04", "closed"), ("12-05", "12-16", "open"),
                                         ("12-17", "12-20", "open")]  # fmt: skip
    assert calendar.unsay(shop, day("12-03"), day("12-18"), AUTHOR).changed
    assert stretches(database, shop) == [("12-01", "12-02", "closed"), ("12-19", "12-20", "open")]


def test_the_same_said_twice_and_what_is_not_there_change_nothing_and_are_not_written_down(
    calendar: CalendarByHand, shop: UUID, database: Connection
) -> None:
    assert calendar.say(shop, said("12-20", "12-24"), AUTHOR).changed
    for again in (said("12-20", "12-24"), said("12-22")):
        assert not calendar.say(shop, again, AUTHOR).changed
    assert not calendar.unsay(shop, day("12-25"), day("12-30"), AUTHOR).changed
    assert calendar.say(shop, said("12-22", title="Reforma"), AUTHOR).changed
    assert [action for *_, action, _ in changes_of(database, shop)] == ["day_closed", "day_closed"]
    log = database.execute("select before, after from aurora_proactive_changes").fetchall()
    assert "Reforma" not in str(log)  # a title may be anything


def test_of_several_all_are_said_or_none(calendar: CalendarByHand, shop: UUID, database: Connection) -> None:
    both = [said("12-20"), said("01-25", title="Aniversário")]
    assert calendar.say_each(shop, both, AUTHOR) == DaysSaid(changed=True, had=False)
    assert not calendar.say_each(shop, both, AUTHOR).changed
    impossible = DayException(day("12-22"), day("12-22"), "hours")  # unchecked
    with pytest.raises(SupabaseError):
        calendar.say_each(shop, [said("12-10"), impossible], AUTHOR)
    assert stretches(database, shop) == [("12-20", "12-20", "closed"), ("01-25", "01-25", "closed")]
    assert len(changes_of(database, shop)) == 2


def test_what_stands_behind_a_cut_speaks_against_nothing_newer(
    calendar: CalendarByHand, shop: UUID, database: Connection
) -> None:
    """Rows that overlap, as nobody writes them here: the newest still speaks after an older one was cut."""
    for says, said_at in (("closed", "2026-11-01"), ("open", "2026-11-02")):
        database.execute(
            "insert into aurora_proactive_exceptions (organization_id, first_day, last_day, says, said_at)"
            " values (%s, '2026-12-01', '2026-12-20', %s, %s)",
            [shop, says, said_at],
        )
    calendar.say(shop, said("12-05"), AUTHOR)
    assert [seen(calendar, shop, text).state for text in ("12-04", "12-05", "12-06")] == ["open", "closed", "open"]


_DAYS = [day(f"12-{number:02}") for number in range(1, 13)]
#: What is said of a stretch of those days, or (None) that it is taken back.
_ACTS = st.lists(
    st.tuples(st.sampled_from(("closed", "open", "hours", None)), st.integers(0, 11), st.integers(0, 5)),
    min_size=1, max_size=7,
)  # fmt: skip


@settings(max_examples=12)
@given(acts=_ACTS)
def test_of_each_day_the_newest_holds_whatever_was_said_before(
    supabase: Database, stack: LocalStack, acts: list[tuple[Says | None, int, int]]
) -> None:
    calendar, organization = CalendarByHand(supabase), uuid4()
    told: dict[dt.date, Says] = {}
    changes = 0
    for says, begins, lasts in acts:
        days = _DAYS[begins : begins + lasts + 1]
        before = {date: told.get(date) for date in days}
        if says is None:
            answer = calendar.unsay(organization, days[0], days[-1], AUTHOR)
            told = {date: known for date, known in told.items() if date not in days}
        else:
            hours = [["09:00", "12:00"]] if says == "hours" else None
            answer = calendar.say(organization, DayException(days[0], days[-1], says, hours), AUTHOR)
            told |= dict.fromkeys(days, says)
        assert answer.changed == (before != {date: told.get(date) for date in days})
        assert answer.had == any(before.values())
        changes += answer.changed
    with psycopg.connect(stack.dsn) as connection:
        rows = said_of(connection, organization)
        assert len(changes_of(connection, organization)) == changes
    kept = [
        (first + dt.timedelta(days=n), says) for first, last, says, _ in rows for n in range((last - first).days + 1)
    ]
    assert sorted(kept) == sorted(told.items())  # each day once


def test_of_many_at_once_one_is_kept_and_all_are_written_down(
    calendar: CalendarByHand, shop: UUID, database: Connection
) -> None:
    kinds: tuple[Says, ...] = ("closed", "open")
    exceptions = [said("12-10", f"12-{11 + number % 3}", kinds[number % 2]) for number in range(12)]
    with ThreadPoolExecutor(6) as pool:
        changed = [change.changed for change in pool.map(lambda one: calendar.say(shop, one, AUTHOR), exceptions)]
    assert len(changes_of(database, shop)) == sum(changed)
    found = stretches(database, shop)
    covered = [date for first, last, _ in found for date in range(int(first[3:]), int(last[3:]) + 1)]
    assert covered and len(covered) == len(set(covered))  # no day is spoken of twice


def test_a_place_is_confirmed_once_and_its_holidays_count_from_then_on(
    calendar: CalendarByHand, shop: UUID, database: Connection
) -> None:
    add_holiday(database, day("12-25"), "natal", "Natal")
    add_holiday(database, day("12-24"), "vespera-de-natal", "Véspera de Natal", kind="optional")
    add_holiday(database, day("07-09"), "revolucao", "Revolução", scope="SP")
    proposal = whole(calendar, shop).proposal
    assert proposal is not None and proposal.where == "em São Paulo (SP)"
    assert seen(calendar, shop, "12-25").state == "open"
    assert calendar.confirm_place(shop, "SP", 3550308, True, AUTHOR, NOW)
    assert not calendar.confirm_place(shop, "SP", 3550308, True, AUTHOR, NOW + dt.timedelta(hours=1))
    found = whole(calendar, shop)
    assert found.proposal is None and found.place.where is not None and found.place.confirmed_at == NOW
    states = {text: seen(calendar, shop, text) for text in ("12-24", "12-25", "07-09", "07-10")}
    assert {text: one.state for text, one in states.items()} == {
        "12-24": "doubtful", "12-25": "closed", "07-09": "closed", "07-10": "open",
    }  # fmt: skip
    assert [one.slug for one in states["12-25"].holidays] == ["natal"]
    # another place has other days; nowhere there is none
    calendar.confirm_place(shop, "RJ", None, None, AUTHOR, NOW)
    assert seen(calendar, shop, "07-09").state == "open" and seen(calendar, shop, "12-25").state == "closed"
    calendar.confirm_place(shop, None, None, None, AUTHOR, NOW)
    assert seen(calendar, shop, "12-25").state == "open" and not whole(calendar, shop).place.follows_holidays
    assert whole(calendar, shop).proposal is None  # it was asked
    actions = [(action, subject) for *_, action, subject in changes_of(database, shop)]
    assert actions == [("place_confirmed", "SP"), ("place_confirmed", "RJ"), ("place_removed", "")]


def test_after_a_no_it_is_not_asked_again_and_the_switch_is_still_there(
    calendar: CalendarByHand, shop: UUID, database: Connection
) -> None:
    assert calendar.decline(shop, AUTHOR, NOW)
    assert not calendar.decline(shop, AUTHOR, NOW + dt.timedelta(days=1))
    assert whole(calendar, shop).proposal is None
    with pytest.raises(UnusableDay, match="Confirm the place first"):
        calendar.switch(shop, AUTHOR, NOW, follows_holidays=True)
    assert calendar.confirm_place(shop, "SP", None, True, AUTHOR, NOW)
    place = whole(calendar, shop).place
    assert place.follows_holidays and place.declined_at is None
    assert calendar.switch(shop, AUTHOR, NOW, follows_holidays=False)
    assert not calendar.switch(shop, AUTHOR, NOW)
    assert [action for *_, action, _ in changes_of(database, shop)] == [
        "holidays_declined", "place_confirmed", "holidays_unfollowed",
    ]  # fmt: skip


def test_a_business_opens_each_year_on_a_holiday_or_on_a_kind(
    calendar: CalendarByHand, shop: UUID, database: Connection
) -> None:
    add_holiday(database, day("12-25"), "natal", "Natal")
    add_holiday(database, day("12-24"), "vespera-de-natal", "Véspera de Natal", kind="optional")
    calendar.confirm_place(shop, "SP", None, True, AUTHOR, NOW)
    assert calendar.open_on(shop, "natal", True, AUTHOR, NOW)
    assert calendar.open_on(shop, "optional", True, AUTHOR, NOW)
    assert not calendar.open_on(shop, "natal", True, AUTHOR, NOW)
    found = [seen(calendar, shop, text) for text in ("12-24", "12-25")]
    assert [(one.state, one.holidays[0].opens) for one in found] == [("open", True), ("open", True)]
    place = whole(calendar, shop).place
    assert (place.open_holidays, place.open_kinds) == (["natal"], ["optional"])
    with pytest.raises(UnusableDay, match="slug"):
        calendar.open_on(shop, "dia-de-sao-nunca", True, AUTHOR, NOW)
    for what in ("natal", "optional"):
        assert calendar.open_on(shop, what, False, AUTHOR, NOW)
        assert not calendar.open_on(shop, what, False, AUTHOR, NOW)
    assert [seen(calendar, shop, text).state for text in ("12-24", "12-25")] == ["doubtful", "closed"]


@pytest.mark.parametrize(
    ("state", "municipality", "field"),
    [("XX", None, "state"), ("", None, "state"), ("RJ", 3550308, "municipality"), ("SP", 3550309, "municipality"),
     (None, 3550308, "municipality")],
)  # fmt: skip
def test_a_place_that_is_none_is_refused(
    calendar: CalendarByHand, shop: UUID, state: str | None, municipality: int | None, field: str
) -> None:
    with pytest.raises(UnusableDay) as refused:
        calendar.confirm_place(shop, state, municipality, True, AUTHOR, NOW)
    assert refused.value.field == field


def test_the_summary_of_closed_days_is_a_switch(calendar: CalendarByHand, shop: UUID, database: Connection) -> None:
    assert whole(calendar, shop).place.summary_on_closed_days
    assert calendar.switch(shop, AUTHOR, NOW, summary_on_closed_days=False)
    assert not whole(calendar, shop).place.summary_on_closed_days
    assert changes_of(database, shop)[-1][2] == "daily_summary_switched"


@pytest.mark.parametrize(
    ("phone", "code"),
    [
        ("5511987654321", 11), ("+55 (21) 98765-4321", 21), ("(61) 3333-4444", 61), ("011 98765-4321", 11),
        ("55 9 8765-4321", 55), ("5555987654321", 55), ("+1 212 555 0100", None), ("0800 123 4567", None),
        ("98765-4321", None), ("", None), (None, None), ("+351 912 345 678", None),
    ],
)  # fmt: skip
def test_the_area_code_is_read_where_the_number_is(database: Connection, phone: str | None, code: int | None) -> None:
    row = database.execute("select aurora_proactive_area_code(%s) as code", [phone]).fetchone()
    assert row is not None and row["code"] == code


def test_the_number_that_messages_go_out_from_says_where_a_business_is(
    calendar: CalendarByHand, shop: UUID, database: Connection
) -> None:
    database.execute(
        "insert into whatsapp_instances (organization_id, instance_name, phone_number, status) values"
        " (%s, 'old', '5521987654321', 'disconnected'), (%s, 'new', '5531987654321', 'connected')",
        [shop, shop],
    )
    assert whole(calendar, shop).area_code == 31
    database.execute("update whatsapp_instances set phone_number = null where organization_id = %s", [shop])
    assert whole(calendar, shop).area_code == 11
    database.execute("update owner_numbers set phone = '+1 212 555 0100' where organization_id = %s", [shop])
    assert whole(calendar, shop).proposal is None


def test_weekdays_whose_hours_cannot_be_read_are_named_and_closed(
    calendar: CalendarByHand, shop: UUID, database: Connection
) -> None:
    open_every_day(database, shop, tue=[["08:00", "07:00"]], wed="das 8 às 18", sun=[])
    found = calendar.read(shop, day("12-01"), day("12-07"), NOW)
    assert found.malformed == ["tue", "wed"]
    assert [(one.state, one.source) for one in found.days] == [
        ("closed", "malformed_hours"), ("closed", "malformed_hours"), ("open", "hours"), ("open", "hours"),
        ("open", "hours"), ("closed", "hours"), ("open", "hours"),
    ]  # fmt: skip
    calendar.say(shop, said("12-01", says="open"), AUTHOR)
    assert seen(calendar, shop, "12-01").needs_hours
    calendar.say(shop, said("12-01", says="hours", hours=[["09:00", "10:00"], ["10:00", "24:00"]]), AUTHOR)
    assert seen(calendar, shop, "12-01").hours == [("09:00", "24:00")]


def test_a_booking_on_a_holiday_makes_it_a_question_and_is_counted(
    calendar: CalendarByHand, shop: UUID, database: Connection
) -> None:
    add_holiday(database, day("12-25"), "natal", "Natal")
    calendar.confirm_place(shop, "SP", None, True, AUTHOR, NOW)
    for status, hour in (("confirmed", 9), ("cancelled", 10), ("pending", 20)):
        database.execute(
            "insert into bookings (organization_id, start_time, status) values (%s, %s, %s)",
            [shop, dt.datetime(2026, 12, 25, hour + 3, tzinfo=dt.UTC), status],
        )
    found = seen(calendar, shop, "12-25")
    assert (found.state, found.bookings) == ("doubtful", 2)
    calendar.say(shop, said("12-25"), AUTHOR)
    assert seen(calendar, shop, "12-25").state == "closed"


def test_a_feed_that_closes_is_told_with_its_title(calendar: CalendarByHand, shop: UUID, database: Connection) -> None:
    row = database.execute(
        "insert into aurora_proactive_feeds (organization_id, purpose, address) values (%s, 'closures', 'x')"
        " returning id",
        [shop],
    ).fetchone()
    assert row is not None
    database.execute(
        "insert into aurora_proactive_feed_events (feed_id, organization_id, all_day, first_day, last_day, title)"
        " values (%s, %s, true, '2026-12-10', '2027-12-31', 'Reforma')",
        [row["id"], shop],
    )
    assert (found := seen(calendar, shop, "12-10")).events == ["Reforma"]
    assert (found.state, found.source, found.reason) == ("closed", "feed", "sua agenda")
    assert seen(calendar, shop, "12-09").events == []
