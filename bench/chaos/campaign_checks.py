"""What the gateway saw of campaigns against what the rows and the owners say. Judges; reads nothing itself."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from bench.chaos.checks import LIMIT, largest_window
from bench.chaos.owners import LOWERED
from bench.chaos.talk import Talk
from proactive.model.failure import Failure

#: A message that a worker had begun when a stop came, or the window closed, may be accepted so long after it.
IN_THE_AIR = 5.0
#: Gaps are counted from the moment that a worker writes down, which is a little later than the gateway's.
_GAP_LEAST, _INEXACT = 1.0, 0.2
_BEGINS, _REPORTS = "✅ Combinado!", ("✅ Campanha concluída", "⏹️ Campanha encerrada")

Rows = Iterable[Mapping[str, Any]]


@dataclass
class CampaignReport:
    """What came of it; lists say which, each in a sentence."""

    recipients: int = 0
    statuses: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    unsent_to_owners: Counter[str] = field(default_factory=Counter)
    injected: Counter[str] = field(default_factory=Counter)
    webhooks: Counter[str] = field(default_factory=Counter)
    deaths: int = 0
    stopped: int = 0
    resumed: int = 0
    at_the_cap: int = 0
    at_the_windows_end: int = 0
    declined: int = 0
    twice: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    without_a_yes: list[str] = field(default_factory=list)
    after_a_halt: list[str] = field(default_factory=list)
    too_close: list[str] = field(default_factory=list)
    above_the_cap: list[str] = field(default_factory=list)
    out_of_window: list[str] = field(default_factory=list)
    unanswered: list[str] = field(default_factory=list)
    unreported: list[str] = field(default_factory=list)
    largest_window: int = 0

    @property
    def problems(self) -> list[str]:
        """Everything that must not be, by its kind."""
        kinds = (
            "twice", "lost", "without_a_yes", "after_a_halt", "too_close", "above_the_cap", "out_of_window",
            "unanswered", "unreported",
        )  # fmt: skip
        found = [f"{kind}: {each}" for kind in kinds for each in getattr(self, kind)]
        above = [f"largest_window: {self.largest_window} in 60 s"] if self.largest_window > LIMIT else []
        return found + above

    @property
    def clean(self) -> bool:
        """Whether everything that must hold did."""
        return not self.problems


def judge(
    report: CampaignReport, talks: Iterable[Talk], messages: list[dict[str, Any]], recipients: Rows, told: Rows,
    dusk: dt.datetime,
) -> None:  # fmt: skip
    """Compare the gateway's log (`messages`) with the rows of `recipients` and of what owners were told (`told`).

    `dusk` (aware) is when the window of the shops closed whose fate it was.
    """
    report.largest_window = largest_window(messages)
    by_number: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for message in messages:
        by_number[message["number"]].append(message)
    everybody = {number for talk in talks for number in (*talk.shop.clients, talk.shop.number)}
    report.lost += [f"a message to {number} is nobody's" for number in set(by_number) - everybody]
    frozen: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for row in recipients:
        frozen[str(row["organization_id"])].append(row)
    said: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for row in told:
        said[str(row["organization_id"])].append(row)
    for talk in talks:
        _judge_clients(report, talk, by_number, frozen[str(talk.shop.organization)])
        _judge_pace(report, talk, by_number, dusk)
        _judge_owner(report, talk, by_number[talk.shop.number], said[str(talk.shop.organization)])


def _judge_clients(
    report: CampaignReport, talk: Talk, by_number: Mapping[str, list[dict[str, Any]]], rows: Rows
) -> None:
    listed = set()
    for row in rows:
        number = f"55{row['phone'].removeprefix('55')}"
        listed.add(number)
        accepted, name = by_number.get(number, []), f"{talk.shop.instance} {row['position']}"
        report.recipients += 1
        report.statuses[row["status"]] += 1
        if row["status"] != "sent":
            report.reasons[f"{row['status']}: {row['reason']}"] += 1
        if len(accepted) > 1:
            report.twice.append(f"{name}: {[each['accepted_at'] for each in accepted]}")
        unknown = row["status"] == "failed" and str(row["reason"]).startswith("delivery_unknown")
        if row["status"] == "pending" or ((row["status"] == "sent") != bool(accepted) and not unknown):
            report.lost.append(f"{name}: {row['status']} {row['reason']}, accepted {len(accepted)}")
    for number in talk.shop.clients:
        if number not in listed and by_number.get(number):
            report.without_a_yes.append(f"{talk.shop.instance}: {number[-4:]} is no recipient")


def _judge_pace(
    report: CampaignReport, talk: Talk, by_number: Mapping[str, list[dict[str, Any]]], dusk: dt.datetime
) -> None:
    shop = talk.shop
    times = sorted(each["accepted_at"] for number in shop.clients for each in by_number.get(number, []))
    for at in times:
        if at < talk.yes_at:
            report.without_a_yes.append(f"{shop.instance}: a message before the yes, or without one")
        for begin, end in talk.halts:
            if begin + IN_THE_AIR < at < end:
                report.after_a_halt.append(f"{shop.instance}: {at - begin:.1f} s after the halt")
        if shop.fate == "dusk" and at > dusk.timestamp() + IN_THE_AIR:
            report.out_of_window.append(f"{shop.instance}: {at - dusk.timestamp():.1f} s after the window closed")
    near = [later - one for one, later in pairwise(times) if later - one < _GAP_LEAST - _INEXACT]
    report.too_close += [f"{shop.instance}: {gap:.2f} s" for gap in near]
    report.at_the_cap += shop.fate == "capped" and len(times) == LOWERED
    report.at_the_windows_end += shop.fate == "dusk" and 0 < len(times) < len(shop.clients)
    report.declined += shop.way == "no"
    if shop.fate == "capped" and len(times) > LOWERED:
        report.above_the_cap.append(f"{shop.instance}: {len(times)} of {LOWERED}")


def _judge_owner(report: CampaignReport, talk: Talk, accepted: list[dict[str, Any]], rows: Rows) -> None:
    """Every row of an owner's was told once, and nothing else was; one report of each campaign."""
    name = talk.shop.instance
    got = Counter(each["text"] for each in accepted)
    should, may = Counter[str](), Counter[str]()
    for row in rows:
        (should if row["status"] == "sent" else may)[row["content"]] += 1
        if row["status"] != "sent":
            report.unsent_to_owners[f"{row['message_type']} {row['status']}: {row['error_message']}"] += 1
            if row["status"] != "failed" or not _unknown(row):
                report.lost.append(f"{name}: {row['message_type']} is {row['status']} ({row['error_message']})")
    for text, number in (got - should - may).items():
        report.twice.append(f"{name}: told {number} times too often: {text[:40]!r}")
    for text in should - got:
        report.lost.append(f"{name}: never told {text[:40]!r}")
    lost = [row["content"] for row in rows if _unknown(row)]
    if (talk.unanswered or not talk.over) and not lost:
        last = [each["text"][:40] for each in talk.got]
        why = talk.unanswered or f"not over, got {last}"
        report.unanswered.append(f"{name} ({talk.shop.way}, {talk.shop.fate}): {why}")
    reports, expected = sum(each["text"].startswith(_REPORTS) for each in accepted), int(talk.began)
    least = expected - sum(text.startswith(_REPORTS) for text in lost)
    most = max(expected, any(text.startswith(_BEGINS) for text in lost))  # a campaign that ended before it was told of
    if not least <= reports <= most:
        report.unreported.append(f"{name}: {reports} reports, not {expected}")
    if talk.halts:
        report.stopped += 1
        report.resumed += talk.halts[-1][1] != float("inf")


def _unknown(row: Mapping[str, Any]) -> bool:
    """Whether nobody knows if it was sent, which is never repeated: nobody has to answer such an offer."""
    failure = Failure.from_json((row["metadata"] or {}).get("failure"))
    return failure is not None and failure.reason.is_unknown_delivery
