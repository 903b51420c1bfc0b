"""The store of the pump: its database functions, one method each."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, Literal
from uuid import UUID

from proactive.campaigns.halts import HaltingStore, Halts
from proactive.campaigns.options import CampaignOptions
from proactive.campaigns.pump_view import HandedView, PumpView
from proactive.message_types.campaign_message import TYPE
from proactive.storage.answers import count, nothing, optional_row, row, texts
from proactive.storage.supabase import Database

#: The words that pause campaigns, beside a pause of everything.
_PAUSED_BY = ["campaign", TYPE.name]


class PumpStore(HaltingStore):
    """What a pump reads and writes. Every method raises SupabaseError where Supabase is away or not understood."""

    def __init__(self, database: Database, halts: Halts, options: CampaignOptions) -> None:
        super().__init__(database, halts)
        self._options = options

    def pumps(self, now: dt.datetime) -> list[str]:
        """The instances that have something to do for campaigns."""
        return self._database.call("aurora_proactive_pumps", {"p_now": now.isoformat()}, texts)

    def view(self, instance: str, now: dt.datetime) -> PumpView:
        """How an instance and its campaigns stand."""
        arguments = {
            "p_instance": instance, "p_types": _PAUSED_BY, "p_slot_minutes": self._options.slot_minutes,
            "p_now": now.isoformat(),
        }  # fmt: skip
        return self._database.call(
            "aurora_proactive_pump_view", arguments, lambda answer: PumpView.model_validate(row(answer))
        )

    def pick(
        self, instance: str, campaign: UUID, warmths: Sequence[str], last: HandedView | None, now: dt.datetime
    ) -> tuple[UUID | None, int] | None:
        """Hand over the next recipient of one of the warmths, if `last` is still who was handed over last.

        The recipient, None where nobody is left, and how many were skipped on the way; None where another pump was
        faster, or the campaign does not run.
        """
        arguments = {
            "p_instance": instance, "p_campaign": str(campaign), "p_warmths": list(warmths),
            "p_expected": str(last.id) if last else None, "p_week": self._options.limits["week"],
            "p_month": self._options.limits["month"], "p_now": now.isoformat(),
        }  # fmt: skip
        found = self._database.call("aurora_proactive_pump_pick", arguments, optional_row)
        if found is None:
            return None
        return (UUID(found["id"]) if found.get("id") else None), int(found["skipped"])

    def keep_number(self, instance: str, change: Mapping[str, Any], event: str | None = None) -> None:
        """Change columns of an instance's health, and keep what befell it."""
        arguments = {"p_instance": instance, "p_change": dict(change), "p_event": event}
        self._database.call("aurora_proactive_keep_number", arguments, nothing)

    def reported(self, campaign: UUID, what: Literal["report", "follow_up"], now: dt.datetime) -> None:
        """Keep that a report was put on its way."""
        arguments = {"p_campaign": str(campaign), "p_what": what, "p_now": now.isoformat()}
        self._database.call("aurora_proactive_campaign_reported", arguments, nothing)

    def expire(self, now: dt.datetime) -> int:
        """Let offers and previews that are no longer valid expire; how many."""
        seconds = self._options.preview_lasts.total_seconds()
        arguments = {"p_preview_seconds": seconds, "p_now": now.isoformat()}
        return self._database.call("aurora_proactive_expire_campaigns", arguments, count)
