"""What Aurora asked an owner last because something was not clear, and what the next words then mean.

A yes answers none of these questions: it would confirm what the owner was just about to change.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from proactive.campaigns.conversation_view import AskedView, OrganizationView
from proactive.replies.normalisation import normalise
from proactive.replies.readings import Kind, Reading

Asks = Literal["which", "day", "who", "text", "percent"]
_ARTICLE = re.compile(r"^(?:a|o|e a|e o) ")
#: How long the next words that no rule reads are the text that was asked for.
_TEXT_WITHIN = dt.timedelta(minutes=15)
#: How the clarifications begin (templates/t07_unclear.txt.j2).
_BEGINNINGS: tuple[tuple[Asks, re.Pattern[str]], ...] = (
    ("which", re.compile(r"São \d+ campanhas")),
    ("day", re.compile(r"A 2ª da lista")),
    ("who", re.compile(r"Tenho \d+ clientes com o nome")),
    ("text", re.compile(r"Qual texto\?|Não sei preencher|Esse texto tem [\d.]+ letras?;")),
    ("percent", re.compile(r"Esse texto tem \d+ descontos|(?P<percent>\d+)% de desconto, é isso")),
)


@dataclass(frozen=True, slots=True)
class Clarification:
    """An open clarification: what it asks, the message that asks it, and the percentage that it asks about (or 0)."""

    asks: Asks
    asked: AskedView
    percent: int = 0

    @property
    def choices(self) -> tuple[str, ...]:
        """The ids of the clients of one name that were told apart by number; none where that was not asked."""
        return tuple(self._wants.get("choices", ()))

    @property
    def _wants(self) -> dict[str, Any]:
        return (self.asked.data.get("wants") or {}) if self.asks == "who" else {}

    def meaning(self, reading: Reading, written: str) -> Reading | None:
        """The change that was asked about, of the clients that a number or a fuller name says; None: neither does."""
        if not self.choices:
            return None
        wants, kind = self._wants, Kind(self._wants["kind"])
        if reading.kind in (Kind.OPTIONS, Kind.DAY_OR_OPTION):  # `segunda` is of the list here, nobody asked for a day
            places = (2,) if reading.kind is Kind.DAY_OR_OPTION else reading.options
            chosen = [self.choices[place - 1] for place in places] or self.choices
            return Reading(kind, names=tuple(wants["names"]), chosen=(*wants["chosen"], *chosen))
        said = _ARTICLE.sub("", normalise(written, lambda _: False).whole)
        unread = reading.kind in (Kind.UNCLEAR, Kind.NOT_FOR_US)
        if unread and re.fullmatch(rf"{re.escape(wants['name'])}(?: [^\W\d]+){{1,3}}", said):
            names = tuple(said if name == wants["name"] else name for name in wants["names"])
            return Reading(kind, names=names, chosen=tuple(wants["chosen"]))
        return None


def open_clarification(organizations: Sequence[OrganizationView], quoted: str | None) -> Clarification | None:
    """The clarification that a reply answers: the one it quotes, else our last word if that is one; None otherwise."""
    said = [asked for organization in organizations for asked in organization.asked]
    if quoted is not None:
        said = [asked for asked in said if asked.gateway_message_id == quoted]
    last = max(said, key=lambda asked: asked.sent_at, default=None)
    if last is None or last.kind != "T7":
        return None
    for asks, beginning in _BEGINNINGS:
        if found := beginning.match(last.content or ""):
            return Clarification(asks, last, int(found.groupdict().get("percent") or 0))
    return None


def clarified(reading: Reading, written: str, answers: Clarification | None, now: dt.datetime) -> Reading:
    """What a reply says, as an answer to a clarification (None where none is open); `now` is aware.

    Every rule is tried first: only what none reads is the text that was asked for, however it would stop otherwise.
    """
    if answers is None or answers.asks == "which":
        return reading
    if meant := answers.meaning(reading, written):
        return meant
    same = reading.kind is Kind.PERCENT and reading.count == answers.percent
    if answers.percent and (reading.kind is Kind.YES or same):
        return Reading(Kind.PERCENT, count=answers.percent, sure=True)
    if reading.approves:
        return Reading(Kind.TEXT_WANTED if answers.asks == "text" else Kind.UNCLEAR)
    unread = reading.by_stem or reading.kind in (Kind.UNCLEAR, Kind.NOT_FOR_US)
    if answers.asks == "text" and unread and now - answers.asked.sent_at <= _TEXT_WITHIN:
        return Reading(Kind.NEW_TEXT, text=written.strip())
    return reading
