"""The differences of two versions, line by line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from types import MappingProxyType
from typing import Literal

from proactive.templates.version import TemplateContent

_OWN_NAMES: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class DifferentLine:
    """A line of two versions: in both, only in the newer one (`added`), or only in the older one (`removed`)."""

    mark: Literal["same", "added", "removed"]
    text: str


def differences(
    older: TemplateContent | None, newer: TemplateContent, names: Mapping[str, str] = _OWN_NAMES
) -> list[DifferentLine]:
    """What the newer version changed, in its order; all of it is new where there is no older one.

    `names` are what the fields of a wording are called.
    """
    before, after = older.lines(names) if older else [], newer.lines(names)
    found: list[DifferentLine] = []
    for what, begin, end, new_begin, new_end in SequenceMatcher(None, before, after).get_opcodes():
        if what == "equal":
            found += [DifferentLine("same", line) for line in after[new_begin:new_end]]
            continue
        found += [DifferentLine("removed", line) for line in before[begin:end]]
        found += [DifferentLine("added", line) for line in after[new_begin:new_end]]
    return found
