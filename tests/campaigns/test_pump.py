"""The pump: one recipient at a time, and what becomes of campaigns by itself."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
import redis
from psycopg.types.json import Jsonb

from proactive.campaigns.halts import Halts
from proactive.campaigns.hand_over import Handing
from proactive.campaigns.options import CampaignOptions
from proactive.campaigns.outgoing_answers import Reply
from proactive.campaigns.pump import Pump
from proactive.campaigns.pump_store import PumpStore
from proactive.model.task import Task
from proactive.storage.redis import campaign_halt_key
from proactive.storage.supabase import Database
from tests.support.mailing import Mailing

#: A Wednesday at noon in São Paulo.
NOON = dt.datetime(2026, 11, 25, 15, 0, tzinfo=dt.UTC)


@dataclass
class Pumping:
    """A pump of a mailing's instance, with a clock that the test moves; what it hands over is on `queue`."""

    mailing: Mailing
    supabase: Database
    redis: redis.Redis
    now: dt.datetime = NOON
    queue: list[Task] = field(default_factory=list)
    told: dict[str, Reply] = field(default_factory=dict)

    def __post_init__(self) -> None:
        options = CampaignOptions()
        self.store = PumpStore(self.supabase, Halts(self.redis), options)
        handing = Handing(self.store, options, self.queue.append, self._lost)
        self.pump = Pump(self.store, options, handing, self._tell, lambda: self.now)
        self.mailing.change(
            send_until=NOON + dt.timedelta(days=7), starts_at=NOON - dt.timedelta(hours=1), previewed_at=NOON,
            confirmed_at=NOON - dt.timedelta(minutes=20), created_at=NOON,
        )  # fmt: skip
        self.mailing.sick(handed=None, handed_at=None, day=NOON.date(), used_since=NOON - dt.timedelta(days=99))
        self.run_sql("update aurora_proactive_heard set heard_at = %s", NOON)
        self.run_sql("update whatsapp_instances set created_at = %s", NOON - dt.timedelta(days=99))
        self.hear()

    def _lost(self, task: Task) -> bool:
        return all(task.recipient != each.recipient for each in self.queue)

    def _tell(self, replies: Any) -> None:
        for reply in replies:
            self.told.setdefault(reply.key, reply)
            self.ask(reply.name, reply.at)

    def run_sql(self, query: str, *values: Any) -> None:
        self.mailing.connection.execute(query.encode(), values)

    def hear(self) -> None:
        self.run_sql(
            "insert into aurora_proactive_replies (instance_name, gateway_message_id, organization_id, received_at)"
            " values (%s, %s, %s, %s)",
            self.mailing.instance, uuid4().hex, self.mailing.organization, self.now - dt.timedelta(minutes=1),
        )  # fmt: skip

    def ask(self, kind: str, at: dt.datetime, *, accepted: dt.datetime | None = None) -> None:
        """A question to the owner, which the gateway accepted then."""
        id_ = uuid4()
        self.run_sql(
            "insert into aurora_proactive_questions (id, organization_id, owner_number_id, campaign_ids, kind,"
            " asked_at, valid_until) values (%s, %s, %s, %s, %s, %s, %s)",
            id_, self.mailing.organization, self.mailing.owner, [self.mailing.campaign], kind, at, at,
        )  # fmt: skip
        if accepted is not None:
            self.run_sql(
                "insert into aurora_proactive_messages (id, organization_id, owner_number_id, message_type, status,"
                " sent_at, metadata) values (%s, %s, %s, 'campaign_answer', 'sent', %s, '{}')",
                id_, self.mailing.organization, self.mailing.owner, accepted.replace(tzinfo=None),
            )  # fmt: skip

    def go(self) -> float | None:
        """Run until there is nothing to do at once; what the pump answered last."""
        for _ in range(20):
            again = self.pump.run(self.mailing.instance)
            if again != 1.0:
                return again
        raise AssertionError("it never rests")

    def pass_(self, **time: float) -> None:
        self.now += dt.timedelta(**time, milliseconds=1)

    def deliver(
        self, *, receipts: Any = ("server_ack_at", "delivered_at"), status: str = "sent", **columns: Any
    ) -> UUID:
        """The worker sends what is on the queue; what was heard of it."""
        task = self.queue.pop(0)
        told = {"receipts": {name: self.now.isoformat() for name in receipts}}
        self.run_sql(
            "update aurora_proactive_campaign_recipients set status = %s, sent_at = %s, reason = %s, metadata = %s"
            " where id = %s",
            status, self.now if status == "sent" else None, columns.get("reason"), Jsonb(told), task.recipient.id,
        )  # fmt: skip
        self.run_sql(
            "update aurora_proactive_number_health set sent = sent + 1 where instance_name = %s", self.mailing.instance
        )
        return task.recipient.id

    def send(self, number: int, **how: Any) -> list[UUID]:
        """Hand so many over, each delivered at once."""
        sent = []
        for _ in range(number):
            for _ in range(40):
                again = self.go()
                if self.queue:
                    break
                self.pass_(seconds=again or 1)
            sent.append(self.deliver(**how))
        return sent


