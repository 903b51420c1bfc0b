"""The composer: it turns facts into the text that goes out."""

from __future__ import annotations

from dataclasses import replace

from proactive.errors import AuroraServiceError
from proactive.model.context import Draft
from proactive.model.facts import Facts
from proactive.text.ai.rephrasing import Rephraser
from proactive.text.layout import Layout
from proactive.text.renderer import Renderer


class Composer:
    """Composes messages: the built-in text, rephrased by the Aurora AI where one is set and is faithful."""

    def __init__(self, renderer: Renderer, rephraser: Rephraser | None) -> None:
        self._renderer = renderer
        self._rephraser = rephraser

    def compose(self, layout: Layout, facts: Facts, *, last_attempt: bool) -> Draft:
        """Compose the message about `facts` as `layout` has it.

        `fallback` of the answer says why the AI's text was not used, if it was asked.

        Raises:
            AuroraServiceError: the AI service failed and this is not the `last_attempt`. On the last one the
                built-in text goes out.
        """
        draft = self._renderer.compose(layout, facts)
        if self._rephraser is None:
            return draft
        try:
            return self._rephraser.rephrase(layout, facts, draft)
        except AuroraServiceError as error:
            if not last_attempt:
                raise
            return replace(draft, fallback=str(error))
