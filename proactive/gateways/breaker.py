"""The breaker of an instance: when what WhatsApp answers says that the number had better be quiet.

Whoever goes on sending from a number that WhatsApp has blocked makes the block last. A gateway's 201 tells nothing of
it: the only signs are `ERROR` receipts, and acknowledgements that do not come. The latter are a sign only where they
would be heard: of an instance that has told some before, whose events reach us at once. Otherwise every installation
without webhooks, or with webhooks that broke for a moment, would stop. So as not to take an outage for a block,

- no more messages are under way without an acknowledgement than would close the breaker: the next one waits;
- when they have waited in vain, one more goes out as a probe: if the gateway tells of it at once, it is heard again,
  and whatever it failed to tell comes within the time in which it tries again. What does not come is silence;
- if the gateway does not tell of the probe, nobody is listening, and nothing is known.

Nothing here knows Redis, Supabase or a clock. Moments are Unix seconds.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, get_args

Fate = Literal["unknown", "acknowledged", "refused", "throttled"]
Cause = Literal["refused", "silent", "throttled", "logged_out", "banned"]
CAUSES: tuple[Cause, ...] = get_args(Cause)
#: WhatsApp's codes with which it closes a connection for good.
CLOSED_FOR_GOOD: dict[int, Cause] = {401: "logged_out", 403: "banned"}
#: Without a word from an instance for so long after a message, nobody is listening to its webhooks.
_DEAF_AFTER = 30.0
#: A gateway that failed to tell something for a while tries again within a little more than that, and within minutes.
_TOLD_AGAIN, _TOLD_AGAIN_AT_MOST = 1.4, 360.0
#: Before a message looks again that waits for acknowledgements of others.
_LOOK_AGAIN = 3.0


@dataclass(frozen=True, slots=True)
class BreakerRules:
    """When a breaker closes, and for how long (seconds).

    Of the last `window` sends `refusals` were refused or throttled, or `silences` were not acknowledged within
    `patience`. Then nobody new is written to for `new_rest`, and nobody at all for `known_rest`.
    """

    window: int = 10
    refusals: int = 3
    silences: int = 3
    patience: float = 120.0
    known_rest: float = 3600.0
    new_rest: float = 24 * 3600.0


@dataclass(frozen=True, slots=True)
class Send:
    """A message that the gateway accepted (or that WhatsApp throttled) at a moment, and its fate as far as known."""

    at: float
    fate: Fate = "unknown"


@dataclass(frozen=True, slots=True)
class Hearing:
    """What is heard of an instance: whether it `tells` receipts, and the moments at which it told anything at once.

    What was told late proves that it could not be heard before, and is not among them.
    """

    tells: bool = False
    at_once: tuple[float, ...] = ()

    def first_since(self, moment: float) -> float | None:
        """The first moment after this one at which it was heard; None if it was not."""
        return min((at for at in self.at_once if at > moment), default=None)


@dataclass(frozen=True, slots=True)
class Hold:
    """The next message waits for so many seconds: what is under way is not acknowledged yet."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Stop:
    """An instance may not write to anybody until `known_until`, nor to anybody new until `new_until`."""

    cause: Cause
    since: float
    known_until: float
    new_until: float

    def rest(self, *, known: bool, now: float) -> float:
        """Seconds until a message may go out to somebody `known` (who wrote to us, or was reached) or new."""
        return max(0.0, (self.known_until if known else self.new_until) - now)


def judge(sends: Iterable[Send], hearing: Hearing, now: float, rules: BreakerRules) -> Cause | Hold | None:
    """What the last sends of an instance, in any order, mean for its next one: close the breaker, hold, or go on."""
    recent = sorted(sends, key=lambda send: send.at)[-rules.window :]
    bad = [send for send in recent if send.fate in ("refused", "throttled")]
    if len(bad) >= rules.refusals:
        return "throttled" if bad[-1].fate == "throttled" else "refused"
    unknown = [send for send in recent if send.fate == "unknown"]
    if not hearing.tells or any(_unheard(send, hearing, now) for send in unknown):
        return None
    waits = [_wait(send, hearing, now, rules) for send in unknown]
    if waits.count("in vain") >= rules.silences:
        return "silent"
    full = len(bad) + len(unknown) >= min(rules.refusals, rules.silences)
    return Hold(_LOOK_AGAIN) if full and "yet" in waits else None


def _unheard(send: Send, hearing: Hearing, now: float) -> bool:
    return now - send.at >= _DEAF_AFTER and hearing.first_since(send.at) is None


def _wait(send: Send, hearing: Hearing, now: float, rules: BreakerRules) -> Literal["yet", "in vain", "for a probe"]:
    """Whether an acknowledgement may come yet, would have come, or needs something to be heard before that is known."""
    if now - send.at < rules.patience:
        return "yet"
    heard = hearing.first_since(send.at + rules.patience)
    if heard is None:
        return "for a probe"
    told_by = heard + min(_TOLD_AGAIN * (heard - send.at), _TOLD_AGAIN_AT_MOST)
    return "yet" if now < told_by else "in vain"


def stop_for(cause: Cause, now: float, rules: BreakerRules) -> Stop:
    """How long a cause stops an instance from now on; one that is closed for good writes to nobody meanwhile."""
    closed = cause in CLOSED_FOR_GOOD.values()
    return Stop(cause, now, now + (rules.new_rest if closed else rules.known_rest), now + rules.new_rest)
