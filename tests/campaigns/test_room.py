"""The room of a campaign: what fits until its end, by day and warmth, and how long it takes."""

from __future__ import annotations

import datetime as dt
from itertools import product
from typing import Any, get_args
from uuid import uuid4
from zoneinfo import ZoneInfo

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st
from psycopg.types.json import Jsonb

from proactive.campaigns.pace import COLD_A_DAY, Pace, Warmth, Window
from proactive.campaigns.room import Calendar, Room, Used
from proactive.storage.supabase import Database
from tests.campaigns.chat import MORNING, Chat

ZONE = ZoneInfo("America/Sao_Paulo")
#: A Wednesday, ten in the morning.
START = dt.datetime(2026, 11, 25, 10, 0, tzinfo=ZONE)
WINDOW, NOTHING = Window(dt.time(9), dt.time(18)), Used()


def room(days: int, *, level: int = 3, used: Used = NOTHING) -> Room:
    """So many days, each with the same window, until the last one's end."""
    dates = [START.date() + dt.timedelta(days=ahead) for ahead in range(days)]
    until = dt.datetime.combine(dates[-1], dt.time(18), ZONE)
    return Room(Calendar(ZONE, dict.fromkeys(dates, WINDOW)), Pace(), level, START, until, used)


def fitting(room: Room, **number: int) -> dict[str, int]:
    warmths: list[Warmth] = [warmth for warmth in ("cold", "cool", "warm") for _ in range(number.get(warmth, 0))]
    chosen = [warmths[place] for place in room.fitting(warmths)]
    return {warmth: chosen.count(warmth) for warmth in get_args(Warmth) if warmth in chosen}


@pytest.mark.parametrize(
    ("place", "number", "fits"),
    [
        (room(1), {"cold": 11}, {"cold": 10}),
        (room(1), {"cold": 10}, {"cold": 10}),
        (room(3), {"cold": 50}, {"cold": 30}),
        (room(1), {"cold": 50, "cool": 50, "warm": 50}, {"cold": 10, "cool": 20, "warm": 30}),
        (room(1), {"cold": 50, "warm": 60}, {"cold": 10, "warm": 50}),
        (room(1, level=1), {"cold": 50, "cool": 9}, {"cold": 10}),  # half of twenty: the cold ones rank first
        (room(1, level=1, used=Used(8, 8)), {"cold": 50, "warm": 50}, {"cold": 2, "warm": 10}),
        (room(1, used=Used(7, 7, 7)), {"cold": 50}, {"cold": 3}),
        (room(2, used=Used(10, 10, 10)), {"cold": 50}, {"cold": 10}),
        (room(1, used=Used(10, 10, 10)), {"cold": 50, "cool": 50}, {"cool": 20}),
        (room(1, used=Used(60, 0, 0)), {"cold": 50, "warm": 1}, {}),
        (room(2, used=Used(99, 99, 99)), {"cold": 50}, {"cold": 10}),
    ],
)
def test_what_fits_until_the_end_counts_ten_a_day_who_never_wrote(
    place: Room, number: dict[str, int], fits: dict[str, int]
) -> None:
    assert fitting(place, **number) == fits


@pytest.mark.parametrize(
    ("number", "last", "a_day"),
    [
        ({"cold": 10}, 0, 10), ({"cold": 11}, 1, 10), ({"cold": 25}, 2, 10), ({"cold": 11, "warm": 60}, 1, 60),
        ({"cold": 10, "cool": 21}, 1, 30), ({"warm": 61}, 1, 60), ({"cool": 30}, 0, 30),
    ],
)  # fmt: skip
def test_a_schedule_says_how_long_it_takes(number: dict[str, int], last: int, a_day: int) -> None:
    warmths: list[Warmth] = [warmth for warmth in get_args(Warmth) for _ in range(number.get(warmth, 0))]
    schedule = room(7).schedule(warmths)
    assert schedule is not None
    assert (schedule.last_day - START.date()).days == last and schedule.a_day == a_day


@given(
    st.lists(st.sampled_from(get_args(Warmth)), max_size=200), st.integers(1, 6), st.integers(1, 7),
    st.builds(Used, st.integers(0, 60), st.integers(0, 30), st.integers(0, 12)),
)  # fmt: skip
def test_what_fits_is_over_in_time(warmths: list[Warmth], days: int, level: int, used: Used) -> None:
    place = room(days, level=level, used=used)
    chosen = [warmths[each] for each in place.fitting(warmths)]
    assert chosen.count("cold") <= days * COLD_A_DAY
    schedule, everybody = place.schedule(chosen), place.schedule(warmths)
    assert (schedule is None) == (not chosen)
    if schedule is not None and everybody is not None:
        assert schedule.last_day <= START.date() + dt.timedelta(days=days - 1)
        assert schedule.a_day <= Pace().cap(level)


@pytest.mark.parametrize(("consented", "handed"), list(product((9, 10, 11, 25), (0, 4))))
def test_a_preview_leaves_out_the_cold_ones_who_do_not_fit(
    database: psycopg.Connection[dict[str, Any]], supabase: Database, consented: int, handed: int
) -> None:
    """An offer that ends today; some cold ones were handed over already."""
    chat = Chat(database, supabase, MORNING)
    for number in range(consented):
        client = chat.client(f"Cliente {number}", f"119700{number:05}", heard=False)
        database.execute(
            "insert into aurora_proactive_consents (organization_id, phone_key, kind, basis, source)"
            " values (%s, aurora_proactive_phone_key(%s), 'given', 'consent', 'api')",
            [chat.organization, f"119700{number:05}"],
        )
        database.execute(
            "insert into pets (organization_id, contact_id, name, birthday) values (%s, %s, 'Rex', '2020-11-25')",
            [chat.organization, client],
        )
    handed_over(chat, handed)
    content = 'Hoje!\n\n"Parabéns, {pet}! 🎉 Hoje é dia de festa!"\n\nEnvio?'
    chat._sent(uuid4(), "birthdays", content, chat.now.date().isoformat(), {})
    (shown,) = chat.say("ok")
    fits = min(consented, COLD_A_DAY - handed)
    assert len(chat.recipients()) == fits
    left = consented - fits
    assert chat.campaigns()[-1]["left_out"] == ({"beyond_life": left} if left else {})
    assert f"🎯 Vão receber: {fits} cliente" in shown


def handed_over(chat: Chat, number: int) -> None:
    """So many cold ones of another campaign were handed over today."""
    campaign, today = uuid4(), chat.now.date()
    run = chat.connection.execute
    run(
        "insert into aurora_proactive_number_health (instance_name, level, day, sent, sent_cool)"
        " values (%s, 3, %s, %s, %s)",
        [chat.instance, today, number, number],
    )
    run(
        "insert into aurora_proactive_campaigns (id, organization_id, source, source_key, instance_name, status,"
        " valid_until, created_at) values (%s, %s, 'custom_campaign', 'k', %s, 'done', now(), '2026-01-01')",
        [campaign, chat.organization, chat.instance],
    )
    for place in range(number):
        run(
            "insert into aurora_proactive_campaign_recipients (id, campaign_id, organization_id, revision, position,"
            " phone_key, warmth, status, metadata) values (%s, %s, %s, 1, %s, %s, 'cold', 'failed', %s)",
            [uuid4(), campaign, uuid4(), place, f"5511{place}", Jsonb({"counted": today.isoformat()})],
        )
