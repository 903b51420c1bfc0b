"""The words of the log of changes on its page and in its table: who, how, about what, what was before and is after."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from typing import Any

from proactive.message_types.registry import MESSAGE_TYPES
from proactive.model.change_words import words_of
from proactive.model.failure_reasons import FailureReason
from proactive.web.pages import labels
from proactive.web.pages.campaign_labels import BASES
from proactive.web.pages.message_labels import reason_title

__all__ = ["VIAS", "details", "field_name", "place", "sentence", "subject", "who", "words_of"]

VIAS = {"page": "pela página", "api": "pela API", "whatsapp": "pelo WhatsApp", "cli": "pela linha de comando"}
_FIELDS = {
    "accepted_at": "aceito em", "added": "novos", "at": "quando", "basis": "base legal",
    "basis_reference": "referência",
    "business_name": "nome da loja", "cause": "causa", "clients": "clientes", "cost_sentence": "frase do custo",
    "daily_caps": "limites por dia", "day": "dia", "enabled": "ligado", "function": "função", "host": "endereço",
    "hours": "horário", "label": "nome", "purpose": "uso",
    "days": "dias", "follows_holidays": "segue feriados", "municipality": "cidade (IBGE)",
    "open_holidays": "abre em", "open_kinds": "abre em todos os", "says": "dito", "state": "estado",
    "summary_on_closed_days": "resumo em dias fechados",
    "job": "job", "legal_basis": "base legal", "level": "nível", "list": "lista", "messages": "mensagens",
    "name": "nome", "numbers": "telefones", "on": "ligado", "open": "em andamento", "owner": "dono",
    "reason": "motivo", "revision": "prévia", "scheduled_for": "marcada para", "source": "origem",
    "status": "situação", "time": "hora", "timezone": "fuso", "type": "tipo", "until": "até",
    "used_since": "número em uso desde", "version": "versão",
}  # fmt: skip
_STATUSES = {
    "offered": "oferecida", "previewed": "com prévia", "confirmed": "confirmada", "running": "enviando",
    "paused": "pausada", "stopped": "encerrada", "done": "concluída", "declined": "cancelada", "expired": "vencida",
    "pending": "na fila", "failed": "falhou", "sent": "aceita pelo gateway", "skipped": "pulada",
}  # fmt: skip
_SAID = {"closed": "fechado", "open": "aberto", "hours": "outro horário"}
_KINDS = {"holiday": "feriados", "optional": "pontos facultativos"}
_LEVELS = {"sure": "certo", "probable": "a confirmar", "block_list": "lista de bloqueio", "luto": "luto"}
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d\S*")
_DAYS = re.compile(r"\d{4}-\d\d-\d\d(\.\.\d{4}-\d\d-\d\d)?")
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
#: Where what a change is about can be looked at, by how its action begins.
_PLACES = (("campaign_", "/campanhas/"), ("message_", "/mensagens/"))
#: What was kept from going out has no record, and so no page.
_WITHOUT_PAGE = frozenset({"message_skipped", "message_unskipped", "message_cancelled"})
#: What is true of all message types names none.
_OF_ALL_TYPES = frozenset({"sending_paused", "sending_resumed"})


def who(row: Mapping[str, Any], mine: str = "") -> str:
    """Who made a change; `mine` is the id of whoever looks at it."""
    kind, _, name = row["by"].partition(":")
    if row["by"] == mine:
        return "Você"
    if kind == "owner":
        return str(row["by_name"] or "Dono que não está mais no cadastro")
    if kind == "user":
        return f"Usuário {name[:8]}"
    return {"key": f"Chave {name}", "cli": f"{name} (no servidor)"}.get(kind, str(row["by"]))


def place(row: Mapping[str, Any]) -> str | None:
    """The page of what a change is about; None where it has none."""
    if row["action"].startswith("words_") and row["subject"] in MESSAGE_TYPES:
        return f"/textos/{row['subject']}?organizacao={row['organization_id']}"
    if not _UUID.fullmatch(row["subject"]) or row["action"] in _WITHOUT_PAGE:
        return None
    return next((path + row["subject"] for begins, path in _PLACES if row["action"].startswith(begins)), None)


def subject(row: Mapping[str, Any]) -> str:
    """What a change is about, in few words; ids by their beginning."""
    about = str(row["subject"])
    if not about:
        return "todos os tipos" if row["action"] in _OF_ALL_TYPES else ""
    if _UUID.fullmatch(about):
        type_ = (row["after"] or row["before"] or {}).get("type")
        return f"{labels.type_name(type_)}, {about[:8]}" if type_ else about[:8]
    return labels.type_name(about) if about in MESSAGE_TYPES else _value("", about, labels.COMMON_ZONE)


def details(row: Mapping[str, Any], zone: str) -> Iterator[tuple[str, str | None, str | None]]:
    """What differs, field by field: its name, what it was and what it is; None where there was, or is, none."""
    before, after = row["before"] or {}, row["after"] or {}
    for name in dict.fromkeys((*before, *after)):
        was, now = before.get(name), after.get(name)
        if was != now:
            yield field_name(name), _shown(name, was, zone), _shown(name, now, zone)


def field_name(name: str) -> str:
    """A field of a change in Portuguese; another word as it is."""
    return _FIELDS.get(name, name.replace("_", " "))


def sentence(values: Mapping[str, Any] | None, zone: str) -> str:
    """All fields of one side of a change in a line, for the table."""
    shown = ((field_name(name), _shown(name, value, zone)) for name, value in (values or {}).items())
    return "; ".join(f"{name}: {value}" for name, value in shown if value is not None)


def _shown(name: str, value: Any, zone: str) -> str | None:
    if value is None:
        return None
    if isinstance(value, list):
        return ", ".join(_value(name, each, zone) for each in value)
    if isinstance(value, dict):
        return sentence(value, zone)
    return _value(name, value, zone)


def _value(name: str, value: Any, zone: str) -> str:
    if isinstance(value, bool):
        return "sim" if value else "não"
    if isinstance(value, int | float):
        return labels.number(value)
    text = str(value)
    if text in MESSAGE_TYPES:
        return labels.type_name(text)
    known = {
        "status": _STATUSES,
        "level": _LEVELS,
        "legal_basis": BASES,
        "cause": labels.STOP_CAUSES,
        "says": _SAID,
        "open_kinds": _KINDS,
    }.get(name, {})
    if text in known:
        return str(known[text])
    if name == "reason" and text in set(FailureReason):
        return reason_title(text)
    if _INSTANT.fullmatch(text):
        return _instant(text, zone)
    return _days(text) if _DAYS.fullmatch(text) else text


def _days(text: str) -> str:
    """`20/12/2026 a 05/01/2027`, for `2026-12-20..2027-01-05`."""
    return " a ".join("/".join(reversed(day.split("-"))) for day in text.split(".."))


def _instant(text: str, zone: str) -> str:
    try:
        instant = dt.datetime.fromisoformat(text)
    except ValueError:
        return text
    return labels.moment(instant, zone) if instant.tzinfo else text
