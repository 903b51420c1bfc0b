"""What an owner gets and when, type by type, as pages, the API and answers say it. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from proactive.message_types.base import MessageType
from proactive.model.author import Via
from proactive.model.quiet_hours import QuietHours
from proactive.send_times.store import ChosenTime
from proactive.send_times.window import CHOOSABLE, TimeWindow, sending_time, window_of

#: Where a type's switch and time come from.
TimeOrigin = Literal["cron", "default", "chosen", "learned"]


@dataclass(frozen=True, slots=True)
class TypeTime:
    """A type as it is for an owner, or as the organisation's default.

    It goes out `at` that local time if it `is_on`. `wanted` is the time that was chosen, where quiet hours or a new
    cron exclude it. `usual_at` is the time that holds without a choice of one's own, `own` whether there is one that
    can be taken back; `via` and `since` are of the choice that holds.
    """

    type: MessageType
    is_on: bool
    at: dt.time
    origin: TimeOrigin
    usual_at: dt.time
    window: TimeWindow | None
    own: bool = False
    wanted: dt.time | None = None
    via: Via | None = None
    since: dt.datetime | None = None


def times_of(owner: UUID | None, chosen: Iterable[ChosenTime], quiet: QuietHours) -> tuple[TypeTime, ...]:
    """What holds for an owner, or (None) for those who chose nothing, of an organisation's choices."""
    found = [each for each in chosen if each.owner in (owner, None)]
    return tuple(
        _time_of(type_, owner, [each for each in found if each.type == type_.name], quiet) for type_ in CHOOSABLE
    )


def _time_of(type_: MessageType, owner: UUID | None, chosen: Sequence[ChosenTime], quiet: QuietHours) -> TypeTime:
    default = next((each for each in chosen if each.owner is None), None)
    own = next((each for each in chosen if each.owner == owner), None)
    holds = own or default
    inherited = default.send_time if default is not None and owner is not None else None
    wanted = (own.send_time if own is not None else None) or inherited
    at, usual_at = sending_time(type_, wanted, quiet), sending_time(type_, inherited, quiet)
    assert at is not None  # noqa: S101  every choosable type has a usual time
    assert usual_at is not None  # noqa: S101
    return TypeTime(
        type=type_, is_on=holds.is_on if holds else True, at=at, origin=_origin(holds, owner), usual_at=usual_at,
        window=window_of(type_, quiet), own=own is not None, wanted=wanted if wanted != at else None,
        via=holds.via if holds else None, since=holds.since if holds else None,
    )  # fmt: skip


def _origin(holds: ChosenTime | None, owner: UUID | None) -> TimeOrigin:
    if holds is None:
        return "cron"
    return holds.origin if holds.owner is not None and holds.owner == owner else "default"
