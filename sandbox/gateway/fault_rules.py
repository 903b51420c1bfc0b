"""What the sandbox gateway was told to get wrong, and whom it hits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from sandbox.gateway.fault_table import FAULTS


def _known(how: str) -> str:
    if how not in FAULTS:
        raise ValueError(f"it is one of {', '.join(FAULTS)}")
    return how


class FaultRule(BaseModel):
    """One thing to get wrong; `how` is a key of `FAULTS`.

    `instance` and `number` (digits) narrow whose messages suffer, None is everybody's. It wears off after `times`
    messages, None is never. `seconds` and `status` are the table's unless given. `kept` says whether look-ups find
    a message that has gone out, `message` the words of `fail` and `fail_after_accept`.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    how: Annotated[str, AfterValidator(_known)]
    instance: str | None = None
    number: str | None = None
    times: int | None = Field(default=None, ge=1)
    seconds: float = Field(default=0, ge=0, le=3600)
    status: int | None = Field(default=None, ge=300, le=599)
    kept: bool = True
    message: Any = "The sandbox was told to fail"

    @model_validator(mode="before")
    @classmethod
    def _as_the_table_says(cls, given: Any) -> Any:
        """What was not given is the table's; a message that its database failed to keep is not kept."""
        fault = FAULTS.get(str(given.get("how"))) if isinstance(given, dict) else None
        if fault is None:
            return given
        kept = given.get("how") not in ("database_after_accept", "not_kept")
        usual = {"seconds": fault.seconds, "status": fault.status, "kept": kept}
        return usual | {name: value for name, value in given.items() if value is not None}

    @model_validator(mode="after")
    def _with_a_status(self) -> Self:
        if self.status is not None and FAULTS[self.how].status is None:
            raise ValueError(f"{self.how} takes no status")
        return self

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

    def everywhere(self, instance: str) -> str | None:
        """What any request of the instance suffers from, without wearing anything off."""
        for pending in self._pending:
            if FAULTS[pending.what.how].everywhere and pending.what.instance in (None, instance):
                return pending.what.how
        return None

    def take(self, instance: str, number: str) -> FaultRule | None:
        """The oldest one that concerns this message, worn off by one; None to behave."""
        for pending in self._pending:
            if pending.what.concerns(instance, number):
                if pending.left is not None:
                    pending.left -= 1
                self._pending = [other for other in self._pending if other.left != 0]
                return pending.what
        return None
