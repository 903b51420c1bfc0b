"""What came of the demo's campaign: the gateway's log held against the rows."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from uuid import UUID

import psycopg
from psycopg.rows import dict_row

from sandbox.demo.conversation import FOOTER
from sandbox.demo.six import DemoFailed
from sandbox.gateway.client import Sandbox

_CAMPAIGN = """
  select id, status, frozen, reported_at is not null as reported from aurora_proactive_campaigns
   where organization_id = %s and confirmed_at is not null
"""
_RECIPIENTS = """
  select status, metadata ->> 'gateway_message_id' as id from aurora_proactive_campaign_recipients
   where campaign_id = %s
"""
_OPT_OUTS = "select count(*) from aurora_proactive_opt_outs where organization_id = %s and level = 'sure'"
_REPORTED = re.compile(r"Enviadas: (\d+) de (\d+)")


@dataclass(frozen=True, slots=True)
class CampaignResult:
    """How many clients the campaign was for, how many got it, each once, and how many want no more."""

    recipients: int
    received: int
    opted_out: int


def result_of(dsn: str, sandbox: Sandbox, instance: str, organization: UUID, report: str) -> CampaignResult:
    """Hold the report, the rows and what the gateway accepted against each other.

    Raises:
        DemoFailed: they differ, somebody got it twice, or the campaign has not ended.
    """
    with psycopg.connect(dsn, row_factory=dict_row) as connection:
        campaign = connection.execute(_CAMPAIGN, [organization]).fetchone()
        if campaign is None or campaign["status"] != "stopped" or not campaign["reported"]:
            raise DemoFailed(f"The campaign was to be stopped and reported, and is {campaign}")
        rows = connection.execute(_RECIPIENTS, [campaign["id"]]).fetchall()
        opted_out = connection.execute(_OPT_OUTS, [organization]).fetchone()
    accepted = [each for each in sandbox.messages(instance=instance) if each["text"].endswith(FOOTER)]
    sent = {row["id"] for row in rows if row["status"] == "sent"}
    if sent != {each["gateway_message_id"] for each in accepted}:
        raise DemoFailed("The rows and the gateway's log differ: see the inbox")
    if twice := [number for number, times in Counter(each["number"] for each in accepted).items() if times > 1]:
        raise DemoFailed(f"{len(twice)} got it more than once: see the inbox")
    told = _REPORTED.search(report)
    if told is None or [int(each) for each in told.groups()] != [len(sent), campaign["frozen"]]:
        raise DemoFailed(f"The report says something else than the {len(sent)} of {campaign['frozen']} in the log")
    return CampaignResult(campaign["frozen"], len(sent), opted_out["count"] if opted_out else 0)
