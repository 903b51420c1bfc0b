"""What is so now in the records: instances as sending meets them, pauses, what failed or was not delivered lately."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args
from uuid import UUID

from proactive.model.failure import Failure
from proactive.model.failure_reasons import FailureReason
from proactive.storage.answers import count, flag, row, rows, texts
from proactive.storage.supabase import Database

#: How an instance is, as sending meets it; those first that need somebody.
InstanceCondition = Literal["stopped", "failing", "down", "unproven", "connecting", "connected"]
CONDITIONS: tuple[InstanceCondition, ...] = get_args(InstanceCondition)
#: Why a message fails for want of a connection.
UNCONNECTED = (
    FailureReason.NO_INSTANCE,
    FailureReason.INSTANCE_CONNECTING,
    FailureReason.INSTANCE_DISCONNECTED,
    FailureReason.GATEWAY_DISCONNECTED,
    FailureReason.GATEWAY_NEVER_CONNECTED,
    FailureReason.GATEWAY_LACKS_INSTANCE,
)
#: So many instances and pauses are shown at a glance.
SHOWN = 8


@dataclass(frozen=True, slots=True)
class InstanceEntry:
    """An instance: `state` in the product's words, `told` what the gateway said last, `since` when it is so (aware).

    `failed` messages of its organisation did since the last one that went out. `cause`, `known_until` and `new_until`
    are its breaker's, None where nothing stops it.
    """

    name: str
    organization_id: UUID
    organization: str
    condition: InstanceCondition
    state: str
    told: str | None
    since: dt.datetime | None
    failed: int
    cause: str | None
    known_until: dt.datetime | None
    new_until: dt.datetime | None


@dataclass(frozen=True, slots=True)
class InstancePage:
    """Some of `count` instances; `conditions` says how many there are of each condition, whatever was chosen."""

    rows: tuple[InstanceEntry, ...]
    count: int
    conditions: Mapping[InstanceCondition, int]


@dataclass(frozen=True, slots=True)
class NamedPause:
    """A pause with the organisation's name; None as an organisation or type means every. `since` is aware."""

    organization_id: UUID | None
    organization: str | None
    type: str | None
    reason: str
    since: dt.datetime


@dataclass(frozen=True, slots=True)
class PausePage:
    """Some of `count` pauses, newest first."""

    rows: tuple[NamedPause, ...]
    count: int


@dataclass(frozen=True, slots=True)
class FailedLately:
    """How many messages failed in the last hour for one reason: its code, its Portuguese words and advice."""

    code: str | None
    count: int
    label: str
    advice: str


@dataclass(frozen=True, slots=True)
class Present:
    """What is so now, of one organisation or all.

    `failed` messages did in the last hour, for so many `failure_kinds` of reasons, of which `failures` are the most
    frequent. Of the accepted ones of the last 70 minutes that are ten minutes old, `judged` belong to instances that
    tell receipts; of those `refused` and `silent` did not arrive. `probes` are instances that a gateway should know.
    `owners` are those whom each zone's schedule addresses.
    """

    last_sent_at: dt.datetime | None
    any_message: bool
    organizations: int
    probes: tuple[str, ...]
    instances: InstancePage
    pauses: PausePage
    failed: int
    failure_kinds: int
    failures: tuple[FailedLately, ...]
    accepted: int
    judged: int
    refused: int
    silent: int
    owners: Mapping[str, int]


class PresentReader:
    """Reads what is so now; every method raises SupabaseError where Supabase is away. None means all organisations."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def present(self, organization: UUID | None) -> Present:
        """What is so now, in one request."""
        arguments = {"p_organization": _text(organization), "p_codes": list(UNCONNECTED), "p_shown": SHOWN}
        return self._database.call("aurora_proactive_present", arguments, _present)

    def instances(
        self, organization: UUID | None, condition: str | None, text: str | None, limit: int, offset: int
    ) -> InstancePage:
        """Instances of a condition (or `attention`: all but the connected), whose names have a text."""
        arguments = {
            "p_organization": _text(organization), "p_condition": condition, "p_text": text,
            "p_codes": list(UNCONNECTED), "p_limit": limit, "p_offset": offset,
        }  # fmt: skip
        return self._database.call("aurora_proactive_instance_list", arguments, _instances)

    def pauses(self, organization: UUID | None, limit: int, offset: int) -> PausePage:
        """What is paused, newest first."""
        arguments = {"p_organization": _text(organization), "p_limit": limit, "p_offset": offset}
        return self._database.call("aurora_proactive_pause_list", arguments, _pauses)


def _present(answer: Any) -> Present:
    found = row(answer)
    failures, deliveries = row(found["failures"]), row(found["deliveries"])
    accepted, judged, refused, silent = (
        count(deliveries[name]) for name in ("accepted", "judged", "refused", "silent")
    )
    return Present(
        _moment(found["last_sent_at"]), flag(found["any_message"]), count(found["organizations"]),
        tuple(texts(found["probes"])), _instances(found["instances"]), _pauses(found["pauses"]),
        count(failures["count"]), count(failures["kinds"]),
        tuple(_failed(each) for each in rows(failures["reasons"])),
        accepted, judged, refused, silent, {zone: count(owners) for zone, owners in row(found["owners"]).items()},
    )  # fmt: skip


def _instances(answer: Any) -> InstancePage:
    found = row(answer)
    conditions = {condition: count(found["conditions"].get(condition, 0)) for condition in CONDITIONS}
    return InstancePage(tuple(_instance(each) for each in rows(found["rows"])), count(found["count"]), conditions)


def _instance(found: dict[str, Any]) -> InstanceEntry:
    return InstanceEntry(
        str(found["name"]), UUID(found["organization_id"]), found["organization"] or "",
        CONDITIONS[CONDITIONS.index(found["condition"])], str(found["state"]), found["told"], _moment(found["since"]),
        count(found["failed"]), found["cause"], _moment(found["known_until"]), _moment(found["new_until"]),
    )  # fmt: skip


def _pauses(answer: Any) -> PausePage:
    found = row(answer)
    return PausePage(tuple(_pause(each) for each in rows(found["rows"])), count(found["count"]))


def _pause(found: dict[str, Any]) -> NamedPause:
    organization = UUID(found["organization_id"]) if found["organization_id"] else None
    since = dt.datetime.fromisoformat(found["since"])
    return NamedPause(organization, found["organization"], found["type"] or None, str(found["reason"]), since)


def _failed(found: dict[str, Any]) -> FailedLately:
    failure = Failure.from_json(found["failure"])
    label, advice = (failure.label, failure.advice) if failure else (found["reason"] or "", "")
    return FailedLately(found["code"], count(found["count"]), label, advice)


def _moment(value: str | None) -> dt.datetime | None:
    return dt.datetime.fromisoformat(value) if value else None


def _text(value: object) -> str | None:
    return None if value is None else str(value)
