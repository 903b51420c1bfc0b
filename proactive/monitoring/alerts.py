"""The alerts: when they hold, and the notice that says so."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any, Literal, get_args

from proactive.calendar.keeping import YEARS
from proactive.monitoring.queue_snapshot import QueueSnapshot
from proactive.monitoring.records_snapshot import RecordsSnapshot
from proactive.settings import Settings

Name = Literal[
    "failure_rate", "pending_jobs", "silence", "undelivered_rate", "stopped_instances", "campaigns_paused",
    "campaigns_untold", "campaigns_pumpless", "holidays_stale",
]  # fmt: skip
NAMES: tuple[Name, ...] = get_args(Name)
_TITLES: dict[Name, str] = {
    "failure_rate": "taxa de falha das mensagens na última hora",
    "pending_jobs": "jobs pendentes na fila",
    "silence": "horas sem nenhuma mensagem aceita pelo gateway",
    "undelivered_rate": "mensagens recusadas pelo WhatsApp ou sem confirmação na última hora",
    "stopped_instances": "instâncias paradas para proteger o número",
    "campaigns_paused": "números com as campanhas pausadas para protegê-los",
    "campaigns_untold": "campanhas que não começam porque a confirmação não chegou ao dono",
    "campaigns_pumpless": "instâncias com campanhas que ninguém envia",
    "holidays_stale": "anos, de este e dos dois próximos, com feriados em dia na tabela (aurora holidays)",
}
#: So few undelivered messages are chance.
_FEW = 3


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether an alert holds. `value` and `threshold`: a share, a number of jobs, or hours (None: ever)."""

    alert: Name
    holds: bool
    value: float | None
    threshold: float


@dataclass(frozen=True, slots=True)
class Notice:
    """The notice of an alert that was raised or cleared `at` (aware); `text` is for people, in Portuguese."""

    alert: str
    state: Literal["raised", "cleared"]
    value: float | None
    threshold: float
    at: dt.datetime
    text: str

    @classmethod
    def of(cls, verdict: Verdict, at: dt.datetime) -> Notice:
        """The notice of a verdict that is news."""
        state: Literal["raised", "cleared"] = "raised" if verdict.holds else "cleared"
        return cls(verdict.alert, state, verdict.value, verdict.threshold, at, _text(verdict))

    def as_json(self) -> dict[str, Any]:
        """JSON-ready; Slack and whatever understands its webhooks shows `text`."""
        return asdict(self) | {"at": self.at.isoformat()}


def judge(
    settings: Settings,
    queue: QueueSnapshot | None,
    records: RecordsSnapshot | None,
    pumpless: int | None = None,
    holiday_years: int | None = None,
) -> list[Verdict]:
    """The alerts of which something is known: None is what could not be read, and changes nothing.

    `pumpless` is how many instances with live campaigns have no pump, `holiday_years` how many of the years whose
    holidays are to be known are.
    """
    verdicts = []
    if records is not None:
        rate = records.failed / records.ended if records.ended else 0.0
        limit = settings.alert_failure_rate
        verdicts.append(Verdict("failure_rate", rate > limit, rate, limit))
        hours = None if records.last_sent_age is None else records.last_sent_age / 3600
        silent = hours is None or hours > settings.alert_silence_hours
        verdicts.append(Verdict("silence", silent and records.due, hours, settings.alert_silence_hours))
        share = records.undelivered / records.judged if records.judged else 0.0
        most = settings.alert_undelivered_rate
        verdicts.append(Verdict("undelivered_rate", records.undelivered >= _FEW and share > most, share, most))
        stopped = sum(records.stopped.values())
        verdicts.append(Verdict("stopped_instances", stopped > 0, stopped, 0))
        paused, untold = sum(records.campaigns.numbers.values()), records.campaigns.paused["not_told"]
        verdicts.append(Verdict("campaigns_paused", paused > 0, paused, 0))
        verdicts.append(Verdict("campaigns_untold", untold > 0, untold, 0))
    if pumpless is not None:
        verdicts.append(Verdict("campaigns_pumpless", pumpless > 0, pumpless, 0))
    if holiday_years is not None:
        verdicts.append(Verdict("holidays_stale", holiday_years < YEARS, holiday_years, YEARS))
    if queue is not None:
        pending, limit = queue.pending, settings.alert_pending_jobs
        verdicts.append(Verdict("pending_jobs", pending > limit, pending, limit))
    return verdicts


def _text(verdict: Verdict) -> str:
    show = _SHOWN[verdict.alert]
    value = "nunca" if verdict.value is None else show(verdict.value)
    mark, word = ("🔴", "Alerta") if verdict.holds else ("🟢", "Resolvido")
    return f"{mark} Aurora - {word}: {_TITLES[verdict.alert]}: {value} (limite: {show(verdict.threshold)})"


def _percent(share: float) -> str:
    return f"{share * 100:.1f}%".replace(".", ",")


def _number(value: float) -> str:
    return f"{value:.1f}".replace(".", ",").removesuffix(",0")


_SHOWN: dict[Name, Callable[[float], str]] = {
    "failure_rate": _percent,
    "pending_jobs": _number,
    "silence": _number,
    "undelivered_rate": _percent,
    "stopped_instances": _number,
    "campaigns_paused": _number,
    "campaigns_untold": _number,
    "campaigns_pumpless": _number,
    "holidays_stale": _number,
}
