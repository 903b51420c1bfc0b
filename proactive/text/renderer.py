"""The built-in text of every message type: its template filled with its facts, never too long for WhatsApp."""

from __future__ import annotations

from bisect import bisect_right

from jinja2 import BaseLoader, Environment, StrictUndefined

from proactive.model.context import Draft
from proactive.model.facts import Facts
from proactive.text import formats
from proactive.text.framing import Framing
from proactive.text.layout import Layout
from proactive.text.names import Names

#: Longest text that WhatsApp takes, as `length` counts it.
TEXT_LIMIT = 4096
_UNFRAMED = Framing()


def length(text: str) -> int:
    """Characters as WhatsApp counts them at most: UTF-16 code units, two for an emoji."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


class Renderer:
    """Fills templates. `templates` finds the message types' own; one object serves any number of threads."""

    def __init__(self, templates: BaseLoader) -> None:
        self._environment = Environment(
            loader=templates,
            undefined=StrictUndefined,
            autoescape=False,  # noqa: S701 - the texts are not HTML
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        functions = (formats.clock, formats.counted, formats.integer, formats.money)
        self._environment.globals |= {function.__name__: function for function in functions}
        self._environment.globals["and_more"] = _and_more
        self._environment.filters["hour"] = formats.hour

    def compose(self, layout: Layout, facts: Facts, framing: Framing = _UNFRAMED, held_back: int = 0) -> Draft:
        """The text about the facts, at most 4096 characters, with the figures that it really shows.

        `framing` has the lines of its slots, `held_back` is how many of a campaign's audience are left out. What is too
        long loses lines of its list, from the end; if that is not enough, the end of the text that it quotes.
        """
        shown = len(facts.lines())
        text = self.render(layout, facts, shown, framing, held_back)
        if length(text) > TEXT_LIMIT:
            shown = self._lines_that_fit(layout, facts, framing, held_back)
            text = self.render(layout, facts, shown, framing, held_back)
        if length(text) > TEXT_LIMIT and layout.shortened is not None:
            shorter = layout.shortened(facts, length(text) - TEXT_LIMIT)
            text = self.render(layout, shorter, shown, framing, held_back)
        return Draft(text=text, figures=facts.figures(shown=shown))

    def render(self, layout: Layout, facts: Facts, shown: int, framing: Framing = _UNFRAMED, held_back: int = 0) -> str:
        """The text with the first `shown` lines of its list, and the lines of `framing` in its slots.

        Its question says how many are `held_back`.

        Raises:
            jinja2.UndefinedError: a template uses what it is not given.
        """
        total = len(facts.lines()) if layout.total is None else getattr(facts, layout.total)
        listed = facts.lines()[:shown]
        given: dict[str, object] = {function.__name__: function for function in layout.phrases}
        given |= {"facts": facts, "listed": listed, "left_out": total - len(listed), "names": Names()}
        given |= {"opening": framing.opening, "closing": framing.closing}
        given["held_back"] = held_back
        text = self._environment.get_template(layout.template).render(given).strip()
        return text + formats.held_back_note(held_back) if text.endswith("?") else text

    def _lines_that_fit(self, layout: Layout, facts: Facts, framing: Framing, held_back: int) -> int:
        def length_with(lines: int) -> int:
            return length(self.render(layout, facts, lines, framing, held_back))

        # Every list but the whole one says "… e mais N", so among them more lines are always more characters.
        return max(0, bisect_right(range(len(facts.lines())), TEXT_LIMIT, key=length_with) - 1)


def _and_more(left_out: int) -> str:
    # A list ends with an empty line, after the line for what it leaves out.
    return f"… e mais {formats.integer(left_out)}\n" if left_out > 0 else ""
