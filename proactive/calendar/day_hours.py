"""The hours of one day as a business gives them: checked, in order, and those that overlap or touch as one."""

from __future__ import annotations

import re
from collections.abc import Sequence

from proactive.calendar.unusable import UnusableDay

#: A time of day; only a closing may be 24:00, the next midnight.
_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
_MIDNIGHT = "24:00"
#: More openings than any shop has in a day.
MOST_OPENINGS = 6
#: An opening and its closing, local times `HH:MM`.
Opening = tuple[str, str]


def checked_hours(hours: Sequence[Sequence[str]]) -> tuple[Opening, ...]:
    """The openings of a day in order, merged where they overlap or touch.

    Raises:
        UnusableDay: there is none, there are too many, or one is no time of day or does not end after it begins.
    """
    if not hours:
        raise UnusableDay(
            "hours", 'Say when it is open, such as [["09:00", "13:00"]]; to close the day, say "closed".',
            "Diga das quantas às quantas a loja abre neste dia.",
        )  # fmt: skip
    if len(hours) > MOST_OPENINGS:
        raise UnusableDay("hours", f"A day has at most {MOST_OPENINGS} openings.", "São horários demais em um dia.")
    return _merged(sorted(_opening(place, pair) for place, pair in enumerate(hours)))


def _opening(place: int, pair: Sequence[str]) -> Opening:
    field = f"hours.{place}"
    if len(pair) != 2 or not _TIME.fullmatch(pair[0]) or not (_TIME.fullmatch(pair[1]) or pair[1] == _MIDNIGHT):
        raise UnusableDay(
            field,
            'Send an opening and a closing as "HH:MM", such as ["09:00", "13:00"]; only a closing may be "24:00".',
            "Escreva a abertura e o fechamento como 09:00 e 13:00.",
        )  # fmt: skip
    if pair[0] >= pair[1]:
        raise UnusableDay(
            field, "It must close after it opens, on the same day; midnight is 24:00.",
            "O fechamento tem de ser depois da abertura, no mesmo dia. Meia-noite é 24:00.",
        )  # fmt: skip
    return pair[0], pair[1]


def _merged(openings: Sequence[Opening]) -> tuple[Opening, ...]:
    merged: list[Opening] = []
    for begins, ends in openings:
        if merged and begins <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(ends, merged[-1][1]))
        else:
            merged.append((begins, ends))
    return tuple(merged)
