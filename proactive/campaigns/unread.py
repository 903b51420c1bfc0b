"""What an AI may add: the likely meaning of a reply that no rule reads. It never confirms, and never reads clients.

The AI sees the text, with long numbers masked, and the list of readings. Its answer counts only as one of these, with
values that stand literally in the text; and an approval of its becomes one that can only make a preview.
"""

from __future__ import annotations

import json
import re
from typing import Protocol

from pydantic import BaseModel, ConfigDict, ValidationError

from proactive.campaigns.subject import Subject
from proactive.errors import AuroraServiceError
from proactive.replies.normalisation import normalise
from proactive.replies.owner import is_ours, read_reply
from proactive.replies.readings import Kind, Reading, ReadingContext
from proactive.replies.words import may_approve

#: What a reading of the AI's may become: a preview. What would stop, ask or send is the rules' alone.
_READINGS = {
    Kind.YES: "aceita enviar", Kind.FIRST: "só os N primeiros; values: [N]",
    Kind.ONLY: "só estas pessoas; values: nomes",
    Kind.EXCEPT: "todos menos estas pessoas; values: nomes", Kind.PERCENT: "desconto de N%; values: [N]",
    Kind.TIME: "enviar em outra hora; values: [a hora, como escrita]",
    Kind.NEW_TEXT: "outro texto para os clientes; values: [o texto, como escrito]",
    Kind.UNCLEAR: "nenhuma destas, ou dúvida",
}  # fmt: skip
_INSTRUCTIONS = (
    "Uma dona de pet shop respondeu à pergunta se uma campanha deve ser enviada. Diga o que a resposta quer dizer, só"
    ' como JSON: {"reading": "...", "values": ["..."]}. Em dúvida, "unclear". Leituras: '
    + "; ".join(f"{kind.value}: {meaning}" for kind, meaning in _READINGS.items())
)
_LONG_NUMBER = re.compile(r"\d(?:[\s().+-]*\d){7,}")
_LONGEST = 500
#: Seconds that an owner's reply waits for the AI.
ANSWERS_WITHIN = 8.0


class Completed(Protocol):
    """A completion of the AI's: its text, and whether the AI had finished it."""

    @property
    def text(self) -> str:
        """The text as it came."""

    @property
    def finished(self) -> bool:
        """Whether the AI had finished."""


class Completing(Protocol):
    """What asks an AI (`proactive.text.ai.client.AuroraService`)."""

    def complete(self, instructions: str, text: str) -> Completed:
        """The AI's completion. Raises AuroraServiceError where it failed or took too long."""


class _Suggested(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    reading: Kind
    values: list[str] = []


class UnreadReader:
    """Asks an AI for the meaning of what no rule reads."""

    def __init__(self, service: Completing) -> None:
        """`service` has its own deadline: 8 seconds, where replies wait for it."""
        self._service = service

    def read(self, written: str) -> Reading:
        """The likely reading of an owner's text; unclear where the AI is away, slow, in doubt or makes things up."""
        masked = _LONG_NUMBER.sub("…", written)
        if len(masked) > _LONGEST:
            return Reading(Kind.UNCLEAR)
        try:
            answer = self._service.complete(_INSTRUCTIONS, masked)
            suggested = _Suggested.model_validate_json(answer.text, strict=False) if answer.finished else None
        except (AuroraServiceError, ValidationError, json.JSONDecodeError):
            return Reading(Kind.UNCLEAR)
        return _believed(suggested, masked) if suggested else Reading(Kind.UNCLEAR)


def suggested(reader: UnreadReader | None, reading: Reading, written: str, subject: Subject) -> Reading:
    """What an AI makes of what no rule reads, where it is about one offer or preview; else the reading as it is.

    Its yes to a preview is none: only a rule's yes confirms.
    """
    several = subject.others_between or subject.answers or len(subject.candidates) > 1 or subject.heard.live
    if reader is None or reading.kind is not Kind.UNCLEAR or several:
        return reading
    found = reader.read(written)
    return reading if found.approves and subject.heard.asks == "preview" else found


def _believed(suggested: _Suggested, masked: str) -> Reading:
    """The reading, if each of its values stands in the text and says by the rules what it is said to be."""
    unclear, values, kind = Reading(Kind.UNCLEAR), suggested.values, suggested.reading
    if kind not in _READINGS or not all(_stands_in(value, masked) for value in values):
        return unclear
    if kind is Kind.YES:
        clear = not values and may_approve(normalise(masked, is_ours))  # a question or a hedge is no yes
        return Reading(Kind.WEAK_YES, binds=False) if clear else unclear
    if kind in (Kind.ONLY, Kind.EXCEPT) and values:
        return Reading(kind, names=tuple(normalise(value, lambda _: False).whole for value in values))
    if len(values) != 1:
        return unclear
    if kind is Kind.NEW_TEXT:
        return Reading(kind, text=values[0].strip())
    said = {Kind.FIRST: "só os {} primeiros", Kind.PERCENT: "{}%", Kind.TIME: "{}"}
    read = (
        read_reply(said[kind].format(values[0].strip().rstrip("%")), ReadingContext(asks="send"))
        if kind in said
        else unclear
    )
    return read if read.kind is kind else unclear


def _stands_in(value: str, text: str) -> bool:
    """Whether a value stands in a text as whole words."""
    bare = value.strip()
    return bool(bare) and re.search(rf"(?<!\w){re.escape(bare)}(?!\w)", text) is not None
