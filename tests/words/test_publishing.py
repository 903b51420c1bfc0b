"""What is told before words are published: each fault once, with the first facts that show it, and the time."""

from __future__ import annotations

import pytest

from proactive.words import publishing
from proactive.words.content import Template, Wording
from proactive.words.occasion import Occasion
from proactive.words.publishing import OWN_FACTS, faults_at_publishing
from tests.support.examples import Examples
from tests.support.own_words import house, true_and


def test_a_fault_is_told_once_with_the_first_facts_that_show_it_and_its_line() -> None:
    lying = true_and("daily_summary", "{% if pendentes == 2 %}9 pendentes{% endif %}")
    (fault,) = faults_at_publishing("daily_summary", lying)
    assert (fault.code, fault.fact_set, fault.line) == ("other_number", "two", 5)


def test_a_fault_of_a_wording_names_its_field() -> None:
    (fault,) = faults_at_publishing("daily_summary", Wording(greeting="Olá!", closing="Foram 9 pendentes"))
    assert (fault.code, fault.field, fault.line) == ("other_number", "closing", 1)


def test_the_businesss_own_facts_are_checked_too() -> None:
    lying = true_and("daily_summary", "{% if agendamentos == 77 %}9 pendentes{% endif %}")
    assert faults_at_publishing("daily_summary", lying) == []
    own = Occasion(Examples.daily_summary().model_copy(update={"bookings": 77}), "Paula", "Patas")
    (fault,) = faults_at_publishing("daily_summary", lying, own)
    assert (fault.code, fault.fact_set) == ("other_number", OWN_FACTS)


def test_what_the_grammar_refuses_is_told_without_facts() -> None:
    (fault,) = faults_at_publishing("daily_summary", Template("{{ nada }}"))
    assert (fault.code, fault.fact_set) == ("unknown_name", None)


def test_a_text_that_fails_is_a_fault_and_harms_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("proactive.words.checks.write", lambda *_: 1 / 0)
    assert {fault.code for fault in faults_at_publishing("daily_summary", house("daily_summary"))} == {"crashed"}


def test_a_rendering_that_is_slow_five_times_is_refused_and_one_that_is_slow_once_is_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    taken = iter([60.0, 70.0, 80.0, 90.0, 51.0])
    monkeypatch.setattr(publishing, "rendering_time", lambda *_: next(taken))
    (fault,) = faults_at_publishing("daily_summary", house("daily_summary"))
    assert (fault.code, fault.fact_set) == ("slow", "zero")
    once = iter([60.0] + [1.0] * 24)
    monkeypatch.setattr(publishing, "rendering_time", lambda *_: next(once))
    assert faults_at_publishing("daily_summary", house("daily_summary")) == []
