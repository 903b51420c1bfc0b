"""The message that a client receives: a greeting, who writes, the campaign's text, and how to be left alone.

What varies from client to client is only what is true of the client, and which of three greetings begins it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from uuid import UUID

from proactive.text.formats import joined
from proactive.text.sanitize import clean_name, first_name

#: The line that nobody can take out.
LAST_LINE = "Não quer receber promoções? Responda SAIR."
#: Characters of a campaign's text, at least and at most.
SHORTEST, LONGEST = 10, 700
_GREETINGS = ("Oi, {name}!", "Olá, {name}!", "Oi, {name}, tudo bem?")
_NAMELESS = ("Oi!", "Olá!", "Oi, tudo bem?")
_BRACES = re.compile(r"\{([^{}]*)\}")
_PLURAL = re.compile(r"\{([^{}|]*)\|([^{}|]*)\}")
_KNOWN = ("nome", "pet")
_SOME_PET = "seu pet"


def unknown_braces(text: str) -> list[str]:
    """The braces of a text that somebody wrote which cannot be filled, as written between them; of one alone nothing.

    `{one|several}` is for the texts of ours: people who write it mean something else.
    """
    unknown = [found for found in _BRACES.findall(text) if found not in _KNOWN]
    return unknown or ([""] if re.search(r"[{}]", _BRACES.sub("", text)) else [])


def client_message(recipient: UUID, name: str | None, pets: Sequence[str], business: str, text: str) -> str:
    """The whole message for one client.

    `name` and `pets` are as stored; of the name the first word is used, without digits. `text` may hold `{nome}`,
    `{pet}` (several pets `Rex e Luna`, none `seu pet`) and `{one|several}`, which is chosen by the number of pets.
    """
    called, which = _called(name), recipient.int % len(_GREETINGS)
    greeting = _GREETINGS[which].format(name=called) if called else _NAMELESS[which]
    return f"{greeting} Aqui é {clean_name(business) or 'a loja'} 🐾\n\n{filled(text, name, pets)}\n\n{LAST_LINE}"


def filled(text: str, name: str | None, pets: Sequence[str]) -> str:
    """A campaign's text for one client: its braces filled with what is true of the client."""
    called = [each for each in (clean_name(pet) for pet in pets) if each]
    several = _PLURAL.sub(lambda found: found[2 if len(called) > 1 else 1], text)
    values = {"nome": _called(name) or "", "pet": joined(called) if called else _SOME_PET}
    plain = _BRACES.sub(lambda found: values.get(found[1], found[0]), several)
    # a name that is not known leaves neither its space nor its comma behind
    plain = re.sub(r",(?: *,)+", ",", plain)
    begun = re.sub(r"(?m)^, ?(\w?)", lambda found: found[1].upper(), plain)
    return re.sub(r" +([,!?.])", r"\1", re.sub(r", *(?=[!?.])", "", re.sub(r"(?<=\S)  +", " ", begun))).strip()


def _called(name: str | None) -> str | None:
    """What a client is called: the first word of the name, without digits; None where nothing is left (a phone)."""
    first = first_name(name) or ""
    bare = re.sub(r"\d", "", first)
    named = bare == first or any(letter.isalpha() for letter in bare)
    return bare if bare and named else None
