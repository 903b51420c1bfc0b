"""Texts of facts, as the composition writes them: for tests that have facts and no message type at hand."""

from __future__ import annotations

from jinja2 import PackageLoader

from proactive.message_types.registry import MESSAGE_TYPES
from proactive.model.context import Draft
from proactive.model.facts import Facts
from proactive.text.ai.client import AuroraService
from proactive.text.ai.line_writer import line_writer
from proactive.text.composer import Composer
from proactive.text.framing import Framing, Greeted
from proactive.text.layout import Layout
from proactive.text.renderer import Renderer

RENDERER = Renderer(PackageLoader("proactive", "message_types"))
#: An owner at 18:00.
ANA = Greeted("Ana", 18)


def layout_of(facts: Facts) -> Layout:
    """The layout of the type that has such facts."""
    return next(type_.layout for type_ in MESSAGE_TYPES.values() if type_.facts is type(facts))


def compose(facts: Facts, framing: Framing | None = None) -> Draft:
    """The built-in text, with the lines of `framing` in its slots, and its figures."""
    return RENDERER.compose(layout_of(facts), facts, framing or Framing())


def render(facts: Facts, shown: int) -> str:
    """The built-in text with the first `shown` lines of its list."""
    return RENDERER.render(layout_of(facts), facts, shown)


def composed(
    service: AuroraService | None, facts: Facts, *, last_attempt: bool = False, greeted: Greeted = ANA
) -> Draft:
    """What the composer makes of facts, with the AI where there is one."""
    composer = Composer(RENDERER, line_writer(service) if service else None)
    return composer.compose(layout_of(facts), facts, greeted, last_attempt=last_attempt)
