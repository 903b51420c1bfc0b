"""The states of Brazil, and which of them an area code belongs to."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class State:
    """A state (UF): its name, the preposition before it (`na Bahia`), the first two digits of its municipalities' IBGE
    codes, and its capital with the capital's IBGE code."""

    uf: str
    name: str
    preposition: str
    ibge: int
    capital: str
    capital_code: int

    @property
    def where(self) -> str:
        """`em São Paulo (SP)`."""
        return f"{self.preposition} {self.name} ({self.uf})"

    def has(self, municipality: int) -> bool:
        """Whether an IBGE code is one of this state's municipalities."""
        return municipality // 100_000 == self.ibge and is_municipality(municipality)


_ALL = (
    State("AC", "Acre", "no", 12, "Rio Branco", 1200401),
    State("AL", "Alagoas", "em", 27, "Maceió", 2704302),
    State("AM", "Amazonas", "no", 13, "Manaus", 1302603),
    State("AP", "Amapá", "no", 16, "Macapá", 1600303),
    State("BA", "Bahia", "na", 29, "Salvador", 2927408),
    State("CE", "Ceará", "no", 23, "Fortaleza", 2304400),
    State("DF", "Distrito Federal", "no", 53, "Brasília", 5300108),
    State("ES", "Espírito Santo", "no", 32, "Vitória", 3205309),
    State("GO", "Goiás", "em", 52, "Goiânia", 5208707),
    State("MA", "Maranhão", "no", 21, "São Luís", 2111300),
    State("MG", "Minas Gerais", "em", 31, "Belo Horizonte", 3106200),
    State("MS", "Mato Grosso do Sul", "em", 50, "Campo Grande", 5002704),
    State("MT", "Mato Grosso", "em", 51, "Cuiabá", 5103403),
    State("PA", "Pará", "no", 15, "Belém", 1501402),
    State("PB", "Paraíba", "na", 25, "João Pessoa", 2507507),
    State("PE", "Pernambuco", "em", 26, "Recife", 2611606),
    State("PI", "Piauí", "no", 22, "Teresina", 2211001),
    State("PR", "Paraná", "no", 41, "Curitiba", 4106902),
    State("RJ", "Rio de Janeiro", "no", 33, "Rio de Janeiro", 3304557),
    State("RN", "Rio Grande do Norte", "no", 24, "Natal", 2408102),
    State("RO", "Rondônia", "em", 11, "Porto Velho", 1100205),
    State("RR", "Roraima", "em", 14, "Boa Vista", 1400100),
    State("RS", "Rio Grande do Sul", "no", 43, "Porto Alegre", 4314902),
    State("SC", "Santa Catarina", "em", 42, "Florianópolis", 4205407),
    State("SE", "Sergipe", "em", 28, "Aracaju", 2800308),
    State("SP", "São Paulo", "em", 35, "São Paulo", 3550308),
    State("TO", "Tocantins", "no", 17, "Palmas", 1721000),
)
#: Every state by its UF, in the order of the UFs.
STATES = MappingProxyType({state.uf: state for state in _ALL})

#: The states that have the area codes of a range. 61 is the Federal District's and of the towns around it in Goiás.
_AREA_CODES = (
    (range(11, 20), "SP"), (range(21, 25), "RJ"), (range(27, 29), "ES"), (range(31, 39), "MG"), (range(41, 47), "PR"),
    (range(47, 50), "SC"), (range(51, 56), "RS"), (range(61, 62), "DF"), (range(62, 63), "GO"), (range(63, 64), "TO"),
    (range(64, 65), "GO"), (range(65, 67), "MT"), (range(67, 68), "MS"), (range(68, 69), "AC"), (range(69, 70), "RO"),
    (range(71, 76), "BA"), (range(77, 78), "BA"), (range(79, 80), "SE"), (range(81, 82), "PE"), (range(82, 83), "AL"),
    (range(83, 84), "PB"), (range(84, 85), "RN"), (range(85, 86), "CE"), (range(86, 87), "PI"), (range(87, 88), "PE"),
    (range(88, 89), "CE"), (range(89, 90), "PI"), (range(91, 92), "PA"), (range(92, 93), "AM"), (range(93, 95), "PA"),
    (range(95, 96), "RR"), (range(96, 97), "AP"), (range(97, 98), "AM"), (range(98, 100), "MA"),
)  # fmt: skip
#: No number has them.
_UNUSED = frozenset({23, 36, 52, 72})
#: Their codes are older than the rule of the last digit.
_ODD_CODES = frozenset({
    2201919, 2201988, 2202251, 2611533, 3117836, 3152131, 4305871, 5203939, 5203962,
})  # fmt: skip


def state_of_area(code: int | None) -> State | None:
    """The state that an area code (DDD) belongs to; None for none, or one that no number has."""
    found = next((uf for areas, uf in _AREA_CODES if code in areas and code not in _UNUSED), None)
    return STATES[found] if found else None


def is_municipality(code: int) -> bool:
    """Whether a number is made like an IBGE code of a municipality: seven digits, the last of which follows from the
    others."""
    if not any(state.ibge == code // 100_000 for state in _ALL):
        return False
    digits = [int(digit) for digit in str(code)]
    doubled = [digit * (1 + place % 2) for place, digit in enumerate(digits[:6])]
    total = sum(value // 10 + value % 10 for value in doubled)
    return code in _ODD_CODES or -total % 10 == digits[6]
