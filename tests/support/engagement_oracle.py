"""What came of messages, computed a second time and in another way: one message after the other, in plain Python."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from psycopg.types.json import Jsonb

from tests.support.asking import Database

HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
_RECEIPTS = ("server_ack_at", "delivered_at", "read_at", "error_at")


@dataclass
class OracleAnswer:
    """An answer: when, how, what it says (None: taken back)."""

    at: dt.datetime
    kind: str | None = "text"
    said: str | None = "yes"
    id: str = field(default_factory=lambda: uuid4().hex)


@dataclass
class OracleMessage:
    """A message that was sent, its receipts and its answers."""

    sent_at: dt.datetime
    owner: UUID
    type: str = "daily_summary"
    receipts: dict[str, dt.datetime] = field(default_factory=dict)
    answers: list[OracleAnswer] = field(default_factory=list)
    id: UUID = field(default_factory=uuid4)


def keep(database: Database, organization: UUID, instance: str, messages: Sequence[OracleMessage]) -> None:
    """Write messages and their answers into the database."""
    for each in messages:
        at = each.sent_at.astimezone(dt.UTC).replace(tzinfo=None)
        receipts = {name: moment.isoformat() for name, moment in each.receipts.items()}
        database.execute(
            "insert into aurora_proactive_messages (id, organization_id, owner_number_id, message_type, status,"
            " sent_at, created_at, metadata) values (%s, %s, %s, %s, 'sent', %s, %s, %s)",
            [each.id, organization, each.owner, each.type, at, at, Jsonb({"receipts": receipts} if receipts else {})],
        )
        for answer in each.answers:
            database.execute(
                "insert into aurora_proactive_replies (instance_name, gateway_message_id, organization_id,"
                " owner_number_id, received_at, answers, kind, said, rule) values (%s, %s, %s, %s, %s, %s, %s, %s, 1)",
                [instance, answer.id, organization, each.owner, answer.at, each.id, answer.kind, answer.said],
            )


def engagement(
    messages: Sequence[OracleMessage], first: dt.date, last: dt.date, zone: str, now: dt.datetime
) -> dict[str | None, dict[str, Any]]:
    """The counts of all (None) and of each type, as `aurora_proactive_engagement` answers them."""
    local = ZoneInfo(zone)
    meant = [
        each for each in messages if first <= each.sent_at.astimezone(local).date() <= last and each.sent_at <= now
    ]
    found: dict[str | None, dict[str, Any]] = {None: _counts(meant, messages, local, now)}
    for type_, group in groupby(sorted(meant, key=lambda each: each.type), key=lambda each: each.type):
        found[type_] = _counts(list(group), messages, local, now)
    return found


def _counts(
    meant: Sequence[OracleMessage], messages: Sequence[OracleMessage], local: ZoneInfo, now: dt.datetime
) -> dict[str, Any]:
    counts: Counter[str] = Counter()
    after: list[float] = []
    hidden = _hidden(messages)
    for each in meant:
        counts["sent"] += 1
        counts["to_hidden"] += each.owner in hidden
        told = _told(each, messages, now)
        if now - each.sent_at >= DAY:
            counts["delivery_n" if told else "untold"] += 1
            counts[_delivery(each, now)] += told
        midnight = dt.datetime.combine(each.sent_at.astimezone(local).date() + DAY, dt.time(), local)
        if now >= midnight and told and _visible(each, messages):
            counts["read_n"] += 1
            seen = [each.receipts[name] for name in ("read_at",) if name in each.receipts]
            seen += [a.at for a in each.answers if a.at <= now and not (a.kind == "reaction" and a.said is None)]
            counts["read"] += any(moment < midnight for moment in seen)
        if now - each.sent_at >= 2 * DAY:
            counts["answer_n"] += 1
            counts.update(_answered(each, after))
    sorted_after = sorted(after)
    return dict(counts) | {
        "median": _kaplan_meier(sorted_after, counts["answer_n"], 0.5),
        "quarter": _kaplan_meier(sorted_after, counts["answer_n"], 0.75),
    }


def _answered(message: OracleMessage, after: list[float]) -> Counter[str]:
    within = sorted((a for a in message.answers if a.at <= message.sent_at + 2 * DAY), key=lambda a: (a.at, a.id))
    reactions = [a for a in within if a.kind == "reaction"]
    standing = [a for a in within if a.kind != "reaction"]
    standing += [a for a in reactions[-1:] if a.said is not None]
    if not standing:
        return Counter()
    after.append(max((min(a.at for a in standing) - message.sent_at).total_seconds(), 0))
    decisive = [a.said for a in sorted(standing, key=lambda a: (a.at, a.id)) if a.said in ("yes", "no", "stop")]
    if decisive:
        return Counter({"answered": 1, str(decisive[-1]): 1})
    read = any(a.kind is not None for a in standing)
    return Counter({"answered": 1, "other" if read else "unread": 1})


def _kaplan_meier(after: Sequence[float], number: int, level: float) -> float | None:
    """When the share of unanswered ones falls to `level`, by the product of what is left at each answer."""
    left, at_risk = 1.0, number
    for moment, group in groupby(after):
        answered = len(list(group))
        left *= 1 - answered / at_risk
        at_risk -= answered
        if left <= level + 1e-12:
            return moment
    return None


def _delivery(message: OracleMessage, now: dt.datetime) -> str:
    if {"delivered_at", "read_at"} & message.receipts.keys() or any(a.at <= now for a in message.answers):
        return "delivered"
    if "error_at" in message.receipts:
        return "refused"
    return "on_its_way" if "server_ack_at" in message.receipts else "silent"


def _told(message: OracleMessage, messages: Sequence[OracleMessage], now: dt.datetime) -> bool:
    until = min(now, message.sent_at + 7 * DAY)
    told = [each.receipts[name] for each in messages for name in _RECEIPTS if name in each.receipts]
    return any(until - 7 * DAY <= moment <= until for moment in told)


def _visible(message: OracleMessage, messages: Sequence[OracleMessage]) -> bool:
    return any(
        each.owner == message.owner
        and "read_at" in each.receipts
        and message.sent_at - 90 * DAY <= each.receipts["read_at"] < message.sent_at
        for each in messages
    )


def _hidden(messages: Sequence[OracleMessage]) -> set[UUID]:
    answered = Counter(each.owner for each in messages if each.answers)
    readers = {each.owner for each in messages if "read_at" in each.receipts}
    return {owner for owner, times in answered.items() if times >= 3 and owner not in readers}
