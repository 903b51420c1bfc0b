"""The states: each with its capital, and every area code with one."""

from __future__ import annotations

import pytest

from proactive.calendar.states import STATES, is_municipality, state_of_area

#: The states of all 67 area codes (Anatel).
AREAS = {
    "SP": "11 12 13 14 15 16 17 18 19", "RJ": "21 22 24", "ES": "27 28", "MG": "31 32 33 34 35 37 38",
    "PR": "41 42 43 44 45 46", "SC": "47 48 49", "RS": "51 53 54 55", "DF": "61", "GO": "62 64", "TO": "63",
    "MT": "65 66", "MS": "67", "AC": "68", "RO": "69", "BA": "71 73 74 75 77", "SE": "79", "PE": "81 87", "AL": "82",
    "PB": "83", "RN": "84", "CE": "85 88", "PI": "86 89", "PA": "91 93 94", "AM": "92 97", "RR": "95", "AP": "96",
    "MA": "98 99",
}  # fmt: skip


def test_every_area_code_has_its_state_and_no_other_number_has_one() -> None:
    of_areas = {int(code): uf for uf, codes in AREAS.items() for code in codes.split()}
    assert len(of_areas) == 67
    for code in range(-1, 1200):
        found = state_of_area(code)
        assert (found.uf if found else None) == of_areas.get(code), code
    assert state_of_area(None) is None


def test_there_are_27_each_with_a_capital_of_its_own() -> None:
    assert len(STATES) == 27 and list(STATES) == sorted(STATES)
    for uf, state in STATES.items():
        assert state.uf == uf and state.has(state.capital_code)
        assert not any(other.has(state.capital_code) for other in STATES.values() if other is not state)
    assert len({state.ibge for state in STATES.values()}) == 27


def test_a_state_is_named_as_people_say_it() -> None:
    said = [STATES[uf].where for uf in ("SP", "RJ", "BA", "GO")]
    assert said == ["em São Paulo (SP)", "no Rio de Janeiro (RJ)", "na Bahia (BA)", "em Goiás (GO)"]


@pytest.mark.parametrize("code", [3550308, 3304557, 5300108, 2201919, 3509502, 4106902])
def test_a_municipality_is_told_by_its_last_digit(code: int) -> None:
    assert is_municipality(code)
    assert not is_municipality(code + 1) and not is_municipality(code - 1)


@pytest.mark.parametrize("code", [0, -3550308, 355030, 35503080, 9950308, 1000000])
def test_what_is_no_code_of_a_municipality_is_none(code: int) -> None:
    assert not is_municipality(code)
