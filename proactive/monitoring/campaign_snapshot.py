"""The snapshot of all campaigns: by state, by what pauses them, and what came of their clients."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from proactive.campaigns.states import Status
from proactive.campaigns.wording import CAUSES_OF_PAUSE, REASONS
from proactive.storage.answers import count, texts

#: The words that stand for all that a newer or an older worker wrote.
OTHER = "other"
#: What pauses a campaign; `owner` is a person's doing.
PAUSE_CAUSES = ("owner", *CAUSES_OF_PAUSE, OTHER)
#: What pauses all campaigns of a number: the breaker's causes.
NUMBER_CAUSES = ("refused", "undelivered", "throttled", "gateway", OTHER)
CLIENT_STATES = ("pending", "sent", "failed", "skipped")
#: Why a client of a campaign got nothing.
UNSENT_REASONS = (*REASONS, OTHER)


def _none(names: Collection[str]) -> Mapping[str, int]:
    return dict.fromkeys(names, 0)


@dataclass(frozen=True, slots=True)
class CampaignSnapshot:
    """Campaigns of all organisations; those that are over count for a day.

    `campaigns` by state, `paused` by the cause of the pause, `clients` of confirmed ones by status, `unsent` those of
    them that got nothing, by reason, `numbers` those that the breaker pauses, by its cause. `instances` have a live
    campaign that was confirmed more than a minute ago.
    """

    campaigns: Mapping[str, int] = field(default_factory=lambda: _none(list(Status)))
    paused: Mapping[str, int] = field(default_factory=lambda: _none(PAUSE_CAUSES))
    clients: Mapping[str, int] = field(default_factory=lambda: _none(CLIENT_STATES))
    unsent: Mapping[str, int] = field(default_factory=lambda: _none(UNSENT_REASONS))
    numbers: Mapping[str, int] = field(default_factory=lambda: _none(NUMBER_CAUSES))
    instances: tuple[str, ...] = ()


def campaign_snapshot(found: Mapping[str, Any]) -> CampaignSnapshot:
    """The snapshot that the database answered. Raises KeyError, ValueError where it is of another shape."""
    return CampaignSnapshot(
        _known(found["campaigns"], list(Status)), _known(found["paused"], PAUSE_CAUSES),
        _known(found["clients"], CLIENT_STATES), _known(found["unsent"], UNSENT_REASONS),
        _known(found["numbers"], NUMBER_CAUSES), tuple(texts(found["instances"])),
    )  # fmt: skip


def _known(counts: Mapping[str, Any], names: Collection[str]) -> Mapping[str, int]:
    """The counts of these names; what has another name counts as `other`, where there is such."""
    known = dict.fromkeys(map(str, names), 0)
    for name, number in counts.items():
        place = name if name in known else OTHER
        if place in known:
            known[place] += count(number)
    return known
