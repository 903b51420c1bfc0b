"""The states of a campaign: what a reading of an owner's reply does to it, and what Aurora answers.

The table of the product's rules for campaigns, as one pure function. It changes nothing: the
database takes each step under a lock, from the state that was decided on.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from proactive.campaigns.manner import Manner
from proactive.replies.readings import Kind, Reading


class Status(StrEnum):
    """The state of a campaign. The value is what rows and the API show."""

    OFFERED = "offered"
    PREVIEWED = "previewed"
    CONFIRMED = "confirmed"
    RUNNING = "running"
    PAUSED = "paused"
    STOPPED = "stopped"
    DONE = "done"
    DECLINED = "declined"
    EXPIRED = "expired"


#: What never changes again.
FINAL = frozenset({Status.STOPPED, Status.DONE, Status.DECLINED, Status.EXPIRED})
#: What is confirmed and not over.
LIVE = frozenset({Status.CONFIRMED, Status.RUNNING, Status.PAUSED})

Answer = Literal["T1", "T2", "T3", "T4", "T5", "T6", "T7", "T8", "T9", "T10", "T12", "T13", "T15"]


class Action(StrEnum):
    """What happens to a campaign."""

    NOTHING = "nothing"
    #: Confirmed at once where it is small and still true, else previewed.
    CONFIRM_OR_PREVIEW = "confirm_or_preview"
    CONFIRM = "confirm"
    PREVIEW = "preview"
    DECLINE = "decline"
    PAUSE = "pause"
    RESUME = "resume"
    STOP = "stop"
    REMOVE = "remove"
    #: A new campaign with the figures of today.
    REDO = "redo"


@dataclass(frozen=True, slots=True)
class Standing:
    """A campaign as it stands.

    `redoable`: it can be made anew with the figures of today. `began` says that a message to a client was begun;
    `asks_to_resume` that the owner was told to answer CONTINUAR after a pause that nobody asked for.
    """

    status: Status
    asks: Literal["send", "create"]
    by_owner: bool = False
    redoable: bool = False
    began: bool = False
    asks_to_resume: bool = False


@dataclass(frozen=True, slots=True)
class Decision:
    """What a reply does and what is answered; no answer where there is nothing to say. `handled` is whether the
    product's own bot has to keep quiet."""

    action: Action
    answer: Answer | None
    handled: bool = True


_CHANGES = frozenset({Kind.FIRST, Kind.ONLY, Kind.EXCEPT, Kind.ONLY_VIP, Kind.OPTIONS, Kind.NEW_TEXT, Kind.PERCENT})
_WANTS_WORDS = frozenset({Kind.TEXT_WANTED, Kind.DAY_OR_OPTION})
_HALTS = frozenset({Kind.STOP, Kind.PAUSE, Kind.LATER, Kind.NO})
_SILENCE = Decision(Action.NOTHING, None, handled=False)
_NOT_OURS = Decision(Action.NOTHING, None, handled=False)


def decide(standing: Standing, reading: Reading, manner: Manner) -> Decision:
    """What a reading does to a campaign. A step that sends is decided only by a rule's yes to what stands now."""
    if reading.kind is Kind.NOT_FOR_US:
        return _NOT_OURS
    if reading.kind is Kind.NOTHING:
        return _SILENCE
    if reading.kind is Kind.COST:
        return Decision(Action.NOTHING, "T15")
    if manner.redo and standing.redoable and standing.status not in LIVE:
        return _redoing(standing, reading, manner)
    stops = reading.kind in _HALTS or reading.kind is Kind.CANCEL
    if standing.status in FINAL or (manner.outdated and not stops):
        return _about_something_older(standing, manner)
    decided = _DECIDERS[standing.status](standing, reading, manner)
    # what no rule reads stops, and the product's bot hears it too
    return Decision(decided.action, decided.answer, handled=False) if reading.by_stem else decided


def _redoing(standing: Standing, reading: Reading, manner: Manner) -> Decision:
    if reading.approves or reading.kind is Kind.SECOND_THOUGHTS:
        return Decision(Action.REDO, "T2")
    if reading.kind in _HALTS or reading.kind is Kind.CANCEL:
        return Decision(Action.NOTHING, "T3")
    return (
        _about_something_older(standing, manner) if reading.kind is not Kind.UNCLEAR else Decision(Action.NOTHING, "T7")
    )


