"""The AI's two lines in a business's own words: only where that is switched on, and only where its own say nothing."""

from __future__ import annotations

import pytest

from proactive.message_types.registry import MESSAGE_TYPES
from proactive.model.context import Draft, PublishedWords
from proactive.text.ai.client import AuroraService
from proactive.text.ai.line_writer import line_writer
from proactive.text.composer import Composer
from proactive.text.framing import Framing
from proactive.words.ai_lines import ReplaceableLines, replaceable_lines, with_lines
from proactive.words.content import Template
from proactive.words.occasion import Occasion
from proactive.words.registry import VOCABULARIES
from proactive.words.sending import MessageComposer
from proactive.words.writing import write
from sandbox.ai import AuroraSandbox
from sandbox.ai_answers import Mode
from tests.support.examples import Examples
from tests.support.own_words import FIGURES, framed
from tests.support.texts import ANA, RENDERER
from tests.text.ai.conftest import aurora, sandbox
from tests.words.test_sending import VERSION, context

__all__ = ["aurora", "sandbox"]  # fixtures


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        ("Bom dia!\nx\nTchau!", (True, True)),
        ("Bom dia, {{ dono }}!\nx\nAté logo, {{ loja }}", (False, False)),
        ("São 3 coisas\nx\nDuas coisas", (False, False)),
        ("Tudo bem?\nx\nVamos?", (False, False)),
        ('"Bom dia"\nx\n"Tchau"', (False, False)),
        ("{% for item in lista %}\nx\n{% endfor %}", (False, False)),
        ("Bom dia!", (True, False)),
        ("Às 18h\nx\nDia 23/11", (False, False)),
    ],
)
def test_a_line_is_replaceable_where_it_is_literal_without_figure_name_or_question(
    source: str, lines: tuple[bool, bool]
) -> None:
    written = write(
        VOCABULARIES["daily_summary"], Template(source), Occasion(Examples.daily_summary(), "Paula", "Patas")
    )
    assert replaceable_lines(written) == lines


def test_the_lines_of_the_ai_stand_in_their_places_and_nowhere_else() -> None:
    framing = Framing("Oi!", "Abraço!")
    assert with_lines("a\nb\nc", ReplaceableLines(True, True), framing) == "Oi!\nb\nAbraço!"
    assert with_lines("a\nb\nc", ReplaceableLines(False, True), framing) == "a\nb\nAbraço!"
    assert with_lines("a\nb\nc", ReplaceableLines(True, True), Framing()) == "a\nb\nc"


def sent(service: AuroraService, source: str, *, ai_lines: bool) -> Draft:
    composer = MessageComposer(Composer(RENDERER, line_writer(service)))
    words = PublishedWords(id=VERSION, kind="template", wording=None, source=source, ai_lines=ai_lines)
    type_ = MESSAGE_TYPES["daily_summary"]
    return composer.compose(type_, Examples.daily_summary(), context(words), ANA, last_attempt=True)


SOURCE = f"Bom dia!\n{framed('daily_summary', FIGURES['daily_summary']).source}"


def test_the_ai_touches_nothing_unless_the_business_switched_it_on(aurora: AuroraService) -> None:
    draft = sent(aurora, SOURCE, ai_lines=False)
    assert (draft.text.split("\n")[0], draft.composer, draft.ai) == ("Bom dia!", "layout", None)


def test_the_ai_writes_the_first_and_the_last_line_where_it_is_switched_on(aurora: AuroraService) -> None:
    own, draft = sent(aurora, SOURCE, ai_lines=False), sent(aurora, SOURCE, ai_lines=True)
    assert (draft.composer, draft.template, draft.template_failed) == ("ai", str(VERSION), False)
    assert draft.text.split("\n")[1:-1] == own.text.split("\n")[1:-1]
    assert draft.text.split("\n")[0] != "Bom dia!"
    assert draft.text.split("\n")[-1] != "Fim!"


def test_the_ai_is_not_asked_where_both_lines_say_something(aurora: AuroraService, sandbox: AuroraSandbox) -> None:
    sandbox.mode = Mode.FAIL
    source = SOURCE.replace("Bom dia!", "Oi, {{ dono }}!").replace("Fim!", "Até amanhã, {{ dono }}!")
    draft = sent(aurora, source, ai_lines=True)
    assert (draft.fallback, draft.ai) == (None, None)


def test_an_ai_that_fails_on_the_last_attempt_leaves_the_businesss_own_lines(
    aurora: AuroraService, sandbox: AuroraSandbox
) -> None:
    sandbox.mode = Mode.FAIL
    draft = sent(aurora, SOURCE, ai_lines=True)
    assert (draft.text, draft.template_failed) == (sent(aurora, SOURCE, ai_lines=False).text, False)
    assert draft.fallback
    assert not draft.fallback.startswith("template")
