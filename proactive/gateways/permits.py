"""What is asked of the rate limiter, and its two answers: a permit, or a wait."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from proactive.model.failure import Failure
from proactive.model.wait_reasons import WaitNote, WaitReason


class Ticket(NamedTuple):
    """What names a waiting message; it must stay the same while it waits. `to_client`: owners' messages go first."""

    instance: str
    message: str
    to_client: bool = False


@dataclass(frozen=True, slots=True)
class Granted:
    """A permit to send one message of `instance` now, once; `RateLimiter.confirm` takes it back."""

    instance: str
    permit: str


@dataclass(frozen=True, slots=True)
class Wait:
    """A wait instead of a permit: ask again in `seconds` with the same ticket. `reason` is an English sentence."""

    seconds: float
    reason: str
    why: WaitReason = field(default=WaitReason.LIMIT, compare=False)

    @property
    def note(self) -> WaitNote:
        """The same for people; an instance rests because of a failure, whose words are the reason."""
        rests = self.why is WaitReason.INSTANCE_RESTS
        return WaitNote(self.why, failure=Failure.of_text(self.reason) if rests else None)