@pytest.fixture
def pumping(database: psycopg.Connection[dict[str, Any]], supabase: Database, redis_client: redis.Redis) -> Pumping:
    for table in ("breakers", "campaigns", "campaign_recipients", "number_health", "heard", "replies", "number_events"):
        database.execute(f"delete from aurora_proactive_{table}".encode())
    return Pumping(Mailing(database, 4), supabase, redis_client)


def status(pumping: Pumping) -> tuple[str, str | None]:
    row = pumping.mailing.campaign_row()
    return row["status"], row["pause_cause"]


def test_it_hands_over_one_and_the_next_only_after_the_gap(pumping: Pumping) -> None:
    gap = pumping.go()
    assert gap is not None and 20 <= gap <= 75
    assert [task.recipient.id for task in pumping.queue] == [pumping.mailing.recipients[0]]
    assert pumping.queue[0].data["cap"] == 60 and pumping.queue[0].data["closes_at"] == "2026-11-25T21:00:00Z"
    pumping.pass_(seconds=gap)
    assert pumping.go() == 5.0  # it is in a worker's hand: nobody else is handed over
    assert len(pumping.queue) == 1
    pumping.deliver()
    again = pumping.go()
    assert again is not None and not pumping.queue and 19 <= again <= 75
    while again and not pumping.queue:
        pumping.pass_(seconds=again)
        again = pumping.go()
    assert [task.recipient.id for task in pumping.queue] == [pumping.mailing.recipients[1]]


def test_of_two_pumps_only_one_goes_on(pumping: Pumping) -> None:
    view = pumping.store.view(pumping.mailing.instance, pumping.now)
    first = pumping.store.pick(pumping.mailing.instance, pumping.mailing.campaign, ["warm"], view.handed, pumping.now)
    other = pumping.store.pick(pumping.mailing.instance, pumping.mailing.campaign, ["warm"], view.handed, pumping.now)
    assert first == (pumping.mailing.recipients[0], 0)
    assert other is None


def test_who_was_handed_over_and_is_on_no_queue_is_handed_over_again(pumping: Pumping) -> None:
    pumping.go()
    pumping.queue.clear()  # Redis lost its data
    pumping.pass_(seconds=80)
    pumping.go()
    assert [task.recipient.id for task in pumping.queue] == [pumping.mailing.recipients[0]]


def test_what_a_worker_began_is_finished_though_the_campaign_is_over(pumping: Pumping) -> None:
    pumping.go()
    pumping.queue.clear()
    pumping.run_sql(
        "update aurora_proactive_campaign_recipients set metadata = %s where id = %s",
        Jsonb({"claim": {"by": "dead"}}), pumping.mailing.recipients[0],
    )  # fmt: skip
    pumping.mailing.change(status="stopped", ended_by="owner", reported_at=NOON, followed_up_at=NOON)
    assert pumping.store.pumps(pumping.now) == [pumping.mailing.instance]
    assert pumping.go() == 5.0
    assert [task.data["cap"] for task in pumping.queue] == [0]


