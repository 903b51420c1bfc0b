"""The labels of the pages about campaigns and opt-outs: Portuguese words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from proactive.campaigns.offers import campaign_name
from proactive.campaigns.progress import Progress, pause_in_words, state_in_words
from proactive.campaigns.wording import day_in_words, moment_in_words, reasons_in_words
from proactive.model.failure import Failure
from proactive.model.zones import zone_info

STATUSES = {
    "offered": "Oferecida", "previewed": "Espera o seu sim", "confirmed": "Confirmada", "running": "Enviando",
    "paused": "Pausada", "stopped": "Encerrada", "done": "Concluída", "declined": "Cancelada", "expired": "Venceu",
}  # fmt: skip
#: The tone of a state's badge.
TONES = {
    "previewed": "warn", "confirmed": "good", "running": "good", "paused": "warn", "stopped": "bad", "done": "good",
}  # fmt: skip
GROUPS = {"live": "Em andamento", "waiting": "Esperando um sim", "over": "Terminadas"}
RECIPIENT_STATUSES = {"pending": "Na fila", "sent": "Enviada", "failed": "Falhou", "skipped": "Não enviada"}
WARMTHS = {
    "warm": "escreveram nos últimos 28 dias", "cool": "já conversaram com a loja", "cold": "nunca conversaram",
}  # fmt: skip
VIAS = {"whatsapp": "pelo WhatsApp", "page": "nesta página", "api": "pela API"}
HEARD = {
    "yes": "um sim claro", "weak_yes": "um “ok” dado a esta prévia", "options": "a escolha de uma opção da lista",
}  # fmt: skip
BASES = {"legitimate_interest": "Legítimo interesse", "consent": "Consentimento"}
AUDIENCES = {
    "inactive": ("Clientes sumidos", "Quem não vem nem escreve há 30 dias"),
    "vip": ("Clientes VIP", "Quem mais veio até hoje"),
    "all": ("Todos os clientes", "Quem mais veio e gastou recebe primeiro"),
}  # fmt: skip
LEVELS = {
    "probable": "A confirmar", "sure": "Não recebe", "luto": "Luto", "block_list": "Lista de bloqueio",
}  # fmt: skip
LEVEL_TONES = {"probable": "warn", "sure": "bad", "luto": "plain", "block_list": "plain"}
SOURCES = {
    "reply": "respondeu no WhatsApp", "page": "incluído nesta página", "api": "incluído pela API",
    "import": "lista importada", "gateway": "saiu pelo botão do WhatsApp",
}  # fmt: skip
#: What a step of a campaign led to.
_STEPS = {
    "offered": "Oferecida ao dono", "previewed": "Prévia montada", "confirmed": "Confirmada",
    "running": "Envio começou", "paused": "Pausada", "stopped": "Encerrada", "done": "Concluída",
    "declined": "Cancelada", "expired": "Venceu",
}  # fmt: skip


def name_of(row: Mapping[str, Any]) -> str:
    """What a campaign is called, with a capital: `Clientes inativos`."""
    name = campaign_name(row["source"], row["option"], row.get("campaign_type") or _type_of(row.get("audience")))
    return name[:1].upper() + name[1:]


def _type_of(rule: Mapping[str, Any] | None) -> str | None:
    return (rule or {}).get("campaign_type")


def state(row: Mapping[str, Any], progress: Progress, now: dt.datetime) -> str:
    """How a campaign stands, as a sentence."""
    return state_in_words(row, now, progress.next_at)


def pause_cause(cause: str) -> str:
    """Why a campaign stands still."""
    return pause_in_words(cause)


def reason(code: str | None, number: int = 1) -> str:
    """`3 pediram para não receber`."""
    return reasons_in_words({code or "failed": number})


def why(row: Mapping[str, Any]) -> str:
    """Why a recipient did not get it; empty where it did or still may."""
    if row["status"] in ("pending", "sent"):
        return ""
    failure = Failure.from_json(row["failure"])
    return failure.label if failure else reasons_in_words({row["reason"] or "failed": 1}).removeprefix("1 ")


def day_ahead(day: dt.date, now: dt.datetime, zone: str) -> str:
    """`hoje`, `amanhã`, `quinta (26/11)`."""
    return day_in_words(day, now.astimezone(zone_info(zone)).date())


def moment_ahead(at: dt.datetime, now: dt.datetime, zone: str) -> str:
    """`hoje às 14:05`, `amanhã às 9h`."""
    local = zone_info(zone)
    return moment_in_words(at.astimezone(local), now.astimezone(local))


def step(row: Mapping[str, Any]) -> tuple[str, str]:
    """What a step of a campaign led to, and its tone."""
    if row["was"] == "paused" and row["became"] in ("confirmed", "running"):
        return "Retomada", "good"
    if row["became"] == row["was"] == "previewed":
        return f"Prévia {row['revision']} montada", ""
    return _STEPS.get(row["became"], row["became"]), {"done": "good", "stopped": "bad"}.get(row["became"], "")


def whose(row: Mapping[str, Any]) -> str:
    """Of whom an opt-out is."""
    name = row["name"] or "Cliente sem cadastro"
    if row["kind"] == "pet":
        return f"{name} ({row['pet'] or 'pet sem cadastro'})"
    return "Número ainda oculto pelo WhatsApp" if row["kind"] == "hidden" else str(name)
