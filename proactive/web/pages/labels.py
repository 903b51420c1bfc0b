"""The pages' labels: Portuguese words, numbers and times."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum
from typing import Any

from babel.dates import format_date, get_timezone, get_timezone_location
from babel.numbers import format_decimal
from pydantic.fields import FieldInfo

from proactive.message_types.registry import MESSAGE_TYPES
from proactive.model.failure import Failure
from proactive.model.failure_reasons import FailureReason
from proactive.model.zones import zone_info
from proactive.text.formats import money

LOCALE = "pt_BR"
#: The zone of pages about every organisation at once.
COMMON_ZONE = "America/Sao_Paulo"
NONE = "–"

#: `sent` says that the gateway accepted it, and no more: what is known since is its delivery.
STATUSES = {"sent": "Aceita pelo gateway", "failed": "Falhou", "pending": "Pendente"}
DELIVERIES = {
    "accepted": "Aceita", "on_its_way": "A caminho", "delivered": "Entregue", "read": "Lida",
    "refused": "Recusada pelo WhatsApp", "silent": "Sem confirmação",
}  # fmt: skip
#: What stops an instance.
STOP_CAUSES = {
    "refused": "o WhatsApp recusou as últimas mensagens", "silent": "as últimas mensagens ficaram sem confirmação",
    "throttled": "o WhatsApp está limitando o número", "logged_out": "o número foi desconectado do WhatsApp",
    "banned": "o WhatsApp bloqueou o número",
}  # fmt: skip
#: What a delivery means to whoever reads it.
DELIVERY_HINTS = {
    "accepted": "O gateway a aceitou; ainda não se sabe se saiu.",
    "on_its_way": "O servidor do WhatsApp a tem; o telefone do dono ainda não.",
    "silent": "O gateway a aceitou e nada mais se soube. Não reenvie sem antes olhar a conversa: ela pode ter chegado.",
}
JOB_STATES = {
    "waiting": "Na fila", "scheduled": "Agendados", "active": "Em execução", "completed": "Concluídos",
    "failed": "Falharam",
}  # fmt: skip
INSTANCE_STATES = {
    "connected": "Conectada", "connecting": "Conectando", "disconnected": "Desconectada", "error": "Com erro",
    "qr_pending": "Aguardando QR", "logged_out": "Deslogada",
}  # fmt: skip
#: How an instance is, as sending meets it, and the tone of each.
CONDITIONS = {
    "stopped": "Parada", "failing": "Falhando", "down": "Fora do ar", "unproven": "Voltou, sem envio ainda",
    "connecting": "Conectando", "connected": "Conectada",
}  # fmt: skip
CONDITION_TONES = {
    "stopped": "bad", "failing": "bad", "down": "bad", "unproven": "warn", "connecting": "warn", "connected": "good",
}  # fmt: skip
#: The figures that every message states (`metadata.facts`).
_COMMON_FIGURES = {
    "date": "Data", "listed": "Citados na mensagem", "client_text": "Texto para os clientes",
    "client_texts": "O mesmo com 1, 2 e 3 horários livres",
}  # fmt: skip
#: What a receipt `error` means.
NOT_DELIVERED = Failure(FailureReason.WHATSAPP_DID_NOT_DELIVER)
COMPOSERS = {"layout": "Modelo da casa", "ai": "Inteligência artificial"}
WEEKDAYS = ("seg", "ter", "qua", "qui", "sex", "sáb", "dom")


def type_name(type_: str | None) -> str:
    """A message type in Portuguese; another word as it is."""
    known = MESSAGE_TYPES.get(type_ or "")
    return known.label if known else type_ or "Sem tipo"


def figure_name(type_: str | None, name: str) -> str:
    """A figure of a type's messages in Portuguese; another word as it is."""
    known = MESSAGE_TYPES.get(type_ or "")
    return (_COMMON_FIGURES | dict(known.figure_labels if known else {})).get(name, name)


def failure_label(kept: Any, otherwise: str | None = None) -> str:
    """The reason of a failure, in Portuguese: from `metadata.failure` of its record, else the words that are there."""
    failure = Failure.from_json(kept)
    return failure.label if failure else otherwise or ""


def failure_advice(kept: Any) -> str:
    """The advice about a failure that a record keeps; empty where there is none."""
    failure = Failure.from_json(kept)
    return failure.advice if failure else ""


def number(value: float | int | None) -> str:
    """`12.345`; a dash for None."""
    return NONE if value is None else str(format_decimal(value, format="#,##0.##", locale=LOCALE))


