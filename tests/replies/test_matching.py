"""Rules and texts of words: a rule matches what a regular expression of its form does, and its tree is the text."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lark import Token, Tree
from lark.exceptions import LarkError

from proactive.replies.matching import WordsAt, words_within
from proactive.replies.notation import rules_of

TIMES = [("?", "?"), ("*", "*"), ("+", "+"), ("~0..2", "{0,2}"), ("~2", "{2}")]
#: A form of a rule with the same as a regular expression, over the words a, b and c.
FORMS = st.recursive(
    st.sampled_from("abc").map(lambda word: (f'"{word}"', word)),
    lambda forms: st.one_of(
        st.lists(forms, min_size=2, max_size=3).map(
            lambda parts: (f"({' '.join(p for p, _ in parts)})", f"(?:{''.join(r for _, r in parts)})")
        ),
        st.lists(forms, min_size=2, max_size=3).map(
            lambda parts: (f"({' | '.join(p for p, _ in parts)})", f"(?:{'|'.join(r for _, r in parts)})")
        ),
        st.tuples(
            forms, st.sampled_from([("?", "?"), ("*", "*"), ("+", "+"), ("~0..2", "{0,2}"), ("~2..2", "{2}")])
        ).map(lambda said: (f"({said[0][0]}){said[1][0]}", f"(?:{said[0][1]}){said[1][1]}")),
    ),
    max_leaves=6,
)


def words(text: str) -> WordsAt:
    return WordsAt.of(tuple(Token(letter, letter) for letter in text))


@given(FORMS, st.text("abc", max_size=6))
def test_a_rule_matches_what_the_same_regular_expression_does(form: tuple[str, str], text: str) -> None:
    written, expression = form
    rule, at = rules_of(f"start: {written}\n")["start"], words(text)
    matched = bool(rule.ends(at, 1) >> len(text) & 1)
    assert matched == (re.fullmatch(expression, text) is not None)
    if matched:  # and what it consists of is the whole text, in its order
        assert "".join(str(each) for each in rule.derive(at, 0, len(text))) == text


def test_a_rule_named_by_another_and_an_alias_are_nodes_of_the_tree() -> None:
    rules = rules_of('start: day time?\nday: "a" -> today | "b"\n// a comment\ntime: "c"+\n')
    today, time = rules["start"].derive(words("acc"), 0, 3)
    assert isinstance(today, Tree) and isinstance(time, Tree)
    assert [(today.data, [str(leaf) for leaf in today.scan_values(lambda _: True)])] == [("day", ["a"])]
    assert next(iter(today.find_data("today"))).children == ["a"]
    assert (time.data, time.children) == ("time", ["c", "c"])


def test_a_rule_knows_its_words() -> None:
    rules = rules_of('start: "a b" | other\nother: NUMBER "c"\n')
    assert set(words_within(rules["start"])) == {"a", "b", "c", "NUMBER"}


@pytest.mark.parametrize("written", ['start "a"', 'start: ("a"', "start: ", 'start: "a" -> '])
def test_what_is_no_rule_is_refused(written: str) -> None:
    with pytest.raises(LarkError):
        rules_of(written)
