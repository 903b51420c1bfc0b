"""A message as WhatsApp shows it: every example of its marks, and any text comes out whole."""

from __future__ import annotations

import time
from functools import cache
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from proactive.templates.editor import TemplateLook
from proactive.web.pages.rendering import PageRenderer
from proactive.web.pages.template_context import PreviewView
from proactive.web.pages.template_form import TemplateForm
from proactive.web.pages.whatsapp_text import TextSpan, spans
from proactive.words.fault import WordsFault
from tests.support.browsing import HOSTILE


def shown(text: str) -> str:
    """The text with bold in capitals, italics in ‹›, struck in ⟨⟩."""
    found = ""
    for span in spans(text):
        piece = span.text.upper() if span.bold else span.text
        piece = f"‹{piece}›" if span.italic else piece
        found += f"⟨{piece}⟩" if span.struck else piece
    return found


@pytest.mark.parametrize(
    ("text", "looks"),
    [
        ("oi *chefe*!", "oi CHEFE!"),
        ("oi _chefe_", "oi ‹chefe›"),
        ("*_oi_*", "‹OI›"),
        ("_*oi*_", "‹OI›"),
        ("~oi~ *tchau*", "⟨oi⟩ TCHAU"),
        ("*oi\ntchau*", "*oi\ntchau*"),
        ("2*3*4", "2*3*4"),
        ("* oi *", "* oi *"),
        ("*oi *", "*oi *"),
        ("*oi", "*oi"),
        ("**", "**"),
        ("***", "***"),
        ("snake_case_name", "snake_case_name"),
        ("*a* e *b*", "A e B"),
        ("(*a*)", "(A)"),
        ("*a*b*", "A*B"),
        ("*Agendamentos:* 12", "AGENDAMENTOS: 12"),
        ("*a _b* c_", "A _B c_"),
        ("", ""),
    ],
)
def test_marks_begin_and_end_as_on_whatsapp(text: str, looks: str) -> None:
    assert shown(text) == looks


def test_a_message_without_marks_is_one_piece() -> None:
    assert spans("Oi\n\n<b>Tchau</b>") == [TextSpan("Oi\n\n<b>Tchau</b>")]


@given(st.text(alphabet="*_~ ab\n<&", max_size=60))
def test_no_letter_is_lost_and_only_marks_go(text: str) -> None:
    found = "".join(span.text for span in spans(text))
    left = iter(text)
    assert all(letter in left for letter in found)
    gone = sorted(text)
    for letter in found:
        gone.remove(letter)
    assert set(gone) <= set("*_~")


@pytest.mark.parametrize("text", ["*a" * 3000, "*_~a" * 2000, "*" * 6000, "a*" * 3000, "*a_*a_" * 1000])
def test_the_longest_texts_of_marks_take_no_time(text: str) -> None:
    began = time.thread_time()
    spans(text)
    assert time.thread_time() - began < 5  # of CPU, on any machine


@cache
def renderer() -> PageRenderer:
    return PageRenderer("x")


class Shown(HTMLParser):
    """The tags and the text of a piece of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags, self.text = set[str](), ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags |= {tag, *(name for name, _ in attrs if name.startswith("on"))}

    def handle_data(self, data: str) -> None:
        self.text += data


@settings(max_examples=25)
@given(st.lists(st.sampled_from([*"*_~ab&;\n", HOSTILE, "</div>", "&lt;", '"', "{{ 1 }}"]), max_size=20).map("".join))
def test_whatever_a_message_says_the_page_shows_it_as_text(text: str) -> None:
    look = TemplateLook(text, (WordsFault("x", text, line=1),), milliseconds=60.0)
    page = renderer().render(
        "texto_previa.html", preview=PreviewView(look, "os seus dados"), form=TemplateForm("template", source=text),
        type="daily_summary",
    )  # fmt: skip
    shown = Shown(page)
    assert shown.tags <= {"p", "div", "strong", "em", "s", "ul", "li", "button", "span", "code"}
    assert "".join(span.text for span in spans(text)) in shown.text
    assert "levou 60 ms de processador" in shown.text
