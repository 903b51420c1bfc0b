"""What a message says when it is sent: the business's own words where they are true of its facts, else the house's."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from proactive.message_types.base import MessageType
from proactive.message_types.offering import CLIENT_TEXT, CLIENT_TEXTS
from proactive.model.chance import planned_held_back
from proactive.model.context import Draft, MessageContext, PublishedWords
from proactive.model.facts import Facts
from proactive.text.composer import Composer
from proactive.text.framing import Greeted
from proactive.text.renderer import TEXT_LIMIT, length
from proactive.words.ai_lines import replaceable_lines, with_lines
from proactive.words.checks import checked_text
from proactive.words.content import content_of
from proactive.words.fault import WordsFault, refusing
from proactive.words.occasion import Occasion
from proactive.words.publishing import LONGEST_RENDERING
from proactive.words.registry import VOCABULARIES
from proactive.words.writing import WrittenText

logger = logging.getLogger(__name__)


class MessageComposer:
    """Composes messages: in the business's own published words, which are checked on the message's own facts, else in
    the house's."""

    def __init__(self, house: Composer) -> None:
        self._house = house

    def compose(
        self, type_: MessageType, facts: Facts, context: MessageContext, greeted: Greeted, *, last_attempt: bool
    ) -> Draft:
        """Compose the message of a type about `facts` to the owner who is `greeted`; `context` brings the words.

        Raises:
            AuroraServiceError: the AI service failed and this is not the `last_attempt`.
        """
        words, held_back = context.words, _held_back(type_, facts, context.written_share)
        if words is None or type_.name not in VOCABULARIES:
            return self._house.compose(type_.layout, facts, greeted, last_attempt=last_attempt, held_back=held_back)
        occasion = Occasion(facts, context.owner.name if context.owner else None, context.organization, held_back)
        written, faults = _own_text(type_.name, words, occasion)
        if written is None or refusing(faults):
            house = self._house.compose(type_.layout, facts, greeted, last_attempt=last_attempt, held_back=held_back)
            return _fallen_back(house, words, refusing(faults))
        draft = Draft(written.text, _figures(facts, written), template=str(words.id))
        return self._with_ai(draft, written, type_, facts, words, greeted, last_attempt=last_attempt)

    def _with_ai(
        self, draft: Draft, written: WrittenText, type_: MessageType, facts: Facts, words: PublishedWords,
        greeted: Greeted, *, last_attempt: bool,
    ) -> Draft:  # fmt: skip
        """The draft with the AI's lines where the business switched that on and its own lines say nothing."""
        places = replaceable_lines(written) if words.ai_lines else None
        if places is None or not any(places):
            return draft
        asked = self._house.lines(type_.layout, facts, greeted, last_attempt=last_attempt)
        if asked is None:
            return draft
        text = with_lines(draft.text, places, asked.framing)
        if text == draft.text or length(text) > TEXT_LIMIT:
            return replace(draft, fallback=asked.fallback, ai=asked.use)
        return replace(draft, text=text, composer="ai", fallback=asked.fallback, ai=asked.use)


def _held_back(type_: MessageType, facts: Facts, share: float | None) -> int:
    """How many of the audience that a message offers to write to are left out about, to measure the effect."""
    if type_.offering is None or type_.offering.reach is None:
        return 0
    return planned_held_back(getattr(facts, type_.offering.reach), share)


def _own_text(type_: str, words: PublishedWords, occasion: Occasion) -> tuple[WrittenText | None, list[WordsFault]]:
    try:
        content = content_of(words.kind, words.wording, words.source)
    except (ValueError, TypeError, AttributeError):
        return None, [WordsFault("unreadable", "Esta versão não pode ser lida.")]
    written, faults = checked_text(VOCABULARIES[type_], content, occasion)
    if written is not None and written.milliseconds > LONGEST_RENDERING:
        took = round(written.milliseconds / 1000, 3)
        logger.warning(
            "a business's own words took long",
            extra={"action": "own_words_slow", "type": type_, "template": str(words.id), "seconds": took},
        )
    return written, faults


def _fallen_back(house: Draft, words: PublishedWords, faults: Sequence[WordsFault]) -> Draft:
    """The house text, with the reason in English code words before what became of the AI's lines."""
    why = f"template: {', '.join(dict.fromkeys(fault.code for fault in faults))}"
    logger.warning(
        "a business's own words failed", extra={"action": "own_words_failed", "template": str(words.id), "reason": why}
    )
    fallback = f"{why}; {house.fallback}" if house.fallback else why
    return replace(house, fallback=fallback, template=str(words.id), template_failed=True)


def _figures(facts: Facts, written: WrittenText) -> dict[str, Any]:
    """The figures of the record, with the text that a yes sends where it is the business's own."""
    figures = facts.figures(shown=written.shown)
    own = written.client_text
    if own is None:
        return figures
    figures |= {CLIENT_TEXT: own.text}
    return figures | ({CLIENT_TEXTS: list(own.by_hours)} if own.by_hours else {})
