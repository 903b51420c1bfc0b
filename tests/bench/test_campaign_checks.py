"""The judge of campaigns under kills can fail: whatever must not be is told, and nothing else."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from bench.chaos.campaign_checks import CampaignReport, judge
from bench.chaos.owners import LOWERED
from bench.chaos.shops import Fate, Shop, Way
from bench.chaos.talk import Talk

YES, DUSK = 1_000_000.0, dt.datetime.fromtimestamp(1_000_300, dt.UTC)


class Run:
    """A run of one shop in which nothing is wrong, for the tests to change."""

    def __init__(self, way: Way = "direct", fate: Fate = "goes on", clients: int = 4) -> None:
        numbers = tuple(f"5511970000{each:03d}" for each in range(clients))
        self.shop = Shop(uuid4(), uuid4(), "5511980000000", "shop-0000", "Etc/GMT+3", numbers, way, fate)
        self.talk = Talk(self.shop, yes_at=YES, over=True)
        self.log: list[dict[str, Any]] = []
        self.told = [
            self._told(text, YES + 1 + 90 * place)
            for place, text in enumerate(("✅ Combinado! Começo", "✅ Campanha concluída"))
        ]
        self.rows = [self._sent(number, YES + 10 + 2 * place) for place, number in enumerate(numbers)]

    def message(self, number: str, text: str, at: float) -> None:
        """The gateway takes a message."""
        message = {"instance": self.shop.instance, "number": number, "text": text, "accepted_at": at}
        self.log.append(message)
        if number == self.shop.number:
            self.talk.got.append(message)

    def report(self) -> CampaignReport:
        """What the judge says."""
        report = CampaignReport()
        judge(report, [self.talk], self.log, self.rows, self.told, DUSK)
        return report

    def _told(self, text: str, at: float) -> dict[str, Any]:
        self.message(self.shop.number, text, at)
        row = {"organization_id": self.shop.organization, "message_type": "campaign_answer", "status": "sent"}
        return row | {"content": text, "error_message": None, "metadata": {}}

    def _sent(self, number: str, at: float) -> dict[str, Any]:
        self.message(number, "Oi!", at)
        row = {"organization_id": self.shop.organization, "phone": number, "status": "sent", "reason": None}
        return row | {"position": number[-1]}


def again(run: Run) -> None:
    run.message(run.shop.clients[0], "Oi!", YES + 90)


def told_again(run: Run) -> None:
    run.message(run.shop.number, "✅ Combinado! Começo", YES + 90)


def never_sent(run: Run) -> None:
    run.log = [each for each in run.log if each["number"] != run.shop.clients[0]]


def left_pending(run: Run) -> None:
    run.rows[0]["status"] = "pending"


def sent_though_skipped(run: Run) -> None:
    run.rows[0] |= {"status": "skipped", "reason": "stopped"}


def never_told(run: Run) -> None:
    run.log = [each for each in run.log if "Começo" not in each["text"]]


def not_told(run: Run) -> None:
    run.told[0] |= {"status": "failed", "error_message": "too late"}


def to_a_stranger(run: Run) -> None:
    run.message("5511999999999", "Oi!", YES + 90)


def before_the_yes(run: Run) -> None:
    run.talk.yes_at = YES + 11


def never_a_yes(run: Run) -> None:
    run.talk.yes_at = float("inf")


def to_no_recipient(run: Run) -> None:
    del run.rows[0]


def after_the_halt(run: Run) -> None:
    run.talk.halts = [(YES + 10, float("inf"))]


def before_the_resume(run: Run) -> None:
    run.talk.halts = [(YES + 10, YES + 17)]


def too_soon(run: Run) -> None:
    run.log[-1]["accepted_at"] = run.log[-2]["accepted_at"] + 0.5


def after_the_close(run: Run) -> None:
    run.log[-1]["accepted_at"] = DUSK.timestamp() + 6


def reported_twice(run: Run) -> None:
    run.message(run.shop.number, "⏹️ Campanha encerrada", YES + 95)


def silent(run: Run) -> None:
    run.talk.over = False


@pytest.mark.parametrize(
    ("fate", "spoil", "kind"),
    [
        ("goes on", again, "twice"),
        ("goes on", told_again, "twice"),
        ("goes on", never_sent, "lost"),
        ("goes on", left_pending, "lost"),
        ("goes on", sent_though_skipped, "lost"),
        ("goes on", never_told, "lost"),
        ("goes on", not_told, "lost"),
        ("goes on", to_a_stranger, "lost"),
        ("goes on", before_the_yes, "without_a_yes"),
        ("goes on", never_a_yes, "without_a_yes"),
        ("goes on", to_no_recipient, "without_a_yes"),
        ("ended", after_the_halt, "after_a_halt"),
        ("resumed", before_the_resume, "after_a_halt"),
        ("goes on", too_soon, "too_close"),
        ("dusk", after_the_close, "out_of_window"),
        ("goes on", reported_twice, "unreported"),
        ("goes on", silent, "unanswered"),
    ],
)
def test_what_must_not_be_is_told(fate: Fate, spoil: Callable[[Run], None], kind: str) -> None:
    run = Run(fate=fate)
    assert run.report().problems == []
    spoil(run)
    assert kind in {each.split(":")[0] for each in run.report().problems}


def test_a_message_that_was_begun_as_the_stop_came_is_none_after_it() -> None:
    run = Run(fate="ended")
    run.talk.halts = [(YES + 12, float("inf"))]
    assert run.report().problems == []
    assert run.report().stopped == 1


def test_more_than_the_cap_is_told() -> None:
    assert Run(fate="capped", clients=LOWERED).report().problems == []
    assert [each.split(":")[0] for each in Run(fate="capped", clients=LOWERED + 1).report().problems] == [
        "above_the_cap"
    ]


def test_more_than_twenty_in_a_minute_are_told() -> None:
    assert Run(clients=19).report().problems == []
    [problem] = Run(clients=21).report().problems
    assert problem.startswith("largest_window: ")
