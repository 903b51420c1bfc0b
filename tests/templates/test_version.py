"""A version as it is stored and compared."""

from __future__ import annotations

import pytest

from proactive.templates.version import TemplateContent


@pytest.mark.parametrize(
    ("content", "stored"),
    [
        (
            TemplateContent.of_fields({"greeting": "Oi", "closing": "", "question": None}),
            {"kind": "wording", "wording": {"greeting": "Oi"}, "source": None, "ai_lines": False},
        ),
        (
            TemplateContent.of_source("{{ loja }}", ai_lines=True),
            {"kind": "template", "wording": None, "source": "{{ loja }}", "ai_lines": True},
        ),
    ],
)
def test_a_content_is_stored_and_read_again(content: TemplateContent, stored: dict[str, object]) -> None:
    assert content.as_json() == stored
    assert TemplateContent.of_row(stored) == content


def test_the_lines_of_a_wording_name_their_field() -> None:
    wording = TemplateContent.of_fields({"greeting": "Oi", "suggestion": "Um\nDois"})
    assert wording.lines() == ["greeting: Oi", "suggestion: Um", "suggestion: Dois"]
    assert TemplateContent.of_source("a\n\nb").lines() == ["a", "", "b"]
