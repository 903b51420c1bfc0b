"""From facts to the text that goes out."""

from __future__ import annotations

from dataclasses import replace

from proactive.errors import AuroraServiceError
from proactive.model.context import Draft
from proactive.model.facts import Facts
from proactive.text.ai.client import AuroraService
from proactive.text.renderer import compose


class Composer:
    """Writes messages: the built-in layout, rephrased by the Aurora AI where one is set and tells the truth."""

    def __init__(self, aurora: AuroraService | None) -> None:
        self._aurora = aurora

    def compose(self, facts: Facts, *, last_attempt: bool) -> Draft:
        """The message about `facts`; its `fallback` says why the AI's text was not used, if it was asked.

        Raises:
            AuroraServiceError: the AI service failed and this is not the `last_attempt`. On the last one the
                layout goes out.
        """
        draft = compose(facts)
        if self._aurora is None:
            return draft
        try:
            return self._aurora.rephrase(facts, draft)
        except AuroraServiceError as error:
            if not last_attempt:
                raise
            return replace(draft, fallback=str(error))
