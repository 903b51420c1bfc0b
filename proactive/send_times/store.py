"""The store of what was chosen: its database functions, one method each."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict

from proactive.model.author import Author, Via, signed
from proactive.model.context import SendChoice
from proactive.storage.answers import rows, texts
from proactive.storage.supabase import Database

#: What the log of changes calls a choice.
_CHANGED = "send_time_changed"


@dataclass(frozen=True, slots=True)
class TimeChange:
    """What is chosen: on or off, or (None) to take back what was chosen; the local time, None for the usual one.

    `keeps_time`: the time stays what it was.
    """

    is_on: bool | None
    send_time: dt.time | None = None
    keeps_time: bool = False

    @property
    def as_json(self) -> dict[str, Any]:
        """The change as the database function takes it."""
        time = {} if self.keeps_time else {"send_time": self.send_time.isoformat() if self.send_time else None}
        return {"is_on": self.is_on} | time


class ChosenTime(BaseModel):
    """A choice that holds; without an owner it is the organisation's default."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    owner: UUID | None
    type: str
    is_on: bool
    send_time: dt.time | None
    origin: Literal["chosen", "learned"]
    via: Via
    since: AwareDatetime


class MadeChoice(BaseModel):
    """What became of a choice: whether it `stands` (a later one goes before it), and what had been chosen before."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    type: str
    stands: bool
    was_on: bool | None
    was_at: dt.time | None


class TimeChangeMade(BaseModel):
    """A change of a choice as the log has it: of which type (`subject`), by whom, what was chosen before and after."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    at: AwareDatetime
    by: str
    by_name: str | None
    via: str
    subject: str
    before: dict[str, Any] | None
    after: dict[str, Any]


class SendTimes:
    """Keeps and reads what was chosen. Every method raises SupabaseError where Supabase is away or not understood."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, organization: UUID) -> list[ChosenTime]:
        """Every choice of an organisation that holds, its defaults first."""
        arguments = {"p_organization": str(organization)}
        return self._database.call(
            "aurora_proactive_send_times_of",
            arguments,
            lambda answer: [ChosenTime.model_validate(each) for each in rows(answer)],
        )

    def holding(self, organization: UUID, owner: UUID) -> tuple[SendChoice, ...]:
        """What holds for an owner, of what was chosen by or for them."""
        arguments = {"p_organization": str(organization), "p_owner": str(owner)}
        return self._database.call(
            "aurora_proactive_send_choices",
            arguments,
            lambda answer: tuple(SendChoice.model_validate(each) for each in rows(answer)),
        )

    def choose(
        self, organization: UUID, owner: UUID | None, types: Sequence[str], change: TimeChange, author: Author,
        at: dt.datetime, reply: str | None = None,
    ) -> list[MadeChoice]:  # fmt: skip
        """Choose for types, of an owner or (None) as the organisation's default, as written at `at` (aware).

        `reply` is the gateway's id of the message that says so; the same once more changes nothing. Raises
        RecordRefused where there is no such owner.
        """
        arguments = {
            "p_organization": str(organization), "p_owner": str(owner) if owner else None, "p_types": list(types),
            "p_choice": change.as_json, "p_reply": reply, "p_at": at.isoformat(), **signed(author),
        }  # fmt: skip
        return self._database.call(
            "aurora_proactive_choose_send_time",
            arguments,
            lambda answer: [MadeChoice.model_validate(each) for each in rows(answer)],
        )

    def changes(self, organization: UUID, limit: int) -> list[TimeChangeMade]:
        """The last changes of an organisation's choices, newest first."""
        arguments = {
            "p_filter": {"organization": str(organization), "action": _CHANGED},
            "p_before_at": None, "p_before_id": None, "p_limit": limit,
        }  # fmt: skip
        return self._database.call(
            "aurora_proactive_change_list",
            arguments,
            lambda answer: [TimeChangeMade.model_validate(each) for each in rows(answer)],
        )

    def settled(self, messages: Collection[UUID]) -> set[UUID]:
        """Those of these messages that have their outcome."""
        arguments = {"p_messages": [str(each) for each in messages]}
        found = self._database.call("aurora_proactive_settled_of", arguments, texts)
        return {UUID(each) for each in found}
