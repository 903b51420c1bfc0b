"""What came of messages is counted as it was defined, and as a second calculation counts it."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

import pytest

from proactive.message_types.registry import BY_HAND
from proactive.records.engagement import Engagement, EngagementQueries
from proactive.storage.supabase import Database as Supabase
from tests.support.asking import Database
from tests.support.engagement_oracle import DAY, HOUR, OracleAnswer, OracleMessage, engagement, keep

ZONE = "America/Sao_Paulo"
#: A Thursday, 15:00 in São Paulo.
NOW = dt.datetime(2026, 11, 26, 18, tzinfo=dt.UTC)
TODAY = dt.date(2026, 11, 26)


class Ground:
    """An organisation with its instance, and what came of its messages."""

    def __init__(self, database: Database, supabase: Supabase) -> None:
        self.database, self.queries = database, EngagementQueries(supabase)
        self.organization, self.instance, self.owner = uuid4(), f"told-{uuid4()}", uuid4()
        database.execute(
            "insert into organizations (id, name, timezone) values (%s, 'Loja', %s)", [self.organization, ZONE]
        )
        database.execute(
            "insert into whatsapp_instances (organization_id, instance_name, status) values (%s, %s, 'connected')",
            [self.organization, self.instance],
        )

    def sent(
        self, ago: dt.timedelta, *answers: OracleAnswer, owner: UUID | None = None, **receipts: Any
    ) -> OracleMessage:
        """A message, not kept yet; receipts by how long after it they came."""
        at = NOW - ago
        return OracleMessage(
            at, owner or self.owner, receipts={f"{name}_at": at + after for name, after in receipts.items()},
            answers=list(answers),
        )  # fmt: skip

    def figures(self, *messages: OracleMessage, days: int = 20, now: dt.datetime = NOW) -> Engagement:
        keep(self.database, self.organization, self.instance, messages)
        return self.queries.engagement(self.organization, TODAY - days * DAY, TODAY, now)


@pytest.fixture
def ground(database: Database, supabase: Supabase) -> Ground:
    return Ground(database, supabase)


def after(ago: dt.timedelta, later: dt.timedelta, said: str | None = "yes", kind: str | None = "text") -> OracleAnswer:
    """An answer to what was sent so long ago, so much later."""
    return OracleAnswer(NOW - ago + later, kind, said)


def compared(found: Engagement, messages: Sequence[OracleMessage], days: int = 20) -> None:
    expected = engagement(messages, TODAY - days * DAY, TODAY, ZONE, NOW)
    assert {each.type for each in found.rows} == set(expected)
    for each in found.rows:
        told = each.model_dump(exclude={"type"})
        wanted = {
            name: expected[each.type].get(name, 0 if name not in ("median", "quarter") else None) for name in told
        }
        assert told == pytest.approx(wanted), each.type


@pytest.mark.parametrize("seed", range(4))
def test_the_figures_are_those_of_a_second_calculation(ground: Ground, seed: int) -> None:
    chance = random.Random(seed)
    owners = [uuid4() for _ in range(3)]
    messages = [_anything(chance, chance.choice(owners)) for _ in range(120)]
    compared(ground.figures(*messages), messages)


def _anything(chance: random.Random, owner: UUID) -> OracleMessage:
    """A message with any receipts in any order and any answers."""
    at = NOW - dt.timedelta(minutes=chance.randrange(1, 110 * 24 * 60))
    if chance.random() < 0.7:
        at = NOW - dt.timedelta(minutes=chance.randrange(1, 25 * 24 * 60))
    names = [name for name in ("server_ack", "delivered", "read", "error") if chance.random() < 0.3]
    receipts = {f"{name}_at": at + dt.timedelta(minutes=chance.choice([0, 1, 50, 700, 3000])) for name in names}
    answers = [
        OracleAnswer(
            at + dt.timedelta(minutes=chance.choice([-1, 0, 3, 200, 1500, 2880, 2881, 6000]), seconds=n),
            chance.choice(["text", "reaction", "audio", None]), chance.choice(["yes", "no", "stop", "other"]),
        )
        for n in range(chance.choice([0, 0, 1, 2, 3]))
    ]  # fmt: skip
    for each in answers:
        each.said = None if each.kind is None or (each.kind == "reaction" and chance.random() < 0.4) else each.said
    return OracleMessage(
        at, owner, chance.choice(["daily_summary", "birthdays"]),
        {name: moment for name, moment in receipts.items() if moment <= NOW},
        [each for each in answers if each.at <= NOW],
    )  # fmt: skip


def test_the_four_states_of_delivery_add_up_to_what_was_sent(ground: Ground) -> None:
    chance = random.Random(7)
    names = ("server_ack", "delivered", "read", "error")
    messages = [
        ground.sent((30 + n) * HOUR, owner=None, **{name: (n % 5) * HOUR for name in names if chance.random() < 0.4})
        for n in range(60)
    ]  # fmt: skip
    total = ground.figures(*messages).total
    assert total.delivered + total.on_its_way + total.refused + total.silent == total.delivery_n == total.sent == 60
    assert min(total.delivered, total.on_its_way, total.refused, total.silent) > 0


def test_what_is_delivered_later_is_no_longer_refused_and_an_error_afterwards_changes_nothing(ground: Ground) -> None:
    day = 26 * HOUR
    messages = [
        ground.sent(day, error=HOUR), ground.sent(day, error=HOUR, delivered=20 * HOUR),
        ground.sent(day, delivered=HOUR, error=2 * HOUR), ground.sent(day, after(day, 25 * HOUR), error=HOUR),
        ground.sent(day), ground.sent(day, server_ack=HOUR),
    ]  # fmt: skip
    total = ground.figures(*messages).total
    assert (total.delivered, total.refused, total.silent, total.on_its_way) == (3, 1, 1, 1)


def test_a_figure_is_only_of_messages_whose_window_has_closed(ground: Ground) -> None:
    messages = [
        ground.sent(ago, after(ago, HOUR), delivered=HOUR, read=HOUR)
        for ago in (2 * HOUR, 23 * HOUR, 25 * HOUR, 47 * HOUR, 49 * HOUR, 60 * DAY)
    ]
    total = ground.figures(*messages).total
    # two hours ago is today: midnight has not come; the sixty days old one made the reads visible
    assert (total.sent, total.delivery_n, total.answer_n, total.read_n, total.read) == (5, 3, 1, 4, 4)


def test_reads_count_only_of_owners_whose_reads_were_visible_before(ground: Ground) -> None:
    hidden, gone = uuid4(), uuid4()
    messages = [ground.sent(n * DAY, after(n * DAY, HOUR), owner=hidden, delivered=HOUR) for n in (3, 4, 5)]
    messages += [ground.sent(100 * DAY, owner=gone, read=HOUR), ground.sent(3 * DAY, owner=gone, read=HOUR)]
    messages += [ground.sent(8 * DAY, read=HOUR), ground.sent(3 * DAY, read=30 * HOUR), ground.sent(4 * DAY, read=HOUR)]
    found = ground.figures(*messages)
    # the first one with a read proves nothing of itself; one was read after midnight
    assert (found.total.read_n, found.total.read) == (2, 1)
    assert (found.hidden_readers, found.total.to_hidden) == (1, 3)


def test_an_instance_that_told_no_receipt_in_seven_days_has_no_delivery_and_no_reads(ground: Ground) -> None:
    messages = [ground.sent(2 * DAY, after(4 * DAY, HOUR)), ground.sent(10 * DAY, delivered=HOUR)]
    messages[0].answers[0].at = NOW - DAY
    total = ground.figures(*messages).total
    assert (total.delivery_n, total.untold, total.delivered, total.read_n) == (1, 1, 1, 0)
    assert (total.answer_n, total.answered) == (2, 1)  # that goes on


def test_any_receipt_of_the_instance_speaks_for_it(ground: Ground) -> None:
    ground.database.execute(
        "insert into aurora_proactive_instances (instance_name, acknowledged_at) values (%s, %s)",
        [ground.instance, NOW - 6 * DAY],
    )
    total = ground.figures(ground.sent(2 * DAY)).total
    assert (total.delivery_n, total.silent, total.untold) == (1, 1, 0)


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ([(1, "text", "no"), (2, "text", "yes")], "yes"),
        ([(1, "text", "no"), (2, "text", "other")], "no"),
        ([(1, "text", "yes"), (49, "text", "no")], "yes"),
        ([(1, "reaction", "yes"), (2, "reaction", None)], None),
        ([(1, "reaction", "yes"), (2, "reaction", "no")], "no"),
        ([(1, "reaction", "yes"), (49, "reaction", None)], "yes"),
        ([(1, "text", "stop"), (2, "reaction", "yes"), (3, "reaction", None)], "stop"),
        ([(49, "text", "yes")], None),
        ([(1, "audio", "other")], "other"),
    ],
)
def test_the_last_decisive_answer_within_the_window_counts(
    ground: Ground, answers: list[tuple[int, str, str | None]], expected: str | None
) -> None:
    message = ground.sent(4 * DAY, *(after(4 * DAY, hours * HOUR, said, kind) for hours, kind, said in answers))
    total = ground.figures(message).total
    assert total.answered == int(expected is not None)
    assert {name for name in ("yes", "no", "stop", "other") if getattr(total, name)} == (
        {expected} if expected else set()
    )


def test_an_answer_says_what_it_says_after_it_was_changed(ground: Ground) -> None:
    message = ground.sent(4 * DAY, after(4 * DAY, HOUR, "yes"), after(4 * DAY, 2 * HOUR, "no"))
    keep(ground.database, ground.organization, ground.instance, [message])
    first, second = message.answers
    for id_, said, hours in ((f"{second.id}:delete", None, 3), (f"{first.id}:edit:{'0' * 12}", "stop", 4)):
        ground.database.execute(
            "insert into aurora_proactive_replies (instance_name, gateway_message_id, organization_id, owner_number_id,"
            " received_at, kind, said, rule) values (%s, %s, %s, %s, %s, 'text', %s, 1)",
            [ground.instance, id_, ground.organization, message.owner, message.sent_at + hours * HOUR, said],
        )
    total = ground.figures().total
    assert (total.answered, total.stop, total.yes, total.no) == (1, 1, 0, 0)


def test_the_time_to_an_answer_is_told_only_where_half_or_a_quarter_answered(ground: Ground) -> None:
    quick = [ground.sent(4 * DAY, after(4 * DAY, n * HOUR)) for n in (1, 2, 3)]
    silent = [ground.sent(5 * DAY) for _ in range(4)]
    total = ground.figures(*quick, *silent).total
    assert (total.median, total.quarter) == (None, 2 * 3600)
    silent_less = ground.figures(ground.sent(4 * DAY, after(4 * DAY, 4 * HOUR))).total
    assert (silent_less.median, silent_less.quarter) == (4 * 3600, 2 * 3600)
    none = ground.figures(*(ground.sent(5 * DAY) for _ in range(9))).total
    assert (none.median, none.quarter) == (None, None)


def test_weeks_in_which_webhooks_were_away_are_marked(ground: Ground) -> None:
    monday = dt.datetime(2026, 11, 9, 12, tzinfo=dt.UTC)
    messages = [
        OracleMessage(monday, ground.owner, receipts={"server_ack_at": monday - dt.timedelta(seconds=2)}),
        OracleMessage(monday + 7 * DAY, ground.owner),  # nothing was heard of it for seven hours
        OracleMessage(monday + 7 * DAY + 7 * HOUR, ground.owner, receipts={"error_at": monday + 7 * DAY + 7 * HOUR}),
        OracleMessage(monday + 9 * DAY, ground.owner, receipts={"server_ack_at": monday + 9 * DAY}),
    ]
    found = ground.figures(*messages, now=monday + 12 * DAY)
    assert [(each.week, each.hours) for each in found.away] == [(dt.date(2026, 11, 16), 7.0)]


def test_only_the_types_of_messages_count_and_the_days_are_the_business_own(ground: Ground) -> None:
    midnight = dt.datetime(2026, 11, 20, 3, tzinfo=dt.UTC)
    messages = [OracleMessage(midnight - dt.timedelta(seconds=1), ground.owner)]
    messages += [OracleMessage(midnight, ground.owner, type_) for type_ in ("daily_summary", "campaign_answer", "x")]
    keep(ground.database, ground.organization, ground.instance, messages)
    found = ground.queries.engagement(ground.organization, dt.date(2026, 11, 20), dt.date(2026, 11, 20), NOW)
    assert (found.total.sent, [each.type for each in found.types]) == (1, ["daily_summary"])
    assert set(BY_HAND) >= {"birthdays", "custom_campaign"} and "campaign_answer" not in BY_HAND


def test_without_messages_there_is_nothing_to_say(ground: Ground) -> None:
    found = ground.figures()
    assert (found.total.sent, found.total.answer_n, found.total.median, found.types) == (0, 0, None, [])
