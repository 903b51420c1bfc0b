"""The words in which Aurora speaks of campaigns: names, reasons, moments, numbers. Brazilian Portuguese."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping

from proactive.campaigns.room import CampaignSchedule
from proactive.text.formats import counted, hour, integer, weekday

#: Why clients were left out or not reached: one of them, several.
REASONS = {
    "blocked": ("está bloqueado", "estão bloqueados"),
    "no_phone": ("sem telefone", "sem telefone"),
    "own_number": ("é número da loja", "são números da loja"),
    "same_phone": ("com o mesmo telefone", "com o mesmo telefone"),
    "opted_out": ("pediu para não receber", "pediram para não receber"),
    "on_block_list": ("está em lista de bloqueio", "estão em lista de bloqueio"),
    "mourning": ("perdeu o pet", "perderam o pet"),
    "no_consent": ("sem autorização", "sem autorização"),
    "never_talked": ("sem conversa no WhatsApp", "sem conversa no WhatsApp"),
    "recent_message": ("recebeu promoção há pouco", "receberam promoção há pouco"),
    "unreachable": ("não recebe nossas mensagens", "não recebem nossas mensagens"),
    "beyond_life": ("não cabe no prazo", "não cabem no prazo"),
    "held_back": ("para medir o efeito", "para medir o efeito"),
    "removed": ("foi tirado da lista", "foram tirados da lista"),
    "already_booked": ("já agendou", "já agendaram"),
    "pet_gone": ("com pet fora do cadastro", "com pet fora do cadastro"),
    "number_changed": ("mudou de número", "mudaram de número"),
    "no_hours_left": ("sem horário vago", "sem horário vago"),
    "too_late": ("ficou para tarde demais", "ficaram para tarde demais"),
    "number_not_on_whatsapp": ("sem WhatsApp", "sem WhatsApp"),
    "not_on_whatsapp": ("sem WhatsApp", "sem WhatsApp"),
    "whatsapp_limit": ("foi barrado pelo WhatsApp", "foram barrados pelo WhatsApp"),
    "deleted": ("não é mais cliente", "não são mais clientes"),
    "stopped": ("ainda estava na fila", "ainda estavam na fila"),
}
_OTHERWISE = ("com falha no envio", "com falha no envio")
#: Why a campaign was paused by itself.
CAUSES_OF_PAUSE = {
    "throttled": "o WhatsApp limitou o número",
    "refused": "o WhatsApp limitou o número",
    "gateway": "as mensagens não estão chegando",
    "disconnected": "o WhatsApp desconectou",
    "undelivered": "as mensagens não estão chegando",
    "not_on_whatsapp": "muitos números não têm WhatsApp",
    "opt_outs": "muitos pediram para sair",
    "paused": "os envios da loja estão pausados",
    "not_told": "a confirmação não chegou a você",
}


def clients(number: int) -> str:
    """`1 cliente`, `118 clientes`."""
    return counted(number, "cliente", "clientes")


def of_all(part: int, number: int) -> str:
    """`34 de 120`, `1.034 de 2.120`."""
    return f"{integer(part)} de {integer(number)}"


def reasons_in_words(counts: Mapping[str, int]) -> str:
    """`9 sem conversa no WhatsApp, 3 pediram para não receber`: the most frequent first."""
    known: Counter[str] = Counter()
    for reason, number in counts.items():
        known[reason if reason in REASONS else "otherwise"] += number
    ordered = sorted(known.items(), key=lambda item: (-item[1], item[0]))
    words = {**REASONS, "otherwise": _OTHERWISE}
    return ", ".join(counted(number, *words[reason]) for reason, number in ordered if number)


def reasons_of_ended(counts: Mapping[str, int]) -> str:
    """The same of a campaign that is over: who opted out did so while it was sent."""
    words = reasons_in_words({reason: number for reason, number in counts.items() if reason != "opted_out"})
    left = counts.get("opted_out", 0)
    said = f"{counted(left, 'pediu', 'pediram')} para sair" if left else ""
    return ", ".join(filter(None, (words, said)))


def hindrance_in_words(hindrance: str) -> str:
    """The sentence that nothing may be sent to clients now, and why (`Terms.hindrance`)."""
    return f"Ainda não posso enviar para clientes: {hindrance}."


def cause_in_words(cause: str) -> str:
    """Why a campaign was paused by itself."""
    return CAUSES_OF_PAUSE[cause]


def day_in_words(day: dt.date, today: dt.date) -> str:
    """`hoje`, `amanhã`, `quinta (26/11)`."""
    ahead = (day - today).days
    if ahead in (0, 1):
        return ("hoje", "amanhã")[ahead]
    return f"{weekday(day.isoweekday())} ({day:%d/%m})"


def moment_in_words(at: dt.datetime, now: dt.datetime) -> str:
    """`em 2 minutos`, `hoje às 14:05`, `amanhã às 9h`; both instants in the organisation's zone."""
    ahead = (at - now).total_seconds()
    if ahead <= 30:
        return "agora"
    if ahead <= 10 * 60:
        return f"em {counted(round(ahead / 60) or 1, 'minuto', 'minutos')}"
    return f"{day_in_words(at.date(), now.date())} {_clock(at)}"


def start_in_words(at: dt.datetime, now: dt.datetime) -> str:
    """`hoje às 14:05`, `amanhã às 9h`, `quinta (26/11) às 9h`; both instants in the organisation's zone."""
    return f"{day_in_words(at.date(), now.date())} {_clock(at)}"


def until_in_words(until: dt.datetime, now: dt.datetime) -> str:
    """`hoje às 20:00`, `quarta às 10:00`; a day of a week ahead or more with its date. Both in the zone of
    the organisation."""
    ahead = (until.date() - now.date()).days
    day = weekday(until.isoweekday()) if 1 < ahead < 7 else day_in_words(until.date(), now.date())
    return f"{day} {'à' if until.hour == 1 else 'às'} {until:%H:%M}"


def clock_in_words(at: dt.datetime, now: dt.datetime) -> str:
    """`às 14:05` today, `amanhã às 9h` else; both instants in the organisation's zone."""
    return _clock(at) if at.date() == now.date() else f"{day_in_words(at.date(), now.date())} {_clock(at)}"


def _clock(at: dt.datetime) -> str:
    return f"{'à' if at.hour == 1 else 'às'} {hour(at.time()) if at.minute == 0 else f'{at:%H:%M}'}"


def pace_in_words(number: int, schedule: CampaignSchedule, today: dt.date) -> str:
    """`tudo hoje`, `tudo na quinta (26/11)`, or `cerca de 40 por dia, até quinta (26/11)`; of a schedule in the
    organisation's zone."""
    first, last = schedule.starts_at.date(), day_in_words(schedule.last_day, today)
    if schedule.last_day <= max(first, today):
        by_name = (schedule.last_day - today).days > 1
        article = ("no " if schedule.last_day.isoweekday() > 5 else "na ") if by_name else ""
        return f"tudo {article}{last}"
    return f"cerca de {integer(min(number, schedule.a_day))} por dia, até {last}"