def test_it_ends_with_a_report_and_a_week_later_with_another(pumping: Pumping) -> None:
    pumping.run_sql("update contacts set status = 'blocked' where id = %s", pumping.mailing.contacts[2])
    sent = pumping.send(3)
    assert sent == [pumping.mailing.recipients[place] for place in (0, 1, 3)]
    pumping.go()
    assert status(pumping) == ("done", None)
    (report,) = pumping.told.values()
    assert report.name == "T13"
    assert "📨 Enviadas: 3 de 4\n🚫 Não enviadas: 1 (1 está bloqueado)\n❓ Sem confirmação: 0" in report.text
    assert pumping.go() is None
    pumping.pass_(days=8)
    pumping.run_sql(
        "insert into bookings (organization_id, contact_id, start_time, status, price, created_at)"
        " values (%s, %s, %s, 'confirmed', 80, %s)",
        pumping.mailing.organization, pumping.mailing.contacts[0], NOON + dt.timedelta(days=3),
        NOON + dt.timedelta(days=1),
    )  # fmt: skip
    pumping.go()
    week = list(pumping.told.values())[-1]
    assert week.text.startswith('📊 Uma semana depois da campanha "campanha": 0 dos 3 responderam, 1 agendou')
    assert "R$ 80,00" in week.text
    assert pumping.go() is None and pumping.store.pumps(pumping.now) == []


def test_a_confirmed_campaign_starts_two_minutes_after_the_owner_was_told(pumping: Pumping) -> None:
    pumping.mailing.change(status="confirmed", confirmed_at=NOON)
    pumping.ask("T1", NOON, accepted=NOON + dt.timedelta(seconds=20))
    assert pumping.go() == 10.0 and status(pumping)[0] == "confirmed"
    pumping.pass_(seconds=139)
    pumping.go()
    assert status(pumping)[0] == "confirmed"
    pumping.pass_(seconds=2)
    pumping.go()
    assert status(pumping)[0] == "running" and pumping.queue


def test_whoever_was_not_told_is_told_that_it_does_not_start(pumping: Pumping) -> None:
    pumping.mailing.change(status="confirmed", confirmed_at=NOON)
    pumping.ask("T1", NOON)
    pumping.pass_(minutes=9, seconds=59)
    pumping.go()
    assert status(pumping)[0] == "confirmed"
    pumping.pass_(seconds=1)
    pumping.go()
    assert status(pumping) == ("paused", "not_told")
    (reply,) = pumping.told.values()
    assert "a confirmação não chegou a você. Responda CONTINUAR" in reply.text and not pumping.queue


def test_outside_the_window_nobody_is_handed_over(pumping: Pumping) -> None:
    pumping.now = dt.datetime(2026, 11, 25, 21, 0, tzinfo=dt.UTC)  # 18:00, closed
    assert pumping.go() == 60.0 and not pumping.queue
    pumping.now = dt.datetime(2026, 11, 29, 15, 0, tzinfo=dt.UTC)  # a Sunday
    pumping.hear()
    assert pumping.go() == 60.0 and not pumping.queue


def test_the_days_cap_ends_a_day_and_a_good_day_raises_the_level(pumping: Pumping) -> None:
    pumping.mailing.sick(sent=60)
    assert pumping.go() == 60.0 and not pumping.queue
    pumping.pass_(days=1)
    pumping.hear()
    pumping.go()
    health = pumping.mailing.health()
    assert (health["level"], health["sent"]) == (4, 0) and pumping.queue[0].data["cap"] == 80


