"""The fixed fact sets: 24 a type, with everything that is odd, and each house text passes its own checks in all."""

from __future__ import annotations

import pytest

from proactive.text.sanitize import NAME_LIMIT, clean_name, first_name
from proactive.words.fact_sets import SCENARIOS, fact_sets
from proactive.words.publishing import faults_at_publishing
from proactive.words.registry import VOCABULARIES
from tests.support.own_words import house
from tests.support.texts import compose


@pytest.mark.parametrize("type_", VOCABULARIES)
def test_each_house_text_passes_its_own_checks_in_all_sets(type_: str) -> None:
    assert len(fact_sets(type_)) == 24
    assert faults_at_publishing(type_, house(type_)) == []


@pytest.mark.parametrize("type_", VOCABULARIES)
def test_in_at_least_two_sets_the_figures_are_pairwise_different(type_: str) -> None:
    vocabulary = VOCABULARIES[type_]
    different = 0
    for each in fact_sets(type_):
        values = vocabulary.values(each.occasion, len(each.occasion.facts.lines()))
        figures = [str(claim.constant or values[claim.name]) for claim in vocabulary.figures]
        different += len(set(figures)) == len(figures)
    assert different >= 2


def test_no_owner_is_called_as_a_client_pet_or_another_owner() -> None:
    owners = [first_name(each.owner) for each in SCENARIOS if each.owner]
    called = {word for each in SCENARIOS for name in (*each.clients, *each.pet_names) for word in (name or "").split()}
    assert len(set(owners)) == len(owners) == len(SCENARIOS) - 1
    assert not set(owners) & called


def test_keys_and_labels_are_each_ones_own() -> None:
    assert len({each.key for each in SCENARIOS}) == len({each.label for each in SCENARIOS}) == 24


def test_the_sets_have_what_is_odd() -> None:
    figures = {number for each in SCENARIOS for number in each.figures}
    assert {0, 1, 2, 1234} <= figures
    assert any(each.date.month == 2 and each.date.day == 29 for each in SCENARIOS)
    assert any(each.closed for each in SCENARIOS)
    assert any(each.nothing_free for each in SCENARIOS)
    for missing in ("clients", "pet_names", "phones"):
        assert any(set(getattr(each, missing)) <= {None, " ", "_*"} for each in SCENARIOS)
    assert any(len(clean_name(name) or "") == NAME_LIMIT for each in SCENARIOS for name in each.clients)


def test_the_longest_list_has_to_be_shortened() -> None:
    facts = next(each.occasion.facts for each in fact_sets("birthdays") if each.key == "longest_list")
    assert len(facts.lines()) == 200 > len(compose(facts).figures["listed"])
