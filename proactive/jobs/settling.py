"""What is kept of a message that was acted upon: how it was read and what came of it, and no more words than needed."""

from __future__ import annotations

from typing import Any

from proactive.campaigns.hearing_store import InboxMessage
from proactive.campaigns.leaving import Leaving
from proactive.campaigns.understanding import Outcome
from proactive.replies.client import OptOut
from proactive.replies.normalisation import normalise
from proactive.replies.readings import Kind

#: What makes an older approval void.
_STOPS = frozenset({Kind.STOP, Kind.PAUSE, Kind.CANCEL, Kind.NO, Kind.LATER})
_LONGEST = 200


def settled(part: InboxMessage, outcome: Outcome, leaving: Leaving, read_as: str, word: str) -> dict[str, Any]:
    """A message as its row keeps it: `read_as` is the id of the message as which it was read with others."""
    acted = outcome.handled or bool(outcome.replies)
    reading: dict[str, Any] = {"by": part.kind}
    if outcome.reading is not None:
        reading["kind"] = str(outcome.reading.kind)
        if acted and outcome.reading.kind in _STOPS:
            reading["stops"] = True
    if part.quoted is not None:
        reading["quoted"] = part.quoted
    if read_as != part.id:
        reading["as"] = read_as
    if leaving.level is not None:
        reading["opt_out"] = leaving.level
    if leaving.opt_out is OptOut.MOURNING:
        reading["luto"] = True
    words = normalise(part.text, lambda _: False).whole[:_LONGEST] if acted and part.owner and part.text else None
    names = ",".join(dict.fromkeys(reply.name for reply in outcome.replies))
    return {
        "id": part.id, "reading": reading, "heard": words, "handled": outcome.handled or leaving.answered,
        "outcome": names or word or (str(leaving.opt_out) if leaving.opt_out is not OptOut.NONE else "nothing"),
    }  # fmt: skip
