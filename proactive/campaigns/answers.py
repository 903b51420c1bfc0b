"""The answers of Aurora about campaigns: one template each, filled with what is true at that moment."""

from __future__ import annotations

from functools import cache
from typing import Literal

from jinja2 import Environment, PackageLoader, StrictUndefined

from proactive.campaigns.wording import clients
from proactive.text.formats import counted, integer, joined, money

#: The answers by the names that the product's rules give them.
_TEMPLATES = {
    "T1": "t01_confirmed", "T2": "t02_preview", "T3": "t03_declined", "T4": "t04_later", "T5": "t05_cancelled",
    "T6": "t06_not_yet", "T7": "t07_unclear", "T8": "t08_expired", "T9": "t09_standing", "T10": "t10_stopped",
    "T11": "t11_paused", "T12": "t12_nobody", "T13": "t13_report", "T14": "t14_week_later", "T15": "t15_cost",
    "T16": "t16_left_alone", "T17": "t17_welcome_back",
}  # fmt: skip
#: The answers about Aurora's own messages, by the names of the product's rules for timing (`proactive.choosing`).
ChoiceAnswerName = Literal["H1", "H2", "H3", "H4", "H5", "H6", "H7", "H8", "H9"]
AnswerName = Literal[
    "T1", "T2", "T3", "T4", "T5", "T6", "T7", "T8", "T9", "T10", "T11", "T12", "T13", "T14", "T15", "T16", "T17"
]


def answer_text(answer: AnswerName, /, **values: object) -> str:
    """The text of an answer; `values` are those that its template names.

    Raises:
        jinja2.UndefinedError: the template names a value that was not given.
    """
    return _environment().get_template(f"{_TEMPLATES[answer]}.txt.j2").render(values).strip()


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("proactive.campaigns"),
        undefined=StrictUndefined,
        autoescape=False,  # noqa: S701  the texts are not HTML
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.globals |= {"clients": clients, "counted": counted, "joined": joined, "money": money}
    environment.filters["number"] = integer
    return environment
