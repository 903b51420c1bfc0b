"""The names that every message type has, and short ways to write a table of names."""

from __future__ import annotations

from collections.abc import Callable

from proactive.text.formats import integer, weekday
from proactive.text.names import Names
from proactive.text.sanitize import first_name
from proactive.words.occasion import Seen
from proactive.words.vocabulary import LIST, ListField, NameKind, NameValue, WordsName

NAMES = Names()
#: The place where greetings stand that have no line of their own in the house text.
GREETING = "{{ saudacao }}\n\n"


def number(name: str, meaning: str, example: int, value: Callable[[Seen], int], *, figure: bool = False) -> WordsName:
    """A name that is a number."""
    return WordsName(name, NameKind.NUMBER, meaning, integer(example), value, figure)


def text(name: str, meaning: str, example: str, value: Callable[[Seen], str], *, figure: bool = False) -> WordsName:
    """A name that is ready text."""
    return WordsName(name, NameKind.TEXT, meaning, example, value, figure)


def text_field(name: str, meaning: str, example: str) -> ListField:
    """A field that is ready text."""
    return ListField(name, NameKind.TEXT, meaning, example)


def number_field(name: str, meaning: str, example: int) -> ListField:
    """A field that is a number."""
    return ListField(name, NameKind.NUMBER, meaning, str(example))


def listing(
    name: str, meaning: str, fields: tuple[ListField, ...], value: Callable[[Seen], NameValue], item: str = "item"
) -> WordsName:
    """A name that is a list."""
    return WordsName(name, NameKind.LIST, meaning, "", value, fields=fields, item=item)


def common(
    meaning: str, fields: tuple[ListField, ...], value: Callable[[Seen], NameValue], *, listed_figure: bool = False
) -> tuple[WordsName, ...]:
    """The names that all types have; `meaning`, `fields` and `value` are of the list."""
    return (
        text("dono", "primeiro nome de quem recebe", "Paula", _owner),
        text("loja", "nome da loja", "Patas & Cia", lambda seen: NAMES.client(seen.occasion.business) or ""),
        text("data", "data da mensagem", "23/11", lambda seen: f"{seen.facts.date:%d/%m}"),
        text("dia_da_semana", "dia da semana", "segunda", lambda seen: weekday(seen.facts.date.isoweekday())),
        listing(LIST, meaning, fields, value),
        number("listados", "linhas da lista", 10, lambda seen: len(seen.lines), figure=listed_figure),
        number("ficaram_de_fora", "quantos não couberam na lista", 2, lambda seen: seen.left_out),
    )


def _owner(seen: Seen) -> str:
    name = first_name(seen.occasion.owner) or ""
    # a phone in the place of a name is nobody's name
    return name if any(letter.isalpha() for letter in name) else ""
