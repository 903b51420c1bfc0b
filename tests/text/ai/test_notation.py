"""The notation of the phrases: what is a rule and what is none."""

from __future__ import annotations

import pytest

from proactive.text.ai.notation import load_grammar, parsed_grammar


@pytest.mark.parametrize(
    ("words", "phrases", "refusal"),
    [
        ("", "line = a ] b", "too early"),
        ("", "line = a\nline = b", "two rules of one name: line"),
        ("line: a", "line = b", "two rules of one name: line"),
    ],
)
def test_a_rule_that_is_none_is_refused(words: str, phrases: str, refusal: str) -> None:
    with pytest.raises(ValueError, match=refusal):
        parsed_grammar(words, phrases)


def test_comments_are_no_rules_and_indented_lines_go_on() -> None:
    grammar = parsed_grammar("# tone: soft\ntone: loud\n  clear", "# line = a\nline = <tone>\n  | song")
    assert grammar.vocabulary("line", {}) == {"loud", "clear", "song"}


def test_the_phrases_are_read_once() -> None:
    assert load_grammar() is load_grammar()
