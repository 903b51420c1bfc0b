"""The mood of a message: what its facts allow to be said around them."""

from __future__ import annotations

from enum import StrEnum


class Mood(StrEnum):
    """The mood that a type's facts carry; `value` is a part of the names of the phrases that fit it.

    `CALM`: neither good nor bad news. `ENCOURAGING`: the owner has something to win back (few bookings, quiet
    clients). `ACCOMPLISHED`: bookings were done today. `FESTIVE`: somebody has a birthday, which is never the owner.
    """

    CALM = "calm"
    ENCOURAGING = "encouraging"
    ACCOMPLISHED = "accomplished"
    FESTIVE = "festive"
