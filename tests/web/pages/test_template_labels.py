"""The words of /textos: how a version stands, who wrote it, and where a fault shows."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from uuid import uuid4

import pytest

from proactive.templates.store import TemplateStanding
from proactive.templates.version import TemplateContent, TemplateVersion, UnpublishedWhy
from proactive.web.pages.template_labels import chips, failed_words, grouped, loop_of, standing, version_state, who
from proactive.words.fact_sets import fact_sets
from proactive.words.fault import WordsFault
from proactive.words.registry import VOCABULARIES

NOON = dt.datetime(2026, 11, 23, 15, tzinfo=dt.UTC)
DRAFT = TemplateVersion(
    uuid4(), uuid4(), "daily_summary", 1, TemplateContent.of_fields({"greeting": "Oi"}), "user:me", "page", NOON
)
PUBLISHED = replace(DRAFT, published_at=NOON, published_by="user:me")


def over(why: UnpublishedWhy) -> TemplateVersion:
    return replace(PUBLISHED, unpublished_at=NOON, unpublished_why=why)


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (None, "Texto da casa"),
        (TemplateStanding(DRAFT, None), "Texto da casa, com rascunho seu"),
        (TemplateStanding(PUBLISHED, PUBLISHED), "Seu texto no ar"),
        (TemplateStanding(DRAFT, PUBLISHED), "Seu texto no ar"),
        (TemplateStanding(over("faults"), None), "Despublicado: três falhas seguidas"),
        (TemplateStanding(over("by_hand"), None), "Texto da casa, com rascunho seu"),
    ],
)
def test_how_the_words_of_a_type_stand(found: TemplateStanding | None, words: str) -> None:
    assert standing(found)[0] == words


@pytest.mark.parametrize(
    ("version", "words"),
    [
        (DRAFT, "rascunho"),
        (PUBLISHED, "no ar"),
        (over("replaced"), "saiu do ar: trocada por outra"),
        (over("by_hand"), "saiu do ar: voltou ao texto da casa"),
        (over("faults"), "saiu do ar: três falhas seguidas"),
    ],
)
def test_how_a_version_stands(version: TemplateVersion, words: str) -> None:
    assert version_state(version)[0] == words


@pytest.mark.parametrize(
    ("by", "words"),
    [
        ("user:me", "você"), ("user:00000000-1111", "usuário 00000000"), ("key:painel", "chave painel"),
        ("aurora", "Aurora"), (None, "Aurora"),
    ],
)  # fmt: skip
def test_who_wrote_it(by: str | None, words: str) -> None:
    assert who(by, "user:me") == words


def test_a_fault_is_told_once_with_the_facts_that_show_it() -> None:
    sets = fact_sets("daily_summary")
    some = [WordsFault("x", "falta", fact_set=each.key) for each in sets[:5]]
    every = [WordsFault("y", "falta tudo", fact_set=each.key) for each in sets]
    own, none = WordsFault("z", "falta aqui", fact_set="own"), WordsFault("w", "não pode", line=2)
    found = {fault.code: words for fault, words in grouped("daily_summary", [*some, *every, own, none])}
    assert found == {
        "x": f"{sets[0].label}, {sets[1].label}, {sets[2].label} e mais 2", "y": "", "z": "os seus dados de agora",
        "w": "",
    }  # fmt: skip


def test_chips_write_what_a_field_may_use() -> None:
    fields = {each.name: each for each in VOCABULARIES["low_occupancy"].wording}
    assert [written for _, written in chips(fields["greeting"])] == ["{{ dono }}", "{{ loja }}"]
    assert [written for _, written in chips(fields["suggestion"])] == [
        "{{ loja }}",
        "{{ horarios }}",
        "{nome}",
        "{pet}",
    ]


def test_a_loop_over_a_list_is_in_the_grammar() -> None:
    lists = [name for name in VOCABULARIES["opportunities"].palette() if name["kind"] == "list"]
    assert len(lists) == 3
    assert loop_of(lists[0]).startswith("{% for item in lista %}\n- {{ item.nome }}")


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("template: figure_missing", "faltou um número que a mensagem precisa dizer"),
        ("template: list_missing, list_repeated, denial; opening: too long",
         "a lista não saiu inteira e em ordem, negava o que os números dizem"),
        ("template: something_new", "something_new"),
        ("", ""),
    ],
)  # fmt: skip
def test_why_the_house_text_went_out(reason: str, words: str) -> None:
    assert failed_words(reason) == words
