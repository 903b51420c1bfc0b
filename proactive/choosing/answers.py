"""What Aurora answers about her own messages: the texts of the product's rules for timing. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from proactive.message_types.base import MessageType, SpokenName
from proactive.send_times.overview import TypeTime
from proactive.text.formats import joined

#: Where everything can be switched on again, too.
_PAGE = "na página Horários da Aurora"


def hour_chosen(types: Sequence[MessageType], at: dt.time, before: Sequence[dt.time], *, from_today: bool) -> str:
    """H1: types come at a local time; `before` is when each of them came, so that it can be undone."""
    names = _names(types)
    come = "chegam" if len(names) > 1 or names[0].plural else "chega"
    since = "a partir de hoje" if from_today else "a partir de amanhã"
    back = [f'"{name.short} às {_spoken(was)}"' for name, was in zip(names, before, strict=True)]
    whole = _capital(joined([name.with_article for name in names]))
    return f"Combinado! {whole} {come} às {_hour(at)} {since}. Para voltar: {joined(back)}."


def switched_off(types: Sequence[MessageType]) -> str:
    """H2: types come no more."""
    names = _names(types)
    back = joined([name.short for name in names])
    return f'Combinado, não mando mais {joined([n.with_article for n in names])}. Para voltar: "volta a mandar {back}".'


def all_switched_off(example: MessageType) -> str:
    """H2, of every type; `example` is one of them."""
    (name,) = _names([example])
    return f'Combinado, não mando mais nada por conta própria. Para voltar: "volta a mandar {name.short}", ou {_PAGE}.'


def switched_on(times: Sequence[TypeTime]) -> str:
    """H3: types come again, each at the time that it has."""
    again = [f"{name.with_article}, às {_hour(time.at)}" for name, time in _named(times)]
    return f"Combinado! Volto a mandar {joined(again)}."


def stop_what(types: Sequence[MessageType]) -> str:
    """H4: which of these, those that are on, shall stop?"""
    listed = " ".join(f"{place}) {name.name}" for place, name in enumerate(_names(types), 1))
    return f"Quer que eu pare de mandar o quê? {listed} ou TUDO."


def no_such_hour(time: TypeTime) -> str:
    """H5: a type cannot come at that time; if it can be moved at all, the question at which."""
    (name,) = _names([time.type])
    whole = _capital(name.with_article)
    if time.window is None or time.window.first == time.window.last:
        return f"{whole} {'saem' if name.plural else 'sai'} sempre às {_hour(time.at)}: mais tarde já seria tarde."
    return f"{whole} eu consigo mandar entre {_hour(time.window.first)} e {_hour(time.window.last)}. Que horas?"


def what_is_sent(times: Sequence[TypeTime]) -> str:
    """H6: which types come, and when, and which are off."""
    on = [f"{name.name} às {_hour(time.at)}" for name, time in _named(times) if time.is_on]
    off = [name.name for name, time in _named(times) if not time.is_on]
    sent = ", ".join(on) if on else "nada por conta própria"
    return f"Hoje eu mando: {sent}." + (f" Desligados: {', '.join(off)}." if off else "")


def not_understood() -> str:
    """H7: nothing was changed, and how it can be said."""
    return (
        'Não entendi 🤔 Nada mudou nos seus avisos. Diga, por exemplo: "resumo às 20h", "não quero mais aniversários" '
        'ou "volta a mandar aniversários".'
    )


def how_to_switch_off(types: Sequence[MessageType]) -> str:
    """H8: after a campaign was stopped, how the owner's own messages are."""
    names = _names(types)
    said = joined([name.short for name in names])
    return f'Se também não quer mais {joined([name.with_article for name in names])}, diga "desliga {said}".'


def clients_or_own(at: dt.time) -> str:
    """Whether an hour is the clients' today or the owner's own every day (H9)."""
    return f"Para os clientes hoje às {_hour(at)}, ou a sua mensagem todo dia às {_hour(at)}?"


def _names(types: Sequence[MessageType]) -> list[SpokenName]:
    return [type_.spoken for type_ in types if type_.spoken is not None]


def _named(times: Sequence[TypeTime]) -> list[tuple[SpokenName, TypeTime]]:
    return [(time.type.spoken, time) for time in times if time.type.spoken is not None]


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _hour(at: dt.time) -> str:
    """`9:00`, `20:30`."""
    return f"{at.hour}:{at.minute:02}"


def _spoken(at: dt.time) -> str:
    """`18h`, `19h30`."""
    return f"{at.hour}h{at.minute:02}" if at.minute else f"{at.hour}h"