def test_of_the_cool_ones_only_half_of_the_cap(pumping: Pumping) -> None:
    pumping.run_sql("update aurora_proactive_campaign_recipients set warmth = 'cool' where position <> 2")
    pumping.mailing.sick(sent=30, sent_cool=30)
    pumping.go()
    assert [task.recipient.id for task in pumping.queue] == [pumping.mailing.recipients[2]]


def test_two_errors_in_a_row_pause_every_campaign_for_a_day_and_then_one_goes_first(pumping: Pumping) -> None:
    pumping.send(2, receipts=("error_at",))
    pumping.go()
    assert status(pumping) == ("paused", "refused")
    assert pumping.redis.get(campaign_halt_key(str(pumping.mailing.campaign)))
    health = pumping.mailing.health()
    assert (health["level"], health["trouble"]) == (1, True)
    (told,) = pumping.told.values()
    assert "em 2 de 4: o WhatsApp limitou o número. Retomo amanhã às" in told.text or "Retomo" in told.text
    pumping.pass_(hours=23, minutes=50)
    pumping.hear()
    assert pumping.go() == 60.0
    pumping.pass_(minutes=30)
    pumping.go()
    assert status(pumping)[0] == "running"
    assert pumping.redis.get(campaign_halt_key(str(pumping.mailing.campaign))) is None
    assert len(pumping.queue) == 1
    pumping.deliver(receipts=())
    pumping.pass_(seconds=100)
    assert pumping.go() == 10.0 and not pumping.queue  # the first one alone, until it is heard of
    pumping.pass_(seconds=30)
    pumping.go()
    assert status(pumping) == ("paused", "undelivered")
    assert pumping.mailing.campaign_row()["trips"] == 2


def test_the_third_trip_ends_a_campaign(pumping: Pumping) -> None:
    pumping.mailing.change(trips=2)
    pumping.send(2, receipts=("error_at",))
    pumping.go()
    row = pumping.mailing.campaign_row()
    assert (row["status"], row["ended_by"]) == ("stopped", "breaker")
    assert [reply.text[:24] for reply in pumping.told.values()] == ["⏹️ Campanha encerrada: ca"[:24]]
    assert [pumping.mailing.row(place)["reason"] for place in (2, 3)] == ["stopped", "stopped"]


HINDRANCES: dict[str, tuple[str, str]] = {
    "the organisation": ("update organizations set is_active = false where id = %s", "paused"),
    "the owner's switch": ("update owner_numbers set aurora_enabled = false where organization_id = %s", "paused"),
    "the terms": ("delete from aurora_proactive_campaign_settings where organization_id = %s", "paused"),
    "a pause of campaigns": (
        "insert into aurora_proactive_pauses (organization_id, message_type, reason) values (%s, 'campaign', 'x')",
        "paused",
    ),
    "the instance": (
        "update whatsapp_instances set status = 'disconnected' where organization_id = %s",
        "disconnected",
    ),
    "no instance": ("delete from whatsapp_instances where organization_id = %s", "disconnected"),
    "nothing heard": ("delete from aurora_proactive_replies where organization_id = %s", "paused"),
}


@pytest.mark.parametrize("what", HINDRANCES)
def test_what_keeps_a_campaign_from_going_on_pauses_it_once(pumping: Pumping, what: str) -> None:
    query, cause = HINDRANCES[what]
    pumping.run_sql(query, pumping.mailing.organization)
    pumping.go()
    assert status(pumping) == ("paused", cause) and not pumping.queue
    told = {"T11"} if what not in ("the organisation", "the owner's switch") else set()
    assert {reply.name for reply in pumping.told.values()} == told
    pumping.pass_(minutes=5)
    pumping.go()
    assert len(pumping.told) == len(told)


GONE = {
    "deleted": "delete from owner_numbers where id = %s",
    "disabled": "update owner_numbers set aurora_enabled = false where id = %s",
}


