"""Texts of facts, as the composition writes them: for tests that have facts and no message type at hand."""

from __future__ import annotations

from jinja2 import PackageLoader

from proactive.message_types.registry import MESSAGE_TYPES
from proactive.model.context import Draft
from proactive.model.facts import Facts
from proactive.text.ai.client import AuroraService
from proactive.text.ai.rephrasing import Rephraser
from proactive.text.composer import Composer
from proactive.text.layout import Layout
from proactive.text.names import Names
from proactive.text.renderer import Renderer

RENDERER = Renderer(PackageLoader("proactive", "message_types"))


def layout_of(facts: Facts) -> Layout:
    """The layout of the type that has such facts."""
    return next(type_.layout for type_ in MESSAGE_TYPES.values() if type_.facts is type(facts))


def compose(facts: Facts) -> Draft:
    """The built-in text and its figures."""
    return RENDERER.compose(layout_of(facts), facts)


def render(facts: Facts, shown: int, names: Names) -> str:
    """The built-in text with the first `shown` lines of its list."""
    return RENDERER.render(layout_of(facts), facts, shown, names)


def rephrase(service: AuroraService, facts: Facts, draft: Draft) -> Draft:
    """The draft as the AI behind `service` says it."""
    return Rephraser(RENDERER, service).rephrase(layout_of(facts), facts, draft)


def composed(service: AuroraService | None, facts: Facts, *, last_attempt: bool) -> Draft:
    """What the composer makes of facts, with the AI where there is one."""
    composer = Composer(RENDERER, Rephraser(RENDERER, service) if service else None)
    return composer.compose(layout_of(facts), facts, last_attempt=last_attempt)