def _about_something_older(standing: Standing, manner: Manner) -> Decision:
    if standing.status in LIVE or standing.status in (Status.DONE, Status.STOPPED):
        return Decision(Action.NOTHING, "T9")
    if manner.expired or standing.status is Status.EXPIRED:
        return Decision(Action.NOTHING, "T8")
    if standing.status is Status.PREVIEWED:
        return Decision(Action.NOTHING, "T6")
    if standing.status is Status.OFFERED:
        return Decision(Action.PREVIEW, "T2")
    return Decision(Action.NOTHING, "T8" if standing.status is Status.DECLINED and standing.redoable else "T9")


def _offered(standing: Standing, reading: Reading, manner: Manner) -> Decision:
    if reading.kind is Kind.YES and standing.asks == "send" and not manner.late:
        return Decision(Action.CONFIRM_OR_PREVIEW, "T1")
    if reading.approves or reading.kind in _CHANGES or reading.kind in (Kind.TIME, Kind.SECOND_THOUGHTS):
        return Decision(Action.PREVIEW, "T2")
    return _open(reading)


def _previewed(standing: Standing, reading: Reading, manner: Manner) -> Decision:
    if reading.approves and manner.unseen:  # a yes is for what its owner saw
        return Decision(Action.PREVIEW, "T2")
    confirms = reading.kind is Kind.YES or (reading.kind is Kind.WEAK_YES and manner.bound and reading.binds)
    if confirms and not manner.late:
        return Decision(Action.CONFIRM, "T1")
    if reading.kind in _CHANGES or reading.kind is Kind.TIME:
        return Decision(Action.PREVIEW, "T2")
    return _open(reading)


def _open(reading: Reading) -> Decision:
    """What an offer and a preview have in common: nothing was sent, and the owner decides."""
    if reading.kind in (Kind.LATER, Kind.PAUSE):
        return Decision(Action.NOTHING, "T4")
    if reading.kind in (Kind.NO, Kind.STOP, Kind.CANCEL):
        return Decision(Action.DECLINE, "T3")
    if reading.kind in _WANTS_WORDS or reading.kind is Kind.UNCLEAR:
        return Decision(Action.NOTHING, "T7")
    return Decision(Action.NOTHING, "T6")


def _confirmed(standing: Standing, reading: Reading, _: Manner) -> Decision:
    if reading.kind in (Kind.NO, Kind.CANCEL) or (reading.kind is Kind.STOP and not reading.by_stem):
        return Decision(Action.DECLINE, "T5")
    if reading.kind in _CHANGES or reading.kind is Kind.TIME:
        return Decision(Action.PREVIEW, "T2")
    if reading.kind in _WANTS_WORDS:
        return Decision(Action.NOTHING, "T7")
    return _live(standing, reading)


def _live(standing: Standing, reading: Reading) -> Decision:
    if reading.kind in _HALTS:
        return Decision(Action.PAUSE, "T10")
    if reading.kind is Kind.CANCEL:
        return Decision(Action.STOP, "T13") if standing.began else Decision(Action.DECLINE, "T5")
    if reading.kind is Kind.EXCEPT:
        return Decision(Action.REMOVE, "T9")
    if reading.kind is Kind.WEAK_YES:  # `ok` asks for nothing that is not under way
        return _SILENCE
    if reading.kind is Kind.UNCLEAR:
        return Decision(Action.NOTHING, "T7")
    return Decision(Action.NOTHING, "T9")


def _paused(standing: Standing, reading: Reading, manner: Manner) -> Decision:
    if reading.kind is Kind.RESUME:
        may = (standing.by_owner or standing.asks_to_resume) and not manner.late
        return Decision(Action.RESUME, "T1") if may else Decision(Action.NOTHING, "T9")
    if reading.kind is Kind.CANCEL or (reading.kind is Kind.NO and standing.by_owner):
        return Decision(Action.STOP, "T13") if standing.began else Decision(Action.DECLINE, "T5")
    if reading.kind is Kind.UNCLEAR:
        return Decision(Action.NOTHING, "T9")
    return _live(standing, reading)


_DECIDERS = {
    Status.OFFERED: _offered,
    Status.PREVIEWED: _previewed,
    Status.CONFIRMED: _confirmed,
    Status.RUNNING: lambda standing, reading, _: _live(standing, reading),
    Status.PAUSED: _paused,
}
