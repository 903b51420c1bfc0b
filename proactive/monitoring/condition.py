"""Conditions: what is so of a part, as it was looked at just now. /readyz and the panel show the same ones."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, get_args

from proactive.monitoring.condition_words import ConditionLevel, ConditionWords
from proactive.monitoring.machinery_words import MACHINERY_WORDS
from proactive.monitoring.message_words import MESSAGE_WORDS

CONDITION_WORDS: Mapping[str, ConditionWords] = {**MACHINERY_WORDS, **MESSAGE_WORDS}
#: What is looked at, by the names that /readyz has.
CheckName = Literal[
    "redis", "supabase", "migration", "gateway", "workers", "scheduler", "queue", "alerts", "records", "instances",
    "delivery", "failures", "pauses",
]  # fmt: skip
CHECKS: tuple[CheckName, ...] = get_args(CheckName)
#: Without these nothing is sent at all: while one is bad, the service is not ready.
NEEDED: frozenset[CheckName] = frozenset({"redis", "supabase", "migration", "gateway", "workers", "scheduler"})
#: A detail of a condition: a word, a number of things, seconds, or an aware instant.
Detail = str | int | float | dt.datetime


@dataclass(frozen=True, slots=True)
class Condition:
    """What is so of a part: its code says how bad that is and has the words, `details` what stands in them."""

    check: CheckName
    code: str
    details: Mapping[str, Detail] = field(default_factory=dict)

    @property
    def level(self) -> ConditionLevel:
        """`bad` keeps messages from going out or arriving, `warn` may; `unknown` could not be looked at."""
        return CONDITION_WORDS[self.code].level

    @property
    def blocks(self) -> bool:
        """Whether nothing is sent at all for it."""
        return self.check in NEEDED and self.level in ("bad", "unknown")

    @property
    def text(self) -> str:
        """The English sentence, without names of people and businesses: for /readyz."""
        return CONDITION_WORDS[self.code].text.format(**self._shown())

    @property
    def advice(self) -> str:
        """What to do, in English."""
        return CONDITION_WORDS[self.code].advice.format(**self._shown())

    def _shown(self) -> dict[str, str]:
        return {name: _english(value) for name, value in self.details.items()}


def _english(value: Detail) -> str:
    if isinstance(value, dt.datetime):
        return f"{value.astimezone(dt.UTC):%Y-%m-%d %H:%M} UTC"
    return f"{value:.0f}" if isinstance(value, float) else str(value)