@pytest.mark.parametrize("how", GONE)
@pytest.mark.parametrize("others", [0, 1])
def test_of_a_campaign_whose_owner_is_gone_the_others_are_told_else_nobody(
    pumping: Pumping, how: str, others: int
) -> None:
    mailing, other = pumping.mailing, uuid4()
    if others:
        pumping.run_sql(
            "insert into owner_numbers (id, organization_id, name, phone) values (%s, %s, 'Bia', '11966665555')",
            other, mailing.organization,
        )  # fmt: skip
    pumping.run_sql(GONE[how], mailing.owner)
    pumping.go()
    assert status(pumping) == ("paused", "paused") and not pumping.queue
    pumping.pass_(days=8)
    pumping.go()
    assert (status(pumping)[0], mailing.campaign_row()["ended_by"]) == ("done", "too_late")
    assert [(reply.name, reply.owner_id) for reply in pumping.told.values()] == [("T11", other), ("T13", other)][
        : 2 * others
    ]
    assert mailing.campaign_row()["reported_at"] is not None  # the page has its figures


def test_an_inactive_organisation_is_told_nothing_and_goes_on_when_it_is_active_again(pumping: Pumping) -> None:
    pumping.run_sql("update organizations set is_active = false where id = %s", pumping.mailing.organization)
    pumping.go()
    pumping.run_sql("update organizations set is_active = true where id = %s", pumping.mailing.organization)
    pumping.go()
    assert status(pumping) == ("running", None) and len(pumping.queue) == 1 and pumping.told == {}


def test_it_goes_on_half_an_hour_after_the_number_is_back(pumping: Pumping) -> None:
    pumping.run_sql(
        "update whatsapp_instances set status = 'disconnected' where instance_name = %s", pumping.mailing.instance
    )
    pumping.go()
    pumping.run_sql(
        "update whatsapp_instances set status = 'connected' where instance_name = %s", pumping.mailing.instance
    )
    pumping.pass_(minutes=29)
    pumping.go()
    assert status(pumping) == ("paused", "disconnected")
    pumping.pass_(minutes=1)
    pumping.go()
    assert status(pumping) == ("running", None)
    assert pumping.mailing.health()["level"] == 1


def test_a_stop_that_only_reached_redis_is_written(pumping: Pumping) -> None:
    pumping.store.halts.set(pumping.mailing.campaign)
    pumping.go()
    assert status(pumping) == ("running", None)  # whoever set it may be about to write it
    pumping.redis.expire(campaign_halt_key(str(pumping.mailing.campaign)), 30 * 24 * 3600 - 31)
    pumping.go()
    assert status(pumping) == ("paused", "owner")


def test_a_halt_that_redis_forgot_is_set_again(pumping: Pumping) -> None:
    pumping.mailing.change(status="paused", pause_cause="owner", paused_at=NOON, halt="mark", resumes_as="running")
    pumping.go()
    assert pumping.redis.get(campaign_halt_key(str(pumping.mailing.campaign))) == b"mark"


def test_what_an_owner_leaves_paused_for_two_days_ends(pumping: Pumping) -> None:
    pumping.mailing.change(status="paused", pause_cause="owner", paused_at=NOON, resumes_as="running")
    pumping.pass_(hours=48)
    pumping.go()
    assert status(pumping)[0] == "declined"  # nobody had got it
    assert [reply.name for reply in pumping.told.values()] == ["T5"]


def test_when_its_time_is_over_the_rest_is_too_late(pumping: Pumping) -> None:
    pumping.send(1)
    pumping.pass_(days=8)
    pumping.go()
    assert status(pumping)[0] == "done"
    assert pumping.mailing.row(1)["reason"] == "too_late"


def test_campaigns_of_one_instance_take_turns(pumping: Pumping, database: Any) -> None:
    other = Mailing(database, 0)
    other.change(
        organization_id=pumping.mailing.organization, instance_name=pumping.mailing.instance,
        confirmed_by=pumping.mailing.owner,
    )  # fmt: skip
    database.execute(
        "update aurora_proactive_campaign_recipients set campaign_id = %s where id = any (%s)",
        [other.campaign, pumping.mailing.recipients[2:]],
    )
    order = pumping.send(4)
    places = [pumping.mailing.recipients.index(each) for each in order]
    assert sorted(places[:2])[0] < 2 <= sorted(places[:2])[1]
    assert sorted(places[2:])[0] < 2 <= sorted(places[2:])[1]


