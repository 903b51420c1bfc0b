"""The AI's version of a built-in text, taken only where it is true.

What leaves the house is the built-in text with a placeholder for everything that people typed: names,
phones, pets, services, campaigns. So nothing private leaves, and nothing typed can instruct the AI.
"""

from __future__ import annotations

import unicodedata
from dataclasses import replace

from proactive.model.context import Draft
from proactive.model.facts import Facts
from proactive.text.ai.client import AuroraService
from proactive.text.ai.fidelity import kept_lines, why_unfaithful
from proactive.text.ai.pseudonyms import Pseudonyms
from proactive.text.layout import Layout
from proactive.text.renderer import TEXT_LIMIT, Renderer, length


class Rephraser:
    """Has the AI say a built-in text in other words, and takes them only where they state the same."""

    def __init__(self, renderer: Renderer, service: AuroraService) -> None:
        self._renderer, self._service = renderer, service

    def rephrase(self, layout: Layout, facts: Facts, draft: Draft) -> Draft:
        """`draft` in the AI's words, or `draft` itself with the reason (`fallback`) if those are not true.

        Raises:
            AuroraServiceError: the service failed, timed out or answered no chat completion.
        """
        shown, pseudonyms = len(draft.figures["listed"]), Pseudonyms()
        built_in = self._renderer.render(layout, facts, shown, pseudonyms)
        completion = self._service.complete(self._renderer.instructions(kept_lines(built_in)), built_in)
        # Composed characters, as in the layout: an accent apart from its letter would hide a word from the check.
        text = unicodedata.normalize("NFC", completion.text).strip()
        if not completion.finished:
            return replace(draft, fallback="The AI's text was not used: it is not finished.")
        fault = why_unfaithful(text, built_in, layout.required_figures(facts, shown))
        if fault:
            return replace(draft, fallback=f"The AI's text was not used: {fault[0].lower()}{fault[1:]}")
        restored = pseudonyms.restore(text)
        if length(restored) > TEXT_LIMIT:
            return replace(draft, fallback="The AI's text was not used: it is too long for WhatsApp.")
        return replace(draft, text=restored, composer="ai")
