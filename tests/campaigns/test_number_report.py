"""The report of a number's health, on the real database: as its pump will find it, and of nobody else."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import uuid4

import pytest

from proactive.campaigns.number_report import TRIP_CAUSES, NumberReport, NumberReports
from proactive.campaigns.pace import Pace
from proactive.storage.supabase import Database
from tests.support.mailing import Connection, Mailing, now

AT = dt.datetime(2026, 11, 25, 15, tzinfo=dt.UTC)
TODAY = AT.date()


@pytest.fixture
def mailing(database: Connection) -> Mailing:
    return Mailing(database, number=1)


def health(mailing: Mailing, **columns: Any) -> None:
    sets = ", ".join(f"{name} = %s" for name in columns)
    query = f"update aurora_proactive_number_health set {sets} where instance_name = %s"
    mailing.connection.execute(query.encode(), [*columns.values(), mailing.instance])


def report(supabase: Database, mailing: Mailing, at: dt.datetime = AT) -> NumberReport:
    found = NumberReports(supabase, Pace()).of(mailing.organization, at)
    assert found is not None
    return found


def test_the_day_of_a_number_is_told(supabase: Database, mailing: Mailing) -> None:
    health(mailing, level=4, day=TODAY, sent=37, sent_cool=5)
    found = report(supabase, mailing)
    assert (found.instance, found.connected, found.level) == (mailing.instance, True, 4)
    assert (found.cap, found.cool_cap, found.sent, found.sent_cool, found.left) == (80, 40, 37, 5, 43)
    assert (found.paused_until, found.pause_cause, found.probing, found.trips) == (None, None, False, ())


@pytest.mark.parametrize(
    ("sent", "trouble", "level"), [(64, False, 5), (63, False, 4), (80, True, 1), (0, False, 4), (0, True, 1)]
)
def test_a_new_day_begins_as_its_pump_will_begin_it(
    supabase: Database, mailing: Mailing, sent: int, trouble: bool, level: int
) -> None:
    health(mailing, level=4, day=TODAY - dt.timedelta(days=1), sent=sent, sent_cool=9, trouble=trouble)
    found = report(supabase, mailing)
    assert (found.level, found.sent, found.sent_cool) == (level, 0, 0)


def test_the_day_is_the_organisations_own(supabase: Database, mailing: Mailing) -> None:
    health(mailing, level=4, day=TODAY, sent=80)
    late = dt.datetime(2026, 11, 26, 2, tzinfo=dt.UTC)  # 23:00 in São Paulo
    assert report(supabase, mailing, late).sent == 80
    assert report(supabase, mailing, late + dt.timedelta(hours=2)).sent == 0


@pytest.mark.parametrize("cause", TRIP_CAUSES)
@pytest.mark.parametrize(("hours", "paused"), [(1, True), (-1, False), (0, False)])
def test_a_pause_is_told_while_it_lasts(
    supabase: Database, mailing: Mailing, cause: str, hours: int, paused: bool
) -> None:
    until = AT + dt.timedelta(hours=hours)
    health(mailing, level=1, day=TODAY, paused_until=until, pause_cause=cause, probing=True)
    found = report(supabase, mailing)
    assert (found.paused_until, found.pause_cause) == ((until, cause) if paused else (None, None))
    assert found.probing


def test_an_organisation_only_lowers_the_caps(supabase: Database, mailing: Mailing) -> None:
    health(mailing, level=2, day=TODAY)
    for wanted, cap in (([5, 6, 7, 8, 9, 10, 11], 6), ([900] * 7, 40)):
        mailing.connection.execute(
            "update aurora_proactive_campaign_settings set daily_caps = %s where organization_id = %s",
            [wanted, mailing.organization],
        )
        assert report(supabase, mailing).cap == cap


@pytest.mark.parametrize(("declared", "level"), [("2020-05-04", 3), ("2026-11-20", 1), (None, 1)])
def test_a_number_that_never_sent_begins_by_its_age(
    supabase: Database, mailing: Mailing, declared: str | None, level: int
) -> None:
    run = mailing.connection.execute
    run("delete from aurora_proactive_number_health where instance_name = %s", [mailing.instance])
    run("update whatsapp_instances set created_at = %s where instance_name = %s",
        [AT - dt.timedelta(days=3), mailing.instance])  # fmt: skip
    run("update aurora_proactive_campaign_settings set used_since = %s where organization_id = %s",
        [declared, mailing.organization])  # fmt: skip
    found = report(supabase, mailing)
    assert (found.level, found.sent) == (level, 0)
    assert found.used_since.date().isoformat() == (declared or "2026-11-22")


def test_the_trips_of_thirty_days_are_told_newest_first(supabase: Database, mailing: Mailing) -> None:
    for kind, days in (("trip:refused", 3), ("trip:undelivered", 1), ("trip:throttled", 31), ("overlimit", 1)):
        mailing.connection.execute(
            "insert into aurora_proactive_number_events (instance_name, kind, at) values (%s, %s, %s)",
            [mailing.instance, kind, AT - dt.timedelta(days=days)],
        )
    trips = report(supabase, mailing).trips
    assert [trip.cause for trip in trips] == ["undelivered", "refused"]
    assert trips[0].at == AT - dt.timedelta(days=1)


def test_what_the_gateway_told_last_counts(supabase: Database, mailing: Mailing) -> None:
    mailing.connection.execute(
        "insert into aurora_proactive_instances (instance_name, state, since) values (%s, 'close', now())",
        [mailing.instance],
    )
    assert not report(supabase, mailing).connected


def test_another_organisations_number_is_not_told(supabase: Database, mailing: Mailing, database: Connection) -> None:
    Mailing(database, number=1)
    assert report(supabase, mailing, now()).instance == mailing.instance
    assert NumberReports(supabase, Pace()).of(uuid4(), AT) is None
    alone = uuid4()
    mailing.connection.execute("insert into organizations (id, name) values (%s, 'Sem WhatsApp')", [alone])
    assert NumberReports(supabase, Pace()).of(alone, AT) is None
