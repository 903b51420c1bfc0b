"""The grammar: hostile templates refused by node and line, and what it has."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from proactive.words.content import Template, Wording
from proactive.words.program import Program
from proactive.words.programs import read_template
from proactive.words.registry import VOCABULARIES
from proactive.words.saving import faults_at_saving

LINES = (Path(__file__).parent / "data" / "hostile.jsonl").read_text("ascii").splitlines()
HOSTILE = [json.loads(line) for line in LINES]
TYPE = VOCABULARIES["daily_summary"]


def test_there_are_two_hundred_hostile_templates_and_no_two_are_alike() -> None:
    assert len({each["source"] for each in HOSTILE}) == len(HOSTILE) >= 200


def test_every_hostile_template_is_refused_by_its_code_and_node() -> None:
    wrong = []
    for each in HOSTILE:
        found = {(fault.code, fault.node) for fault in faults_at_saving("daily_summary", Template(each["source"]))}
        codes = {code for code, _ in found}
        if each["code"] not in codes or (each["node"] not in (None, "*") and (each["code"], each["node"]) not in found):
            wrong.append((each, found))
    assert not wrong


@pytest.mark.parametrize(
    ("source", "line"),
    [
        ("a\nb {{ dono|upper }}", 2),
        ("a\n\n{% for item in lista %}\n- {{ item.nada }}\n{% endfor %}", 4),
        ("{% if dono %}\na\n{% elif loja.x %}\nb\n{% endif %}", 3),
        ("a\n{% set x = 1 %}", 2),
        ("a\n{% if dono %}\nb ⑫ c\n{% endif %}", 3),
        ("a\nb\nc ~ d", 3),
        ("a\n{# x #}\nb\n12 € aqui", 4),
        ("a\n{{ agendamentos|plural('⑫', 'b') }}", 2),
        ("a\nb \ud83d", 2),
        ("a\n{% if dono %}\nb", 3),
    ],
)
def test_a_refusal_names_the_line_that_is_to_blame(source: str, line: int) -> None:
    faults = faults_at_saving("daily_summary", Template(source))
    assert line in {fault.line for fault in faults}
    assert all(fault.words and not fault.hint for fault in faults)


def test_all_that_is_wrong_is_told_at_once() -> None:
    source = "{{ nada }}\n{{ dono|upper }}\n{% if dono > 1 %}\n~\n{% endif %}"
    assert {(fault.code, fault.line) for fault in faults_at_saving("daily_summary", Template(source))} == {
        ("unknown_name", 1), ("not_in_grammar", 2), ("kinds", 3), ("struck_or_code", 4)
    }  # fmt: skip


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("Oi, {{ dono }}!", "Oi, Paula!"),
        ("{{ agendamentos|plural('agendamento', 'agendamentos') }}", "12 agendamentos"),
        ("{% if 1 < agendamentos <= 12 %}sim{% else %}não{% endif %}", "sim"),
        ("{% if agendamentos == 0 %}a{% elif agendamentos == 12 %}b{% else %}c{% endif %}", "b"),
        ("{% if dono == 'Paula' and not (agendamentos < 3 or loja != 'Pet') %}sim{% endif %}", "sim"),
        ("{% if dono and agendamentos %}sim{% endif %}", "sim"),
        ("{% if 0 or '' or false %}sim{% endif %}fim", "fim"),
        ("{% for b in lista %}\n* {{ b.nome }}{% if b.pet == 'Rex' %} 🐶{% endif +%}\n{% endfor %}", "* Rex 🐶\n* Mel"),
        ("a {# nada #}b", "a b"),
        ("a{% if dono %}\nb{% endif +%}\nc", "ab\nc"),
        ("a\n   {% if dono %}\nb\n   {% endif %}\nc", "a\nb\nc"),
        ("a {%- if dono %} b {% endif -%} c", "a b c"),
        ("\n\n  a  \n\n", "a"),
        ("{ a } {{ dono }} }} %} #}", "{ a } Paula }} %} #}"),
        ("{{ receita }}", "R$ 1.450,00"),
        ("Cafe\u0301 à\u00a0mesa 👩\u200d👧 ❤\ufe0f ª º", "Cafe\u0301 à\u00a0mesa 👩\u200d👧 ❤\ufe0f ª º"),
        ("R$ 50,00 ou r$ 5", "R$ 50,00 ou r$ 5"),
        ("🇧🇷 👍🏽 ™ ✅ 🆕 ℹ️ → •", "🇧🇷 👍🏽 ™ ✅ 🆕 ℹ️ → •"),
    ],
)
def test_what_the_grammar_has_is_rendered_as_jinja_would(source: str, text: str) -> None:
    program = read_template(TYPE, source)
    assert isinstance(program, Program)
    values = {
        "dono": "Paula", "loja": "Pet", "agendamentos": 12, "receita": "R$ 1.450,00",
        "lista": [{"nome": "Rex", "pet": "Rex"}, {"nome": "Mel", "pet": ""}],
    }  # fmt: skip
    assert program.render(values).text == text


@pytest.mark.parametrize("type_", VOCABULARIES)
def test_every_house_text_is_expressible(type_: str) -> None:
    assert faults_at_saving(type_, Template(VOCABULARIES[type_].house_source)) == []
    assert len(VOCABULARIES[type_].house_source) < 2000


def test_the_fields_of_a_wording_are_checked_each_for_itself() -> None:
    wording = Wording(greeting="Oi {{ inativos }}", suggestion="a\n{{ dono }}", question="Vamos\nlá?", closing="Tchau")
    found = {(fault.field, fault.code, fault.line) for fault in faults_at_saving("inactive_clients", wording)}
    assert found == {
        ("greeting", "unknown_name", 1), ("suggestion", "unknown_name", 2), ("question", "several_lines", None),
        ("closing", "unknown_field", None),
    }  # fmt: skip


def test_a_wording_may_be_as_long_as_a_template_altogether() -> None:
    assert faults_at_saving("inactive_clients", Wording(greeting="a" * 4000, question="b" * 4000)) == []
    found = faults_at_saving("inactive_clients", Wording(greeting="a" * 4001, question="b" * 4000))
    assert [fault.code for fault in found] == ["source_too_long"]


def test_a_source_may_have_as_many_tags_and_characters_as_the_grammar_says() -> None:
    assert faults_at_saving("daily_summary", Template("{{ dono }}" * 60)) == []
    assert faults_at_saving("daily_summary", Template("a" * 8000)) == []
    assert faults_at_saving("daily_summary", Template("{% if agendamentos < 999999999 %}a{% endif %}")) == []
