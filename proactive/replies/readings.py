"""The readings of a reply: what it says, and nothing about what follows from it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from proactive.replies.times import StatedTime


class Kind(StrEnum):
    """What an owner's reply says. The value is what records keep."""

    YES = "yes"
    WEAK_YES = "weak_yes"
    NO = "no"
    LATER = "later"
    TIME = "time"
    FIRST = "first"
    ONLY = "only"
    EXCEPT = "except"
    ONLY_VIP = "only_vip"
    OPTIONS = "options"
    NEW_TEXT = "new_text"
    TEXT_WANTED = "text_wanted"
    PERCENT = "percent"
    WHO = "who"
    HOW_MANY = "how_many"
    SHOW = "show"
    COST = "cost"
    STOP = "stop"
    PAUSE = "pause"
    CANCEL = "cancel"
    RESUME = "resume"
    STATUS = "status"
    SECOND_THOUGHTS = "second_thoughts"
    DAY_OR_OPTION = "day_or_option"
    UNCLEAR = "unclear"
    NOTHING = "nothing"
    NOT_FOR_US = "not_for_us"


#: What asks for something else than what was shown.
_CHANGES = frozenset({Kind.FIRST, Kind.ONLY, Kind.EXCEPT, Kind.ONLY_VIP, Kind.NEW_TEXT, Kind.PERCENT, Kind.TIME})


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reply says.

    `count` is the n of "the first n" and of a percentage; `names` are first names as they were written, without
    accents; `options` numbers of a list, from 1, empty for all of them; `text` the new text, as written; `time` when it
    should go. `everything` is true of a stop or cancel that names all campaigns. `binds` is False of a weak yes that
    can never confirm (thanks alone). `by_stem` is True of a stop that no rule reads, `sure` of an unusual
    percentage that was asked about and said again. `chosen` are ids of the clients that were meant where several have
    one of the names.
    """

    kind: Kind
    count: int = 0
    names: tuple[str, ...] = ()
    options: tuple[int, ...] = ()
    text: str = ""
    time: StatedTime | None = None
    everything: bool = False
    binds: bool = True
    by_stem: bool = False
    sure: bool = False
    chosen: tuple[str, ...] = ()

    @property
    def changes(self) -> bool:
        """Whether it asks for another text, audience or time."""
        return self.kind in _CHANGES

    @property
    def approves(self) -> bool:
        """Whether it is an approval: a yes or a weak yes."""
        return self.kind in (Kind.YES, Kind.WEAK_YES)


@dataclass(frozen=True, slots=True)
class ReadingContext:
    """What a reply may be about: it decides between readings that one text can have.

    `asks` is what the question asks for: to send, to create, or a preview's confirmation; None without a question.
    `live` says that a campaign is confirmed, running or paused. `options` is how many options are open (a list that
    the owner was shown). `quoted` says that it quotes the question, `asked` which clarification it answers.
    """

    asks: Literal["send", "create", "preview"] | None = None
    live: bool = False
    options: int = 0
    quoted: bool = False
    asked: Literal["which", "day", "who", "text", "percent"] | None = None