def stop(pumping: Pumping, cause: str, hours: float = 24) -> None:
    """The instance's own breaker stops it, an hour for whom it knows."""
    pumping.run_sql(
        "insert into aurora_proactive_breakers (instance_name, cause, since, known_until, new_until)"
        " values (%s, %s, %s, %s, %s)",
        pumping.mailing.instance, cause, pumping.now, pumping.now + dt.timedelta(hours=1),
        pumping.now + dt.timedelta(hours=hours),
    )  # fmt: skip


@pytest.mark.parametrize("handed", [False, True])
@pytest.mark.parametrize(
    ("cause", "paused", "words"),
    [
        ("refused", "refused", "o WhatsApp limitou o número. Retomo amanhã às 12"),
        ("throttled", "throttled", "o WhatsApp limitou o número. Retomo amanhã às 12"),
        ("silent", "undelivered", "as mensagens não estão chegando. Retomo amanhã às 12"),
        ("banned", "disconnected", "o WhatsApp desconectou. Retomo assim que der."),
        ("logged_out", "disconnected", "o WhatsApp desconectou. Retomo assim que der."),
    ],
)
def test_an_instance_that_its_own_breaker_stops_pauses_its_campaigns_until_that_is_over(
    pumping: Pumping, cause: str, paused: str, words: str, handed: bool
) -> None:
    if handed:
        pumping.go()
        pumping.pass_(minutes=1)
    stop(pumping, cause)
    for _ in range(3):
        assert pumping.go() in (5.0, 60.0)
        assert len(pumping.queue) == handed
        pumping.pass_(minutes=30)
    assert status(pumping) == ("paused", paused)
    (told,) = pumping.told.values()
    assert told.name == "T11" and words in told.text
    health = pumping.mailing.health()
    assert (health["level"], health["trouble"], health["probing"]) == (1, True, True)
    assert pumping.mailing.campaign_row()["trips"] == (paused != "disconnected")
    pumping.queue.clear()
    pumping.now = NOON + dt.timedelta(hours=24, minutes=2)
    pumping.hear()
    pumping.run_sql("update aurora_proactive_campaign_steps set at = %s", pumping.now)
    pumping.go()
    assert status(pumping) == ("running", None) and len(pumping.queue) == 1
    assert pumping.mailing.health()["level"] == 1  # nor is it a trip anew
    pumping.deliver(receipts=())
    pumping.pass_(seconds=100)
    assert pumping.go() == 10.0 and not pumping.queue  # the first one alone


def test_a_stop_that_an_operator_ends_is_over_and_the_third_ends_the_campaign(pumping: Pumping) -> None:
    for trips in (1, 2):
        stop(pumping, "refused")
        pumping.go()
        assert status(pumping) == ("paused", "refused") and pumping.mailing.campaign_row()["trips"] == trips
        pumping.run_sql("delete from aurora_proactive_breakers")
        pumping.pass_(minutes=2)
        pumping.run_sql("update aurora_proactive_campaign_steps set at = %s", pumping.now)
        pumping.go()
        assert status(pumping) == ("running", None)
    stop(pumping, "silent")
    pumping.go()
    assert status(pumping)[0] == "stopped" and pumping.mailing.campaign_row()["ended_by"] == "breaker"


def test_a_campaign_does_not_start_while_its_instance_is_stopped(pumping: Pumping) -> None:
    pumping.mailing.change(status="confirmed", confirmed_at=NOON)
    pumping.ask("T1", NOON, accepted=NOON)
    stop(pumping, "throttled", hours=1)
    pumping.pass_(minutes=59)
    pumping.go()
    assert status(pumping) == ("confirmed", None)
    pumping.pass_(minutes=1)
    pumping.go()
    assert status(pumping) == ("running", None) and len(pumping.queue) == 1