def reais(amount: str) -> str:
    """`R$ 1.450,00`, for an amount as the database writes it."""
    return money(Decimal(amount))


def percent(part: float, whole: float) -> str:
    """`96,5%`; a dash where there is nothing to be a part of. Never rounds up to 100 %."""
    if not whole:
        return NONE
    shown = min(round(100 * part / whole, 1), 99.9) if part < whole else 100
    return f"{number(shown)}%"


def duration(seconds: float | None) -> str:
    """`850 ms`, `4,2 s`, `3 min 20 s`, `2 h 05 min`; a dash for None."""
    if seconds is None:
        return NONE
    if seconds < 1:
        return f"{round(seconds * 1000)} ms"
    if seconds < 60:
        return f"{number(round(seconds, 1))} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest:02} s" if minutes < 60 else f"{minutes // 60} h {minutes % 60:02} min"


def moment(value: str | dt.datetime | None, zone: str = COMMON_ZONE, *, seconds: bool = False) -> str:
    """`22/11/2026 18:00` in a zone; `value` is an aware instant, or one in ISO 8601."""
    if value is None:
        return NONE
    instant = dt.datetime.fromisoformat(value) if isinstance(value, str) else value
    return instant.astimezone(zone_info(zone)).strftime("%d/%m/%Y %H:%M:%S" if seconds else "%d/%m/%Y %H:%M")


def clock(value: dt.datetime, zone: str = COMMON_ZONE) -> str:
    """`18:00` in a zone."""
    return value.astimezone(zone_info(zone)).strftime("%H:%M")


def clock_seconds(value: dt.datetime, zone: str = COMMON_ZONE) -> str:
    """`18:00:05` in a zone."""
    return value.astimezone(zone_info(zone)).strftime("%H:%M:%S")


def city(zone: str) -> str:
    """`São Paulo`, for `America/Sao_Paulo`."""
    return str(get_timezone_location(get_timezone(zone), locale=LOCALE, return_city=True))


def day(value: dt.date) -> str:
    """`22 de nov.`"""
    return str(format_date(value, "d 'de' MMM", locale=LOCALE))


def figure(type_: str | None, name: str, value: object) -> str:
    """A figure of a type's messages as people read it: lists of ids by their size, other lists in one line."""
    known = MESSAGE_TYPES.get(type_ or "")
    codes = known.code_labels if known else {}
    if name == "listed" and isinstance(value, list):
        return number(len(value))
    if name == "closed" and isinstance(value, list):
        return ", ".join(f"{dt.date.fromisoformat(one['date']):%d/%m} ({one['reason']})" for one in value)
    if isinstance(value, list):
        return ", ".join(codes.get(str(one), str(one)) for one in value) or NONE
    if name == "date" and isinstance(value, str):
        return "/".join(reversed(value.split("-")))
    if isinstance(value, str) and known:
        return _text(known.facts.model_fields.get(name), value, codes)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return NONE if value is None else str(value)
    return number(value)


def _text(field: FieldInfo | None, value: str, codes: Mapping[str, str]) -> str:
    """A figure that is kept as text: money, a code, or what somebody wrote."""
    kind = field.annotation if field else None
    if kind is Decimal and re.fullmatch(r"\d{1,12}(\.\d{1,2})?", value):
        return str(format_decimal(value, format="#,##0.00", locale=LOCALE))
    return codes.get(value, value) if isinstance(kind, type) and issubclass(kind, StrEnum) else value


def ago(value: str | dt.datetime | None, now: dt.datetime) -> str:
    """`agora`, `há 5 min`, `há 3 h`, `há 2 dias`; `nunca` for None."""
    if value is None:
        return "nunca"
    instant = dt.datetime.fromisoformat(value) if isinstance(value, str) else value
    minutes = int((now - instant).total_seconds() // 60)
    if minutes < 60:
        return f"há {minutes} min" if minutes >= 1 else "agora"
    if minutes < 48 * 60:
        return f"há {minutes // 60} h"
    return f"há {minutes // 1440} dias"


def worker_counts(workers: Mapping[str, int]) -> str:
    """`2 livres, 1 ocupado`, for the workers by state; a dash for none."""
    busy, suspended = workers.get("busy", 0), workers.get("suspended", 0)
    states = ((sum(workers.values()) - busy - suspended, "livre"), (busy, "ocupado"), (suspended, "suspenso"))
    parts = [f"{count} {word}{'s' * (count != 1)}" for count, word in states if count]
    return ", ".join(parts) or NONE
