"""The words of one condition."""

from __future__ import annotations

from typing import Literal, NamedTuple

ConditionLevel = Literal["bad", "warn", "unknown"]


class ConditionWords(NamedTuple):
    """How bad a condition is, what it is and what to do: `text` and `advice` in English, the labels in Portuguese.

    `{name}` stands for a detail; `one` is the label where the detail `count` is 1.
    """

    level: ConditionLevel
    text: str
    advice: str
    label: str
    label_advice: str
    one: str = ""