def test_a_gateway_that_takes_nobody_pauses_the_campaign_and_is_tried_again(pumping: Pumping) -> None:
    pumping.go()
    pumping.pass_(minutes=9)
    pumping.go()
    assert status(pumping) == ("running", None)
    pumping.pass_(minutes=1)
    pumping.go()
    assert status(pumping) == ("paused", "gateway")
    (told,) = pumping.told.values()
    assert told.text.endswith("as mensagens não estão chegando. Retomo assim que der.")
    pumping.queue.clear()  # the claim is closed while it pauses: the job ends, the recipient waits
    pumping.pass_(minutes=29)
    pumping.go()
    assert status(pumping) == ("paused", "gateway")
    pumping.pass_(minutes=1)
    pumping.run_sql("update aurora_proactive_campaign_steps set at = %s", pumping.now)
    pumping.go()
    pumping.run_sql("update aurora_proactive_campaign_steps set at = %s", pumping.now)
    pumping.go()
    assert status(pumping) == ("running", None)
    assert [task.recipient.id for task in pumping.queue] == [pumping.mailing.recipients[0]]


def test_who_was_handed_over_as_the_window_closed_waits_for_the_next(pumping: Pumping) -> None:
    pumping.now = dt.datetime(2026, 11, 25, 20, 58, tzinfo=dt.UTC)  # 17:58, closing at 18:00
    pumping.go()
    assert pumping.queue
    pumping.queue.clear()  # it came back after 18:00, and its claim was closed
    for minutes in (11, 60, 14 * 60):  # 18:09, 19:09, 9:09
        pumping.pass_(minutes=minutes)
        pumping.go()
        assert status(pumping) == ("running", None)
    assert [task.recipient.id for task in pumping.queue] == [pumping.mailing.recipients[0]]
    assert (pumping.told, pumping.mailing.campaign_row()["trips"]) == ({}, 0)


def test_a_gateway_that_is_away_thrice_ends_nothing(pumping: Pumping) -> None:
    pumping.mailing.change(trips=2)
    pumping.go()
    pumping.pass_(minutes=10)
    pumping.go()
    assert status(pumping) == ("paused", "gateway")
    assert pumping.mailing.campaign_row()["trips"] == 2
    assert pumping.mailing.health()["level"] == 3


def test_nobody_is_picked_while_the_last_one_is_in_a_workers_hand(pumping: Pumping) -> None:
    pumping.go()
    handed = pumping.store.view(pumping.mailing.instance, pumping.now).handed
    pumping.run_sql(
        "update aurora_proactive_campaign_recipients set metadata = %s where id = %s",
        Jsonb({"claim": {"by": "w"}}), pumping.mailing.recipients[0],
    )  # fmt: skip
    # a pump that stood still since it looked
    assert pumping.store.pick(pumping.mailing.instance, pumping.mailing.campaign, ["warm"], handed, pumping.now) is None


def test_only_what_was_told_since_starts_a_campaign(pumping: Pumping) -> None:
    pumping.mailing.change(status="confirmed", confirmed_at=NOON)
    pumping.ask("T1", NOON - dt.timedelta(seconds=30), accepted=NOON)  # of an earlier yes
    pumping.pass_(minutes=5)
    pumping.go()
    assert status(pumping)[0] == "confirmed"
    pumping.mailing.change(paused_at=NOON + dt.timedelta(minutes=5))  # stopped before the start, and resumed
    pumping.ask("T1", NOON, accepted=NOON)
    pumping.go()
    assert status(pumping)[0] == "confirmed"
    pumping.ask("T1", pumping.now, accepted=pumping.now)
    pumping.pass_(minutes=2)
    pumping.go()
    assert status(pumping)[0] == "running"
