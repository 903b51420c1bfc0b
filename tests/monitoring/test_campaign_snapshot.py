"""The figures of campaigns for metrics and alerts, from the database: each in a transaction that is rolled back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from psycopg.rows import dict_row

from proactive.campaigns.states import Status
from proactive.campaigns.wording import CAUSES_OF_PAUSE, REASONS
from proactive.monitoring.campaign_snapshot import (
    CLIENT_STATES,
    NUMBER_CAUSES,
    OTHER,
    PAUSE_CAUSES,
    UNSENT_REASONS,
    CampaignSnapshot,
    campaign_snapshot,
)
from sandbox.stack import LocalStack
from tests.support.mailing import Mailing

Connection = psycopg.Connection[dict[str, Any]]


@pytest.fixture
def books(stack: LocalStack) -> Iterator[Connection]:
    with psycopg.connect(stack.dsn, row_factory=dict_row) as connection:
        connection.execute("delete from aurora_proactive_campaigns")
        connection.execute("delete from aurora_proactive_number_health")
        yield connection
        connection.rollback()


def snapshot(books: Connection) -> CampaignSnapshot:
    row = books.execute("select aurora_proactive_campaign_snapshot(now()) as found").fetchone()
    assert row is not None
    return campaign_snapshot(row["found"])


def change(mailing: Mailing, **columns: Any) -> None:
    sets = ", ".join(f"{name} = %s" for name in columns)
    query = f"update aurora_proactive_campaigns set {sets} where id = %s"
    mailing.connection.execute(query.encode(), [*columns.values(), mailing.campaign])


def settle(mailing: Mailing, place: int, status: str, reason: str | None = None) -> None:
    mailing.connection.execute(
        "update aurora_proactive_campaign_recipients set status = %s, reason = %s where id = %s",
        [status, reason, mailing.recipients[place]],
    )


def some(counts: Any) -> dict[str, int]:
    return {name: number for name, number in counts.items() if number}


def test_nothing_is_told_where_there_is_none(books: Connection) -> None:
    assert snapshot(books) == CampaignSnapshot()


@pytest.mark.parametrize("status", Status)
def test_a_campaign_counts_in_its_state_and_for_a_day_when_it_is_over(books: Connection, status: Status) -> None:
    over = status not in (Status.OFFERED, Status.PREVIEWED, Status.CONFIRMED, Status.RUNNING, Status.PAUSED)
    mailing = Mailing(books, number=1, status=str(status))
    assert some(snapshot(books).campaigns) == ({} if over else {status: 1})
    for hours, number in ((23, 1), (25, 0)):
        change(mailing, ended_at=dt.datetime.now(dt.UTC) - dt.timedelta(hours=hours))
        assert snapshot(books).campaigns[status] == (number if over else 1)


@pytest.mark.parametrize(
    ("written", "told"), [(cause, cause) for cause in PAUSE_CAUSES] + [(None, "owner"), ("of tomorrow", OTHER)]
)
def test_a_paused_campaign_counts_by_its_cause(books: Connection, written: str | None, told: str) -> None:
    change(Mailing(books, number=1, status="paused"), pause_cause=written)
    assert some(snapshot(books).paused) == {told: 1}


def test_clients_count_by_what_came_of_them(books: Connection) -> None:
    mailing = Mailing(books, number=6)
    settle(mailing, 1, "sent")
    settle(mailing, 2, "skipped", "already_booked")
    settle(mailing, 3, "failed", "not_on_whatsapp")
    settle(mailing, 4, "failed", "0x2a of the gateway")
    settle(mailing, 5, "failed")
    found = snapshot(books)
    assert found.clients == {"pending": 1, "sent": 1, "skipped": 1, "failed": 3}
    assert some(found.unsent) == {"already_booked": 1, "not_on_whatsapp": 1, OTHER: 2}


def test_who_was_only_asked_about_counts_for_nothing(books: Connection) -> None:
    change(Mailing(books, number=3, status="previewed"), confirmed_at=None)
    assert some(snapshot(books).clients) == {}


@pytest.mark.parametrize("written", [*NUMBER_CAUSES, "of tomorrow"])
@pytest.mark.parametrize(("minutes", "number"), [(5, 1), (-5, 0)])
def test_a_number_counts_while_the_breaker_pauses_it(
    books: Connection, written: str, minutes: int, number: int
) -> None:
    mailing = Mailing(books, number=1)
    books.execute(
        "update aurora_proactive_number_health set paused_until = now() + %s, pause_cause = %s"
        " where instance_name = %s",
        [dt.timedelta(minutes=minutes), written, mailing.instance],
    )
    told = written if written in NUMBER_CAUSES else OTHER
    assert some(snapshot(books).numbers) == ({told: 1} if number else {})


@pytest.mark.parametrize("status", Status)
def test_a_live_campaign_needs_a_pump(books: Connection, status: Status) -> None:
    mailing = Mailing(books, number=1, status=str(status))
    live = status in (Status.CONFIRMED, Status.RUNNING, Status.PAUSED)
    assert snapshot(books).instances == ((mailing.instance,) if live else ())
    change(mailing, instance_name=None)
    assert snapshot(books).instances == (("",) if live else ())
    change(mailing, confirmed_at=dt.datetime.now(dt.UTC))
    assert snapshot(books).instances == ()  # the maintenance has not come by yet


def test_every_label_is_one_of_the_words_that_the_worker_knows() -> None:
    strange = {"campaigns": {"lost": 3}, "paused": {"x": 1}, "clients": {"y": 1}, "unsent": {"z": 2},
               "numbers": {"w": 1}, "instances": [uuid4().hex]}  # fmt: skip
    found = campaign_snapshot(strange)
    assert set(found.campaigns) == set(Status) and set(found.clients) == set(CLIENT_STATES)
    assert some(found.campaigns) == {} and some(found.unsent) == {OTHER: 2}
    assert set(found.paused) == {"owner", *CAUSES_OF_PAUSE, OTHER} and set(found.unsent) == {*REASONS, OTHER}
    assert len(UNSENT_REASONS) < 40
