"""The first and the last line of a message as the AI writes them, each taken only where it fits.

What leaves the house is the type, the mood, the part of the day and a few rounded facts, all in our own words: no name,
no phone and nothing that people typed.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from importlib.resources import files

from proactive.model.ai import AiResult, AiUse, LineRefusal, Slot
from proactive.model.facts import Facts
from proactive.text.ai.answer import texts_of
from proactive.text.ai.client import AuroraService
from proactive.text.ai.lines import LineCheck, filled
from proactive.text.ai.notation import load_grammar
from proactive.text.framing import Framing, Greeted
from proactive.text.layout import Layout
from proactive.text.mood import Mood

#: What the AI is told of each mood, with examples.
HINTS = {
    Mood.CALM: 'calmo e acolhedor, sem comemorar e sem consolar: "Que bom falar com você.", "Tudo de bom e um abraço!"',
    Mood.ENCOURAGING: 'animador, sem comemorar nem dizer que algo vai mal: "Muita força e boas energias!"',
    Mood.ACCOMPLISHED: 'de comemoração pelo dia da pessoa: "Parabéns pelo dia!", "Que alegria celebrar com você!"',
    Mood.FESTIVE: 'de festa; o aniversário não é da pessoa, sem parabéns a ela: "Hoje é dia de festa e de alegria!"',
}


@dataclass(frozen=True, slots=True)
class Written:
    """The lines that may be used, and what asking for them came to."""

    framing: Framing
    use: AiUse


class LineWriter:
    """Asks the AI for the two lines of a message. `instructions` are the rules that it gets."""

    def __init__(self, service: AuroraService, check: LineCheck, instructions: str) -> None:
        self._service, self._check, self._instructions = service, check, instructions

    def write(self, layout: Layout, facts: Facts, greeted: Greeted) -> Written:
        """The AI's lines about the facts.

        Raises:
            AuroraServiceError: the service failed, timed out or answered no chat completion.
        """
        mood = layout.mood(facts)
        completion = self._service.complete(self._instructions, _question(mood, layout.gist(facts), greeted))
        lines: dict[Slot, str] = {}
        refused: dict[Slot, LineRefusal] = {}
        for slot, text in texts_of(completion).items():
            refusal = text if isinstance(text, LineRefusal) else self._check.why_unfit(text, slot, mood, greeted)
            if refusal is None:
                lines[slot] = _ended(filled(text.strip(" "), greeted))
            else:
                refused[slot] = refusal
        use = AiUse(AiResult.ANSWERED, completion.tokens_in, completion.tokens_out, refused)
        return Written(Framing(lines.get(Slot.OPENING), lines.get(Slot.CLOSING)), use)


def line_writer(service: AuroraService) -> LineWriter:
    """A writer that asks `service`, with the product's own phrases and rules."""
    instructions = (files("proactive.text.ai") / "instructions.txt").read_text("utf-8").strip()
    return LineWriter(service, LineCheck(load_grammar()), instructions)


def _question(mood: Mood, gist: str, greeted: Greeted) -> str:
    parts = ((5, "noite"), (12, "manhã"), (18, "tarde"))
    part = next((part for before, part in parts if greeted.hour < before), "noite")
    name = "use {nome} no máximo uma vez em cada frase" if greeted.name else "desconhecido: não use {nome}"
    question = {"mensagem": gist, "clima": HINTS[mood], "hora": part, "nome": name}
    return json.dumps(question, ensure_ascii=False)


def _ended(line: str) -> str:
    # The layout's own words may follow in the same line.
    return f"{line}." if line[-1].isalpha() else line
