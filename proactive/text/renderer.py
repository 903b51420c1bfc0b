"""The built-in text of every message type: its template filled with its facts, never too long for WhatsApp."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined

from proactive.model.context import Draft
from proactive.model.facts import (
    BirthdaysFacts,
    CustomCampaignFacts,
    DailySummaryFacts,
    Facts,
    InactiveClientsFacts,
    LowOccupancyFacts,
    OpportunitiesFacts,
)
from proactive.model.occurrence import MessageType
from proactive.text import formats, phrases
from proactive.text.ai.pseudonyms import Names
from proactive.text.sanitize import clean_text

#: Longest text that WhatsApp takes, as `length` counts it.
TEXT_LIMIT = 4096

_TYPES: dict[type[Facts], MessageType] = {
    DailySummaryFacts: MessageType.DAILY_SUMMARY,
    InactiveClientsFacts: MessageType.INACTIVE_CLIENTS,
    BirthdaysFacts: MessageType.BIRTHDAYS,
    OpportunitiesFacts: MessageType.OPPORTUNITIES,
    LowOccupancyFacts: MessageType.LOW_OCCUPANCY,
    CustomCampaignFacts: MessageType.CUSTOM_CAMPAIGN,
}
# What a list is a part of, where the message says how many more there are of it.
_TOTALS: dict[type[Facts], str] = {
    DailySummaryFacts: "bookings",
    BirthdaysFacts: "birthdays",
    CustomCampaignFacts: "reach",
}
_ELLIPSIS = "…"


def length(text: str) -> int:
    """Characters as WhatsApp counts them at most: UTF-16 code units, two for an emoji."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def compose(facts: Facts) -> Draft:
    """The layout of the facts' type, at most 4096 characters, with the figures that it really shows.

    What is too long loses lines of its list, from the end; if that is not enough, the end of the campaign
    message that it quotes.
    """
    shown = len(facts.lines())
    text = render(facts, shown, Names())
    if length(text) > TEXT_LIMIT:
        shown = _lines_that_fit(facts)
        text = render(facts, shown, Names())
    if length(text) > TEXT_LIMIT and isinstance(facts, CustomCampaignFacts):
        text = render(_with_shorter_message(facts, length(text) - TEXT_LIMIT), shown, Names())
    return Draft(text=text, figures=facts.figures(shown=shown))


def render(facts: Facts, shown: int, names: Names) -> str:
    """The layout with the first `shown` lines of its list, naming people and things through `names`.

    Raises:
        jinja2.UndefinedError: a template uses what it is not given.
    """
    template = _ENVIRONMENT.get_template(f"{_TYPES[type(facts)]}.txt.j2")
    total = getattr(facts, _TOTALS[type(facts)]) if type(facts) in _TOTALS else len(facts.lines())
    listed = facts.lines()[:shown]
    return template.render(facts=facts, listed=listed, left_out=total - len(listed), names=names).strip()


def instructions(kept: Sequence[str]) -> str:
    """What the AI is told before it gets a layout: Portuguese, with the lines that it has to keep."""
    return _ENVIRONMENT.get_template("instructions.txt.j2").render(kept=kept).strip()


def _lines_that_fit(facts: Facts) -> int:
    def length_with(lines: int) -> int:
        return length(render(facts, lines, Names()))

    # Every list but the whole one says "… e mais N", so among them more lines are always more characters.
    return max(0, bisect_right(range(len(facts.lines())), TEXT_LIMIT, key=length_with) - 1)


def _with_shorter_message(facts: CustomCampaignFacts, excess: int) -> CustomCampaignFacts:
    message = clean_text(facts.message) or ""
    cut = message.encode("utf-16-le")[: -2 * (excess + len(_ELLIPSIS))].decode("utf-16-le", "ignore")
    return facts.model_copy(update={"message": cut.rstrip() + _ELLIPSIS})


def _and_more(left_out: int) -> str:
    # A list ends with an empty line, after the line for what it leaves out.
    return f"… e mais {formats.integer(left_out)}\n" if left_out > 0 else ""


def _environment() -> Environment:
    environment = Environment(
        loader=ChoiceLoader([PackageLoader("proactive", "message_types"), PackageLoader("proactive.text", "ai")]),
        undefined=StrictUndefined,
        autoescape=False,  # noqa: S701 - the texts are not HTML
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    functions = (
        formats.clock, formats.counted, formats.integer, formats.money, phrases.audience, phrases.best_time,
        phrases.campaign_text, phrases.contact_reason, phrases.pets_of, phrases.suggested_actions,
        phrases.visitor_reason,
    )  # fmt: skip
    environment.globals |= {function.__name__: function for function in functions} | {"and_more": _and_more}
    environment.filters["hour"] = formats.hour
    return environment


_ENVIRONMENT = _environment()
