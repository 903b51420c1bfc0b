"""The words of one finding."""

from __future__ import annotations

from typing import NamedTuple


class FindingWords(NamedTuple):
    """The words of a finding; `{name}` stands for a value.

    `state` is a `CheckState`. `text` and `advice` (what an operator does) are English, `label` and `label_advice`
    Portuguese; an advice is empty where nothing is to be done.
    """

    state: str
    text: str
    advice: str
    label: str
    label_advice: str
