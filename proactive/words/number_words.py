"""Numbers in Portuguese words, and the words that make a number vague."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence


def _words(text: str) -> list[str]:
    return text.split()


_UNITS = _words(
    "zero um dois tres quatro cinco seis sete oito nove dez onze doze treze catorze quinze dezesseis dezessete "
    "dezoito dezenove"
)
_TENS = _words("vinte trinta quarenta cinquenta sessenta setenta oitenta noventa")
_HUNDREDS = _words(
    "cento duzentos trezentos quatrocentos quinhentos seiscentos setecentos oitocentos novecentos"
)  # fmt: skip
#: What each word adds.
_SMALL: dict[str, int] = (
    {word: value for value, word in enumerate(_UNITS)}
    | {"uma": 1, "duas": 2, "quatorze": 14, "dezasseis": 16, "dezassete": 17, "dezanove": 19}
    | {word: 20 + 10 * place for place, word in enumerate(_TENS)}
    | {word: 100 + 100 * place for place, word in enumerate(_HUNDREDS)}
    | {word[:-2] + "as": 200 + 100 * place for place, word in enumerate(_HUNDREDS[1:])}
    | {"cem": 100}
)
#: What multiplies the number before it, or is a number of its own.
MULTIPLIERS: dict[str, int] = {
    "mil": 1000, "milhar": 1000, "milhares": 1000, "milhao": 10**6, "milhoes": 10**6, "bilhao": 10**9,
    "bilhoes": 10**9, "duzia": 12, "duzias": 12, "dezena": 10, "dezenas": 10, "centena": 100, "centenas": 100,
    "vez": 1, "vezes": 1,
}  # fmt: skip
_TIMES = ("vez", "vezes")
ARTICLES = frozenset({"um", "uma"})
NONE = frozenset({"nenhum", "nenhuma"})
WITHOUT = "sem"
DENIALS = frozenset({"nao", "nem", "nunca", "jamais", "tampouco"})
#: After a denial, what is asked for (`não esqueça`) or wished (`que nunca falte`), and what may stand between.
REMINDERS = frozenset(
    _words(
        "esqueca esquecam esquecamos deixe deixem deixemos perca percam percamos desanime desanimem desista desistam "
        "pare parem demore demorem preocupe preocupem falte faltem hesite hesitem ignore ignorem tenha tenham fique "
        "fiquem perde esquece deixa"
    )
)
REMINDER_PRONOUNS = frozenset(_words("se nos me te lhe"))
#: Words that make the number beside them vague.
HEDGES = frozenset(
    _words(
        "quase cerca ate mais menos aproximadamente aproximado aproximada aproximados aproximadas talvez minimo maximo "
        "estimado estimada estimados estimadas estimativa provavelmente provavel provaveis possivelmente supostamente "
        "praticamente virtualmente media"
    )
)
#: Words that do so only where they lead to it over small words (`por volta de 12`): alone they mean something else.
LEADING_HEDGES = frozenset(
    _words(
        "uns umas perto torno volta acima abaixo alem superior superiores inferior inferiores maior menor maiores "
        "menores passa passam passou passaram supera superam superou beira beirando beirou dobro triplo metade terco "
        "entre coisa deve devem acho parece parecem"
    )
)
#: What has to stand before some of them: `por volta de 12`, and `12 e poucos` behind the number.
HEDGED_BY = {"volta": "por", "torno": "em"} | dict.fromkeys(_words("pouco poucos poucas tantos tantas"), "e")
#: Fractions and multiples: beside a figure's word they say another number.
PARTS = frozenset({"metade", "dobro", "triplo", "terco"})
#: What may stand between a hedge and its number.
CONNECTORS = frozenset(_words("de do da dos das que a o os as em um uns umas por e ou no na ser"))
#: What may stand between `sem` and the word of what is not there.
DETERMINERS = frozenset(
    _words("nenhum nenhuma qualquer quaisquer mais os as o a outro outra outros outras")
)  # fmt: skip
_PLAIN = str.maketrans({"ß": "ss", "æ": "ae", "Æ": "ae", "œ": "oe", "Œ": "oe", "ø": "o", "Ø": "o"})


def folded(word: str) -> str:
    """A word without accents, in lower case."""
    apart = unicodedata.normalize("NFD", word.translate(_PLAIN).lower())
    return "".join(character for character in apart if unicodedata.category(character) != "Mn")


def number_in_words(words: Sequence[str]) -> tuple[int, int]:
    """The number that a row of folded words begins with, and how many words it has; 0 words where it is none.

    `vinte e dois`, `mil duzentos`, `meia duzia`, `cento e vinte mil`.
    """
    if words[:2] == ["meia", "duzia"]:
        return 6, 2
    total = current = place = 0
    least = 10**9
    while place < len(words):
        joined = place > 0 and words[place] == "e" and place + 1 < len(words)
        word = words[place + joined]
        value = _SMALL.get(word)
        if value is not None and _rank(value) < least:
            current, least = current + value, _rank(value)
        elif word in MULTIPLIERS and word not in _TIMES and not joined:
            total, current, least = total + (current or 1) * MULTIPLIERS[word], 0, 10**9
        else:
            break
        place += 1 + joined
    return total + current, place


def _rank(value: int) -> int:
    """The order of a word's number: a smaller one may follow a greater one."""
    if value >= 100:
        return 3
    return 2 if value >= 20 else 1
