"""What a version changed, line by line; whatever two versions say, it can be put together again."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proactive.templates.differences import differences
from proactive.templates.version import TemplateContent

TEXTS = st.lists(st.sampled_from(["a", "b", "", "  ", "{{ loja }}"]), max_size=12).map("\n".join)


def marks(older: str | None, newer: str) -> list[tuple[str, str]]:
    before = None if older is None else TemplateContent.of_source(older)
    return [(line.mark, line.text) for line in differences(before, TemplateContent.of_source(newer))]


def test_a_changed_line_is_taken_out_and_put_in() -> None:
    assert marks("Oi\nUm\nTchau", "Oi\nDois\nTchau\nP.S.") == [
        ("same", "Oi"), ("removed", "Um"), ("added", "Dois"), ("same", "Tchau"), ("added", "P.S."),
    ]  # fmt: skip


def test_of_the_first_version_all_is_new() -> None:
    assert marks(None, "Oi\nTchau") == [("added", "Oi"), ("added", "Tchau")]


def test_a_wording_that_became_a_template_is_all_new() -> None:
    wording = TemplateContent.of_fields({"greeting": "Oi"})
    found = differences(wording, TemplateContent.of_source("Oi"))
    assert [(line.mark, line.text) for line in found] == [("removed", "greeting: Oi"), ("added", "Oi")]


@given(TEXTS, TEXTS)
def test_both_versions_can_be_read_from_what_changed(older: str, newer: str) -> None:
    found = marks(older, newer)
    assert "\n".join(text for mark, text in found if mark != "removed") == newer
    assert "\n".join(text for mark, text in found if mark != "added") == older


@pytest.mark.parametrize("line", ["a", "", "{{ loja }} e {{ dono }}"])
def test_the_longest_text_of_one_line_again_and_again_is_compared_in_no_time(line: str) -> None:
    longest = "\n".join([line] * (8000 // (len(line) + 1)))
    began = time.thread_time()
    differences(TemplateContent.of_source(longest), TemplateContent.of_source(f"x\n{longest}"))
    assert time.thread_time() - began < 5  # of CPU; without difflib's popular lines it is minutes
