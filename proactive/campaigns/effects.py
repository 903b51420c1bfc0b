"""Reads what campaigns bring, counts what was booked, and switches measuring on and off."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from proactive.campaigns.effect import CampaignEffect, MeasuredCampaign, effect_of
from proactive.model.author import Author, signed
from proactive.storage.answers import count, flag, row
from proactive.storage.supabase import Database


class CampaignEffects:
    """Reads what campaigns bring, and switches measuring on and off. Every method raises SupabaseError where Supabase
    is away or not understood."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, organization: UUID, now: dt.datetime) -> CampaignEffect:
        """What an organisation's campaigns bring, as of `now`: all of them, whatever a page's period is."""
        arguments = {"p_organization": str(organization), "p_now": now.isoformat()}
        found = self._database.call("aurora_proactive_campaign_effect", arguments, row)
        campaigns = [MeasuredCampaign.model_validate(each) for each in found["campaigns"]]
        share = found["share"]
        return effect_of(campaigns, None if share is None else float(share), int(found["held_then_written"]))

    def settle(self, now: dt.datetime) -> int:
        """Keep what those booked whose window has closed, of every organisation; how many they are."""
        return self._database.call(
            "aurora_proactive_settle_people", {"p_organization": None, "p_now": now.isoformat()}, count
        )

    def measure(self, organization: UUID, share: float | None, author: Author) -> bool:
        """Write to `share` (0.9 or 0.8) of each audience from now on; None: to all. False: it has not accepted to
        write to its clients yet."""
        arguments = {"p_organization": str(organization), "p_share": share, **signed(author)}
        return self._database.call("aurora_proactive_measure_effect", arguments, flag)
