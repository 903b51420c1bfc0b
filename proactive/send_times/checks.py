"""What can be chosen: the same checks for pages, the API and answers. Pure."""

from __future__ import annotations

import datetime as dt

from proactive.errors import InvalidInput
from proactive.message_types.base import MessageType
from proactive.model.quiet_hours import QuietHours
from proactive.send_times.window import CHOOSABLE, window_of


class UnusableChoice(InvalidInput):
    """A choice that cannot be made: `field` says what of it, `words` why, in Portuguese."""

    def __init__(self, field: str, detail: str, words: str) -> None:
        super().__init__(detail)
        self.field, self.detail, self.words = field, detail, words


def choosable(name: str) -> MessageType:
    """The type of that name that can be switched and may have a time of its own.

    Raises:
        UnusableChoice: there is none.
    """
    found = next((type_ for type_ in CHOOSABLE if type_.name == name), None)
    if found is None:
        names = ", ".join(type_.name for type_ in CHOOSABLE)
        raise UnusableChoice("type", f"Only these are sent by themselves: {names}.", "Este aviso só sai a pedido.")
    return found


def check_time(type_: MessageType, at: dt.time, quiet: QuietHours) -> dt.time:
    """The local time as it is, if a type can go out then.

    Raises:
        UnusableChoice: it cannot.
    """
    window = window_of(type_, quiet)
    if window is None:
        usual = f"{type_.usual_time:%H:%M}"
        raise UnusableChoice(
            "time", f"It goes out at {usual} only: leave the time out.", f"Este aviso sai sempre às {usual}."
        )
    if at.replace(second=0, microsecond=0) != at or not window.contains(at):
        first, last = f"{window.first:%H:%M}", f"{window.last:%H:%M}"
        raise UnusableChoice(
            "time", f"A time from {first} to {last}, local.", f"Este aviso sai entre {first} e {last}."
        )
    return at
