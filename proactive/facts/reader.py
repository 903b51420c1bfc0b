"""The facts of one message: one request, computed by the database function of the message's type."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from supabase import Client

from proactive.facts.requests import failures_told, fetch
from proactive.messages import (
    BirthdaysFacts,
    CustomCampaignFacts,
    DailySummaryFacts,
    Facts,
    InactiveClientsFacts,
    LowOccupancyFacts,
    MessageType,
    Occurrence,
    OpportunitiesFacts,
    Reading,
)

_FACTS: Mapping[MessageType, type[Facts]] = {
    MessageType.DAILY_SUMMARY: DailySummaryFacts,
    MessageType.INACTIVE_CLIENTS: InactiveClientsFacts,
    MessageType.BIRTHDAYS: BirthdaysFacts,
    MessageType.OPPORTUNITIES: OpportunitiesFacts,
    MessageType.LOW_OCCUPANCY: LowOccupancyFacts,
    MessageType.CUSTOM_CAMPAIGN: CustomCampaignFacts,
}
#: What a job's data may decide; the settings decide everything else.
_FROM_DATA = ("days", "campaign_type", "target_audience", "message")


class FactsReader:
    """Reads what one attempt at a message needs to know.

    `options` are the settings that the facts depend on (`Settings.options()`); what is missing has the
    specification's default.
    """

    def __init__(self, supabase: Client, options: Mapping[str, Any]) -> None:
        self._supabase = supabase
        self._options = dict(options)

    def read(self, occurrence: Occurrence, now: dt.datetime, data: Mapping[str, Any]) -> Reading:
        """Everything about one occurrence as of `now` (aware), in one request.

        `data` is the job's validated data: `days`; `campaign_type`, `target_audience`, `message`. `facts`
        of the answer is of the type's own class.

        Raises:
            ValueError: `now` has no time zone.
            SupabaseError: Supabase cannot be read, or not understood; the message holds no data.
        """
        if now.tzinfo is None:
            raise ValueError("now must be aware: it has no time zone.")
        arguments = {
            "p_organization": str(occurrence.organization_id),
            "p_owner": str(occurrence.owner_number_id),
            "p_message": str(occurrence.id),
            "p_now": now.isoformat(),
            "p_options": self._options | _chosen(data),
        }
        answer = fetch(self._supabase.rpc(f"aurora_proactive_{occurrence.type}", arguments))
        with failures_told():
            return _reading(occurrence.type, answer)


def _chosen(data: Mapping[str, Any]) -> dict[str, Any]:
    return {name: data[name] for name in _FROM_DATA if data.get(name) is not None}


def _reading(type_: MessageType, answer: Any) -> Reading:
    if not isinstance(answer, dict):
        raise ValueError("not an object")
    facts = answer.get("facts")
    known = None if facts is None else _FACTS[type_].model_validate(facts)
    return Reading.model_validate({**answer, "facts": known})
