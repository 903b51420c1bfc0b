"""The composer: it turns facts into the text that goes out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from proactive.errors import AuroraServiceError
from proactive.model.ai import AiResult, AiUse, LineRefusal, Slot
from proactive.model.context import Draft
from proactive.model.facts import Facts
from proactive.text.ai.line_writer import LineWriter
from proactive.text.framing import Framing, Greeted
from proactive.text.layout import Layout
from proactive.text.renderer import Renderer


@dataclass(frozen=True, slots=True)
class AskedLines:
    """The lines of the AI that may be used, what asking for them came to, and why a line may not."""

    framing: Framing
    use: AiUse
    fallback: str | None


class Composer:
    """Composes messages: the layout's text, with a first and a last line by the Aurora AI where one is set."""

    def __init__(self, renderer: Renderer, writer: LineWriter | None) -> None:
        self._renderer, self._writer = renderer, writer

    def compose(
        self, layout: Layout, facts: Facts, greeted: Greeted, *, last_attempt: bool, held_back: int = 0
    ) -> Draft:
        """Compose the message about `facts` to the owner who is `greeted`, as `layout` has it.

        `held_back` is how many of the audience that it offers to write to are left out, to measure the effect.

        Raises:
            AuroraServiceError: the AI service failed and this is not the `last_attempt`. On the last one the
                layout's text goes out as it is.
        """
        asked = self.lines(layout, facts, greeted, last_attempt=last_attempt)
        if asked is None:
            return self._renderer.compose(layout, facts, held_back=held_back)
        draft = self._renderer.compose(layout, facts, asked.framing, held_back)
        by_ai = asked.framing != Framing()
        return replace(draft, composer="ai" if by_ai else "layout", fallback=asked.fallback, ai=asked.use)

    def lines(self, layout: Layout, facts: Facts, greeted: Greeted, *, last_attempt: bool) -> AskedLines | None:
        """The AI's first and last line about `facts`, as far as they fit; None where none is asked.

        Raises:
            AuroraServiceError: as `compose`.
        """
        if self._writer is None or not layout.framed:
            return None
        try:
            written = self._writer.write(layout, facts, greeted)
        except AuroraServiceError as error:
            if not last_attempt:
                raise
            use = AiUse(AiResult(error.result), refused=dict.fromkeys(Slot, LineRefusal.UNAVAILABLE))
            return AskedLines(Framing(), use, str(error))
        return AskedLines(written.framing, written.use, _told(written.use.refused))


def _told(refused: Mapping[Slot, LineRefusal]) -> str | None:
    return "; ".join(f"{slot}: {refusal.words}" for slot, refusal in refused.items()) or None
