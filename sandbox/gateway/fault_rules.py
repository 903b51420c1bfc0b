"""What the sandbox gateway was told to get wrong."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

How = Literal[
    "refuse_number",
    "hang",
    "hang_before_accept",
    "fail",
    "fail_after_accept",
    "drop_before_accept",
    "drop_after_accept",
    "throttle",
    "disconnected",
]


class FaultRule(BaseModel):
    """One thing to get wrong.

    `instance` and `number` (digits) narrow whose messages suffer, None is everybody's. It wears off
    after `times` messages, None is never. `seconds` is how long it hangs; `status` what `fail`,
    `fail_after_accept` and `disconnected` answer (503, 503 and 500 unless given).
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    how: How
    instance: str | None = None
    number: str | None = None
    times: int | None = Field(default=None, ge=1)
    seconds: float = Field(default=60, ge=0, le=3600)
    status: int | None = Field(default=None, ge=300, le=599)

    def concerns(self, instance: str, number: str) -> bool:
        """Whether a message of that instance to that number suffers from it."""
        return self.instance in (None, instance) and self.number in (None, number)


@dataclass(slots=True)
class _Pending:
    what: FaultRule
    left: int | None


class FaultRules:
    """The misbehaviours in force, oldest first. Forgotten when the sandbox stops."""

    def __init__(self) -> None:
        self._pending: list[_Pending] = []

    def add(self, what: FaultRule) -> None:
        """From the next message on."""
        self._pending.append(_Pending(what, what.times))

    def clear(self) -> None:
        """Behave."""
        self._pending.clear()

    def listed(self) -> list[dict[str, Any]]:
        """What is in force; `left` is how many messages it still hits, None without end."""
        return [pending.what.model_dump() | {"left": pending.left} for pending in self._pending]

    def refuses(self, instance: str, number: str) -> bool:
        """Whether the number counts as not on WhatsApp, without wearing anything off."""
        return any(
            pending.what.how == "refuse_number" and pending.what.concerns(instance, number) for pending in self._pending
        )

    def take(self, instance: str, number: str) -> FaultRule | None:
        """The oldest one that concerns this message, worn off by one; None to behave."""
        for pending in self._pending:
            if pending.what.concerns(instance, number):
                if pending.left is not None:
                    pending.left -= 1
                self._pending = [other for other in self._pending if other.left != 0]
                return pending.what
        return None
