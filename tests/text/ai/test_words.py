"""A word list holds words and nothing else: what is in it decides what an AI may say."""

from __future__ import annotations

import keyword
from importlib.resources import files

import pytest

from proactive.text.ai.words import is_news, may_be_name, words

LISTS = sorted(file.name.removesuffix(".txt") for file in (files("proactive.text.ai") / "words").iterdir())
#: "as" and "continue" are Portuguese as well
PYTHON = set(keyword.kwlist) - {"as", "continue"}


def test_the_lists_are_those_that_the_module_describes() -> None:
    assert LISTS == ["common", "harmless_deeds", "news", "news_beginnings"]


@pytest.mark.parametrize("name", LISTS)
def test_a_list_holds_only_words_in_lower_case(name: str) -> None:
    assert [word for word in words(name) if not (word.isalpha() and word == word.lower() == word.casefold())] == []
    assert words(name).isdisjoint(PYTHON)


@pytest.mark.parametrize("name", LISTS)
def test_a_list_holds_nothing_but_its_words(name: str) -> None:
    text = (files("proactive.text.ai") / "words" / f"{name}.txt").read_text("utf-8")
    assert text == "\n".join(" ".join(line.split()) for line in text.splitlines()) + "\n"
    assert len(text.split()) == len(words(name)), "a word stands there twice"


@pytest.mark.parametrize("word", ["May", "Names", "Left", "Words", "Capitalised", "Rosa", "Vitória", "Bela", "Zeus"])
def test_what_may_be_a_name_is_taken_for_one(word: str) -> None:
    assert may_be_name(word)


@pytest.mark.parametrize("word", ["Cliente", "Às", "OLÁ", "cliente", "may"])
def test_common_words_and_words_without_a_capital_are_no_names(word: str) -> None:
    assert not may_be_name(word)


@pytest.mark.parametrize("word", ["sábado", "desconto", "cancelou", "enviei"])
def test_days_gifts_changes_and_deeds_are_news(word: str) -> None:
    assert is_news(word)


@pytest.mark.parametrize("word", ["preparei", "banho"])
def test_what_was_done_only_to_write_this_is_no_news(word: str) -> None:
    assert not is_news(word)
