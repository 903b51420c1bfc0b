"""The AI's answer unpacked: the text of each slot, or why there is none."""

from __future__ import annotations

import re
from typing import Any

from pydantic_core import from_json

from proactive.model.ai import LineRefusal, Slot
from proactive.text.ai.client import Completion

_FENCED = re.compile(r"\s*```(?:json|JSON)?\s*\n?(?P<inside>[^`]*)```\s*")


def texts_of(completion: Completion) -> dict[Slot, str | LineRefusal]:
    """What the completion says for each slot; a refusal where it is unfinished, malformed, of another type or missing.

    A Markdown fence around the JSON is taken away. Keys that nobody asked for count for nothing.
    """
    if not completion.finished:
        return dict.fromkeys(Slot, LineRefusal.UNFINISHED)
    fenced = _FENCED.fullmatch(completion.text)
    try:
        answer = from_json(fenced["inside"] if fenced else completion.text, allow_inf_nan=False)
    except ValueError:
        answer = None
    if not isinstance(answer, dict):
        return dict.fromkeys(Slot, LineRefusal.MALFORMED)
    return {slot: _text(answer.get(slot)) for slot in Slot}


def _text(value: Any) -> str | LineRefusal:
    if value is None or (isinstance(value, str) and not value.strip()):
        return LineRefusal.MISSING
    return value if isinstance(value, str) else LineRefusal.MALFORMED
