"""Freezing a campaign: who receives it, with which text. From then on its audience only shrinks."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from proactive.campaigns.client_message import client_message
from proactive.campaigns.holdout import HELD_BACK, Holdout
from proactive.campaigns.offers import recipient_id
from proactive.campaigns.pace import Warmth
from proactive.campaigns.room import CampaignSchedule, Room
from proactive.replies.readings import Kind, Reading
from proactive.text.names import Names

_PERCENT = re.compile(r"(\d{1,3})\s?%")


class AudiencePet(BaseModel):
    """A pet that a message may speak of."""

    model_config = ConfigDict(frozen=True)

    id: UUID
    name: str


class AudienceClient(BaseModel):
    """A client of a campaign's audience; `reason` says why it is left out, None where it receives the campaign."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    contact_id: UUID
    phone_key: str | None = None
    phone: str | None = None
    name: str | None = None
    pets: tuple[AudiencePet, ...] = ()
    warmth: Warmth = "cold"
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Frozen:
    """A frozen audience: the recipients as rows, how many are left out by reason, and when it goes out.

    `schedule` is None where nobody can receive it. `people` are the units by which its effect is measured, if it is.
    """

    recipients: list[dict[str, Any]]
    left_out: dict[str, int]
    schedule: CampaignSchedule | None
    example: tuple[str, str] | None = None
    people: list[dict[str, Any]] = field(default_factory=list)


def freeze(
    campaign: UUID,
    text: str,
    business: str,
    audience: Sequence[AudienceClient],
    room: Room,
    holdout: Holdout | None = None,
) -> Frozen:
    """Freeze an audience (in its order): `room` says what fits until when, `holdout` whom chance leaves out of that.

    Clients that share a phone are one recipient: the best ranked gives the name, the pets of all of them are named.
    """
    left_out: Counter[str] = Counter(client.reason for client in audience if client.reason)
    receiving = [client for client in audience if client.reason is None]
    sharing: dict[str, list[AudienceClient]] = {}
    for client in audience:
        if client.reason == "same_phone" and client.phone_key:
            sharing.setdefault(client.phone_key, []).append(client)
    fits = [receiving[place] for place in room.fitting([client.warmth for client in receiving])]
    if len(fits) < len(receiving):
        left_out["beyond_life"] += len(receiving) - len(fits)
    rows = [
        _row(campaign, place, client, sharing.get(client.phone_key or "", []), text, business)
        for place, client in enumerate(fits)
    ]
    people = list[dict[str, Any]]()
    if holdout is not None:
        written, people = holdout.split(campaign, rows)
        left_out[HELD_BACK] = len(rows) - len(written)
        receives = {row["contact_id"] for row in written}
        rows, fits = written, [client for client in fits if str(client.contact_id) in receives]
    example = (Names().first_name(fits[0].name) or "cliente", rows[0]["content"]) if fits else None
    return Frozen(
        rows,
        {reason: number for reason, number in left_out.items() if number},
        room.schedule([client.warmth for client in fits]),
        example,
        people,
    )


def _row(
    campaign: UUID, place: int, client: AudienceClient, sharing: Sequence[AudienceClient], text: str, business: str
) -> dict[str, Any]:
    id_ = recipient_id(campaign, client.phone_key or "")
    pets = [*client.pets, *(pet for other in sharing for pet in other.pets)]
    return {
        "id": str(id_),
        "position": place,
        "contact_id": str(client.contact_id),
        "other_contacts": [str(other.contact_id) for other in sharing],
        "pets": [str(pet.id) for pet in pets],
        "phone_key": client.phone_key,
        "phone": client.phone,
        "warmth": client.warmth,
        "content": client_message(id_, client.name, [pet.name for pet in pets], business, text),
    }


def changed_audience(rule: Mapping[str, Any], reading: Reading, found: Sequence[str] = ()) -> dict[str, Any]:
    """The rule of an audience after a change; `found` are the ids of the clients that it names."""
    changed = dict(rule)
    if reading.kind in (Kind.FIRST, Kind.ONLY):
        changed["only"] = list(found)
    elif reading.kind is Kind.EXCEPT:
        changed["except"] = sorted({*changed.get("except", ()), *found})
    elif reading.kind is Kind.ONLY_VIP:
        changed["audience"] = "vip"
    return changed


def percentages(text: str) -> list[str]:
    """The percentages of a text, as written."""
    return [f"{number}%" for number in _PERCENT.findall(text)]


def with_percent(text: str, percent: int) -> str:
    """A text with its only percentage changed."""
    return _PERCENT.sub(f"{percent}%", text)
