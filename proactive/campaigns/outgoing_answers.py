"""The answers on their way to an owner: each is an occurrence of its own, made of the reply that it answers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from proactive.campaigns.answers import AnswerName, ChoiceAnswerName, answer_text
from proactive.campaigns.subject import SubjectCandidate

#: How long a clarification may be answered.
_ANSWERED_WITHIN = dt.timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer to send to an owner. `key` makes its occurrence: the same answer to the same reply is one message.

    `name` is the answer's name in the product's rules, `campaign_ids` and `revision` what it speaks of, `valid_until`
    (aware) how long it may be answered. `wants` is what its message keeps of a change that it asks about. `hindrance`
    is what keeps every campaign from going out, where the answer says so: operators may be able to mend it.
    """

    organization_id: UUID
    owner_id: UUID
    timezone: str
    key: str
    name: AnswerName | ChoiceAnswerName
    text: str
    campaign_ids: tuple[UUID, ...]
    revision: int
    at: dt.datetime
    valid_until: dt.datetime
    wants: dict[str, Any] | None = None
    hindrance: str | None = None

    @property
    def data(self) -> dict[str, Any]:
        """The parameters of its message."""
        return {"text": self.text} | ({"wants": self.wants} if self.wants else {})


def answer_for(
    candidate: SubjectCandidate,
    cause: str,
    answer: AnswerName,
    now: dt.datetime,
    /,
    *,
    revision: int = 0,
    valid_until: dt.datetime | None = None,
    ids: tuple[UUID, ...] | None = None,
    wants: dict[str, Any] | None = None,
    hindrance: str | None = None,
    **values: object,
) -> Reply:
    """The answer of that name to the reply (or request) `cause` about a candidate, filled with `values`."""
    return Reply(
        organization_id=candidate.organization.id,
        owner_id=candidate.organization.owner.id,
        timezone=candidate.organization.timezone,
        key=f"{cause}:{answer}",
        name=answer,
        text=answer_text(answer, **_DEFAULTS.get(answer, {}) | values),
        campaign_ids=candidate.ids if ids is None else ids,
        revision=revision,
        at=now,
        valid_until=valid_until or now + _ANSWERED_WITHIN,
        wants=wants,
        hindrance=hindrance,
    )


def told_apart(replies: Iterable[Reply]) -> list[Reply]:
    """The answers to one reply, each an occurrence of its own.

    The same words about several campaigns (`Tudo bem, não envio.`) are one answer about all of them. Other words under
    one key get their campaign's id in it, but for the smallest: the keys do not depend on the order.
    """
    same: dict[tuple[UUID, str, str], Reply] = {}
    for reply in replies:
        kept = same.setdefault((reply.owner_id, reply.key, reply.text), reply)
        about = tuple(dict.fromkeys((*kept.campaign_ids, *reply.campaign_ids)))
        same[reply.owner_id, reply.key, reply.text] = replace(kept, campaign_ids=about)
    first: dict[tuple[UUID, str], UUID] = {}
    for reply in same.values():
        place = (reply.owner_id, reply.key)
        first[place] = min(first.get(place, _campaign(reply)), _campaign(reply))
    return [
        reply if _campaign(reply) == first[reply.owner_id, reply.key]
        else replace(reply, key=f"{reply.key}:{_campaign(reply)}")
        for reply in same.values()
    ]  # fmt: skip


def _campaign(reply: Reply) -> UUID:
    return min(reply.campaign_ids, default=UUID(int=0))


#: What most answers of a name leave out.
_DEFAULTS: dict[AnswerName, dict[str, object]] = {
    "T1": {"resumed": False, "example": None},
    "T2": {"no_images": False},
    "T7": {"asks": "else", "choices": (), "name": "", "problem": "", "length": 0, "percent": 0, "live": ""},
    "T9": {"removed": ""},
    "T15": {"cost": "", "live": False},
    "T16": {"owner": False},
}
