"""The composer: it turns facts into the text that goes out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from proactive.errors import AuroraServiceError
from proactive.model.ai import AiResult, AiUse, LineRefusal, Slot
from proactive.model.context import Draft
from proactive.model.facts import Facts
from proactive.text.ai.line_writer import LineWriter
from proactive.text.framing import Framing, Greeted
from proactive.text.layout import Layout
from proactive.text.renderer import Renderer


class Composer:
    """Composes messages: the layout's text, with a first and a last line by the Aurora AI where one is set."""

    def __init__(self, renderer: Renderer, writer: LineWriter | None) -> None:
        self._renderer, self._writer = renderer, writer

    def compose(self, layout: Layout, facts: Facts, greeted: Greeted, *, last_attempt: bool) -> Draft:
        """Compose the message about `facts` to the owner who is `greeted`, as `layout` has it.

        Raises:
            AuroraServiceError: the AI service failed and this is not the `last_attempt`. On the last one the
                layout's text goes out as it is.
        """
        if self._writer is None or not layout.framed:
            return self._renderer.compose(layout, facts)
        try:
            written = self._writer.write(layout, facts, greeted)
        except AuroraServiceError as error:
            if not last_attempt:
                raise
            use = AiUse(AiResult(error.result), refused=dict.fromkeys(Slot, LineRefusal.UNAVAILABLE))
            return replace(self._renderer.compose(layout, facts), fallback=str(error), ai=use)
        draft = self._renderer.compose(layout, facts, written.framing)
        by_ai = written.framing != Framing()
        return replace(draft, composer="ai" if by_ai else "layout", fallback=_told(written.use.refused), ai=written.use)


def _told(refused: Mapping[Slot, LineRefusal]) -> str | None:
    return "; ".join(f"{slot}: {refusal.words}" for slot, refusal in refused.items()) or None
