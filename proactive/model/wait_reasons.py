"""The reasons for which a message waits, with their words: English for the API, Portuguese for pages."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from proactive.model.failure import Failure
from proactive.model.words import Words


class WaitReason(StrEnum):
    """A reason why a message waits; its value is the code that a job's note and the API have."""

    TURN = "turn"
    PAUSED = "paused"
    QUIET_HOURS = "quiet_hours"
    CHOSEN_TIME = "chosen_time"
    LIMIT = "limit"
    OWNERS_FIRST = "owners_first"
    REDIS_RESTARTED = "redis_restarted"
    INSTANCE_RESTS = "instance_rests"
    INSTANCE_CONNECTING = "instance_connecting"
    INSTANCE_STOPPED = "instance_stopped"
    ACKNOWLEDGEMENTS = "acknowledgements"
    GATEWAY = "gateway"
    OUTCOME_UNKNOWN = "outcome_unknown"
    ANOTHER_ATTEMPT = "another_attempt"
    ATTEMPT_FAILED = "attempt_failed"
    SUPABASE_AWAY = "supabase_away"
    REDIS_AWAY = "redis_away"


_NOTHING = "Nada a fazer: sai sozinha."

WAIT_WORDS: Mapping[WaitReason, Words] = {
    WaitReason.TURN: Words("it waits for its turn on the queue", "espera a vez na fila", _NOTHING),
    WaitReason.PAUSED: Words("somebody paused it", "alguém pausou o envio", "Retome o envio quando puder sair."),
    WaitReason.QUIET_HOURS: Words("it is quiet hours there", "é horário de silêncio lá", _NOTHING),
    WaitReason.CHOSEN_TIME: Words(
        "it waits for the time that was chosen for it", "espera o horário escolhido para ela", _NOTHING
    ),
    WaitReason.LIMIT: Words(
        "its instance has sent as many as it may in a minute", "a instância já enviou o que pode por minuto", _NOTHING
    ),
    WaitReason.OWNERS_FIRST: Words("owners' messages go first", "mensagens para donos saem antes", _NOTHING),
    WaitReason.REDIS_RESTARTED: Words(
        "Redis restarted, permits may be forgotten: a whole window must pass",
        "o Redis reiniciou: uma janela inteira do limite precisa passar",
        _NOTHING,
    ),
    WaitReason.INSTANCE_RESTS: Words(
        "the instance rests after a failure of the gateway or of WhatsApp",
        "a instância descansa depois de uma falha do gateway ou do WhatsApp",
        "Veja no painel se a instância está conectada; se estiver, sai sozinha.",
    ),
    WaitReason.INSTANCE_CONNECTING: Words(
        "the instance is connecting to WhatsApp",
        "a instância está se conectando ao WhatsApp",
        "Espere; se não conectar, leia o QR code no gateway.",
    ),
    WaitReason.INSTANCE_STOPPED: Words(
        "the instance is stopped, because of what WhatsApp answered",
        "a instância está parada, pelo que o WhatsApp respondeu",
        "Olhe a conversa e a instância no painel; libere a instância lá se estiver tudo bem.",
    ),
    WaitReason.ACKNOWLEDGEMENTS: Words(
        "earlier messages of the instance wait for their acknowledgement",
        "mensagens anteriores da instância ainda não têm confirmação",
        _NOTHING,
    ),
    WaitReason.GATEWAY: Words(
        "the gateway could not send it", "o gateway não pôde enviar", "Confira o gateway; quando voltar, sai sozinha."
    ),
    WaitReason.OUTCOME_UNKNOWN: Words(
        "nobody knows yet whether it was sent: the gateway is asked",
        "ainda não se sabe se saiu: o gateway é consultado",
        _NOTHING,
    ),
    WaitReason.ANOTHER_ATTEMPT: Words("another attempt is at it", "outra tentativa está com ela", _NOTHING),
    WaitReason.ATTEMPT_FAILED: Words(
        "an attempt failed, another one follows", "uma tentativa falhou, outra vem", _NOTHING
    ),
    WaitReason.SUPABASE_AWAY: Words(
        "Supabase does not answer", "o Supabase não responde", "Confira o Supabase; quando voltar, sai sozinha."
    ),
    WaitReason.REDIS_AWAY: Words(
        "Redis did not answer", "o Redis não respondia", "Confira o Redis; quando voltar, sai sozinha."
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class WaitNote:
    """The note about a wait: why, until when where that is known (aware), the failure that caused it, and what somebody
    wrote as the reason of a pause."""

    why: WaitReason
    until: dt.datetime | None = None
    failure: Failure | None = None
    said: str | None = None

    @property
    def text(self) -> str:
        """The English words, for the API."""
        detail = self.failure.text if self.failure else self.said
        return f"{WAIT_WORDS[self.why].text}{f': {detail}' if detail else ''}"

    @property
    def label(self) -> str:
        """The Portuguese words, for pages."""
        detail = self.failure.label if self.failure else self.said
        return f"{WAIT_WORDS[self.why].label}{f': {detail}' if detail else ''}"

    @property
    def advice(self) -> str:
        """The advice to an operator, in Portuguese: of the failure where there is one."""
        return (self.failure.advice if self.failure else "") or WAIT_WORDS[self.why].advice

    def as_json(self) -> dict[str, Any]:
        """The note as a job keeps it."""
        found: dict[str, Any] = {"why": str(self.why)}
        found |= {"until": self.until.isoformat()} if self.until else {}
        found |= {"failure": self.failure.as_json()} if self.failure else {}
        return found | ({"said": self.said} if self.said else {})

    @classmethod
    def from_json(cls, kept: Any) -> WaitNote | None:
        """The note that a job keeps; None for one that this version does not know."""
        try:
            until, said = kept.get("until"), kept.get("said")
            return cls(
                WaitReason(kept["why"]), dt.datetime.fromisoformat(until) if until else None,
                Failure.from_json(kept.get("failure")), str(said) if said else None,
            )  # fmt: skip
        except (AttributeError, KeyError, TypeError, ValueError):
            return None
