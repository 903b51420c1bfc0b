"""Invented people, pets and telephone numbers for the demo businesses."""

from __future__ import annotations

_FIRST = (
    "Marina",
    "Rafael",
    "Beatriz",
    "Thiago",
    "Camila",
    "Eduardo",
    "Larissa",
    "Gustavo",
    "Fernanda",
    "Leonardo",
    "Juliana",
    "Rodrigo",
    "Patrícia",
    "Vinícius",
    "Aline",
    "Marcelo",
    "Débora",
    "Henrique",
    "Tatiane",
    "Caio",
    "Renata",
    "Otávio",
    "Simone",
    "Murilo",
    "Vanessa",
    "Danilo",
    "Priscila",
    "Igor",
    "Cláudia",
    "Fábio",
    "Luciana",
    "André",
    "Elaine",
    "Sérgio",
    "Natália",
    "Wagner",
    "Bianca",
    "Alexandre",
    "Raquel",
    "Heitor",
    "Sônia",
    "Jorge",
)
_LAST = (
    "Alves",
    "Barbosa",
    "Campos",
    "Duarte",
    "Esteves",
    "Farias",
    "Guimarães",
    "Holanda",
    "Inácio",
    "Junqueira",
    "Klein",
    "Lacerda",
    "Meireles",
    "Nogueira",
    "Oliveira",
    "Prado",
    "Queiroz",
    "Ramalho",
    "Sampaio",
    "Teixeira",
    "Uchôa",
    "Valente",
    "Xavier",
    "Zanetti",
    "Siqueira",
    "Pimentel",
    "Moura",
    "Fontes",
    "Brandão",
    "Dantas",
    "Leal",
)
_PETS = (
    "Rex",
    "Luna",
    "Max",
    "Mel",
    "Thor",
    "Nina",
    "Bob",
    "Amora",
    "Fred",
    "Pipoca",
    "Zeca",
    "Jade",
    "Simba",
    "Lola",
    "Toby",
    "Frida",
    "Bidu",
    "Maya",
    "Paçoca",
    "Nala",
    "Tobias",
    "Cacau",
    "Apolo",
    "Belinha",
    "Chico",
    "Pérola",
    "Duque",
    "Kiara",
    "Floquinho",
    "Dora",
    "Ozzy",
    "Malu",
    "Gaspar",
    "Estrela",
    "Barão",
    "Tina",
    "Cookie",
    "Safira",
    "Tufão",
    "Berenice",
    "Ravi",
    "Jujuba",
)
_WRITTEN = ("{area}{number}", "+55 ({area}) {number}", "({area}) {number}", "55{area}{number}", "0{area} {number}")


def person(position: int) -> str:
    """The name of the person at this position; the first 1302 differ."""
    return f"{_FIRST[position % len(_FIRST)]} {_LAST[position % len(_LAST)]}"


def pet(position: int) -> str:
    """The name of the pet at this position; the first 42 differ."""
    return _PETS[position % len(_PETS)]


def mobile(area: str, position: int) -> str:
    """A Brazilian mobile of that area code, as this or that person would type it.

    Valid in form (9 0000-xxxx), in a range that no operator has been given.
    """
    return _WRITTEN[position % len(_WRITTEN)].format(area=area, number=f"90000{1000 + position:04d}")
