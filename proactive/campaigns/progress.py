"""The progress of a campaign: how far it is, when it ends if all goes well, and its state in Portuguese words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from proactive.campaigns.options import CampaignOptions
from proactive.campaigns.pace import Warmth
from proactive.campaigns.pause_causes import ENDED_BY_OWNER
from proactive.campaigns.room import CampaignSchedule
from proactive.campaigns.states import LIVE, Status
from proactive.campaigns.terms import Terms
from proactive.campaigns.wording import cause_in_words, clients, day_in_words, moment_in_words, of_all
from proactive.message_types.custom_campaign import TYPE
from proactive.model.zones import zone_info

_WARMTHS = ("warm", "cool", "cold")
_ENDED_BY = {
    "too_late": "o prazo terminou", "no_hours_left": "não há mais horários vagos",
    "owner_silent": "ficou parada por dois dias sem resposta", "breaker": "o WhatsApp limitou o número três vezes",
}  # fmt: skip
_STARTS = {"em", "hoje", "amanhã", "agora"}


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a campaign is, in recipients.

    `next_at` (aware) is the first moment at which one of them may be written to, `ends_on` the local day of the last
    one. None where that is not known: it is over, stands still until somebody says so, or no terms were given.
    """

    number: int
    sent: int
    pending: int
    not_sent: int
    next_at: dt.datetime | None = None
    ends_on: dt.date | None = None

    @property
    def handled(self) -> int:
        """How many need nothing more."""
        return self.number - self.pending


@dataclass(frozen=True, slots=True)
class DayRoom:
    """What an instance may send to clients today: `used` of its `cap`, at its `level` (1 to 7).

    `paused_until` (aware) is until when its breaker lets nothing out, None where it does; `pause_cause` is why.
    """

    used: int
    cap: int
    level: int
    paused_until: dt.datetime | None = None
    pause_cause: str | None = None

    @property
    def left(self) -> int:
        """How many may still go out today."""
        return max(self.cap - self.used, 0)


def progress_of(row: Mapping[str, Any], terms: Terms | None, options: CampaignOptions) -> Progress:
    """The progress of a campaign's row (`CampaignReading`); `terms` are those of its organisation, now."""
    counts = row["counts"]
    pending = counts.get("pending", 0)
    number = sum(counts.values())
    not_sent = counts.get("failed", 0) + counts.get("skipped", 0)
    schedule = _schedule(row, terms, options) if pending else None
    next_at, ends_on = (schedule.starts_at, schedule.last_day) if schedule else (None, None)
    return Progress(number, counts.get("sent", 0), pending, not_sent, next_at, ends_on)


def day_room(terms: Terms, options: CampaignOptions) -> DayRoom:
    """What the instance of an organisation may send today."""
    room = terms.room(TYPE.name, options.pace, terms.now, terms.now)
    health = terms.row["health"] or {}
    until = _instant(health.get("paused_until"))
    if until is None or until <= terms.now:
        return DayRoom(room.used.sent, options.pace.cap(room.level, room.caps), room.level)
    cause = health.get("pause_cause") or "undelivered"
    return DayRoom(room.used.sent, options.pace.cap(room.level, room.caps), room.level, until, cause)


def _schedule(row: Mapping[str, Any], terms: Terms | None, options: CampaignOptions) -> CampaignSchedule | None:
    status = Status(row["status"])
    going = status in LIVE | {Status.PREVIEWED} and not (
        status is Status.PAUSED and row["pause_cause"] in ENDED_BY_OWNER
    )
    if terms is None or not going or row["send_until"] is None:
        return None
    starts = max(_instant(row["starts_at"]) or terms.now, terms.now)
    until = cast(dt.datetime, _instant(row["send_until"]))
    waiting = [cast(Warmth, warmth) for warmth in _WARMTHS for _ in range(row["waiting"].get(warmth, 0))]
    return terms.room(row["source"], options.pace, starts, until).schedule(waiting)


def state_in_words(row: Mapping[str, Any], now: dt.datetime, next_at: dt.datetime | None = None) -> str:
    """How a campaign stands, as a sentence of its own in Portuguese (`now` and `next_at`, of its progress, aware)."""
    zone = zone_info(row["timezone"])
    local, status = now.astimezone(zone), Status(row["status"])
    sent, number = row["counts"].get("sent", 0), row["frozen"] or 0
    far, received = of_all(sent, number), "recebeu" if sent == 1 else "receberam"
    if status is Status.OFFERED:
        return "A Aurora ofereceu; ninguém pediu a prévia ainda."
    if status is Status.PREVIEWED:
        return f"Espera o seu sim para {clients(number)}. Nada foi enviado."
    if status is Status.CONFIRMED:
        starts = (next_at or max(_instant(row["starts_at"]) or now, now)).astimezone(zone)
        return f"Confirmada: começa {moment_in_words(starts, local)}."
    if status is Status.RUNNING:
        return f"Enviando: {far}."
    if status is Status.PAUSED:
        return f"Parada em {far}: {_pause(row['pause_cause'])}"
    day = day_in_words((_instant(row["ended_at"]) or _instant(row["valid_until"]) or now).astimezone(zone).date(),
                       local.date())  # fmt: skip
    if status is Status.DONE:
        return f"Concluída {_on(day)}: {far} {received}{_because(row['ended_by'])}."
    if status is Status.STOPPED:
        return f"Encerrada {_on(day)}: {far} {received}{_because(row['ended_by'])}."
    if status is Status.EXPIRED:
        return "Venceu sem resposta. Ninguém recebeu nada."
    return f"Cancelada {_on(day)}. Ninguém recebeu nada."


def pause_in_words(cause: str) -> str:
    """Why a campaign stands still, without its capital."""
    return "alguém da loja pediu" if cause == "owner" else cause_in_words(cause)


def _pause(cause: str) -> str:
    goes_on = "Continua quando você disser." if cause in ENDED_BY_OWNER else "Continua sozinha assim que der."
    return f"{pause_in_words(cause)}. {goes_on}"


def _because(ended_by: str | None) -> str:
    words = _ENDED_BY.get(ended_by or "")
    return f" ({words})" if words else ""


def _on(day: str) -> str:
    return day if day.split()[0] in _STARTS else f"em {day}"


def _instant(text: str | None) -> dt.datetime | None:
    return dt.datetime.fromisoformat(text) if text else None
