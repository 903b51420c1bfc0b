"""scripts/campaign.py: which campaigns there are, how one stands, and stopping one. It names no client."""

from __future__ import annotations

import argparse
import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

from proactive.app import Application, application
from proactive.campaigns.by_hand_turns import Person, StepRefused
from proactive.campaigns.offers import campaign_name
from proactive.campaigns.reading import STATE_GROUPS, CampaignReading
from proactive.cli import arguments
from proactive.cli.streams import say
from proactive.errors import InvalidInput
from proactive.jobs.telling import by_hand_of

_EXAMPLES = """\
  python scripts/campaign.py list                             those on their way
  python scripts/campaign.py list --state over --organization ID
  python scripts/campaign.py show CAMPAIGN
  python scripts/campaign.py stop CAMPAIGN                    for good; nobody else is written to"""
_MOST = 200
_NONE = "there is no campaign {id}: python scripts/campaign.py list --state all names them"


def main() -> int:
    """List campaigns, show one, or stop one."""
    options = _options()
    app = application()
    if options.action == "list":
        return _list(app, options)
    if options.campaign is None:
        raise InvalidInput(f"say which: python scripts/campaign.py {options.action} CAMPAIGN; list names them")
    campaign = arguments.uuid_argument("CAMPAIGN", options.campaign)
    return _show(app, campaign) if options.action == "show" else _stop(app, campaign)


def _options() -> argparse.Namespace:
    parser = arguments.parser("List campaigns to clients, show one, or stop one for good.", _EXAMPLES)
    parser.add_argument("action", choices=("list", "show", "stop"))
    parser.add_argument("campaign", nargs="?", metavar="CAMPAIGN", help="the campaign's id, for show and stop")
    parser.add_argument("--organization", metavar="ID", help="list: only this organisation's")
    parser.add_argument(
        "--state",
        default="live",
        choices=(*STATE_GROUPS, "all"),
        help="list: which of them; live are on their way",
    )
    return parser.parse_args()


def _list(app: Application, options: argparse.Namespace) -> int:
    if options.campaign is not None:
        raise InvalidInput("list takes no campaign: python scripts/campaign.py show CAMPAIGN shows one")
    organization = arguments.optional_uuid("--organization", options.organization)
    if organization is not None and app.organizations.owners(organization) is None:
        raise InvalidInput(f"there is no organisation {organization}")
    rows = CampaignReading(app.database).campaigns(organization, STATE_GROUPS.get(options.state), None, _MOST + 1)
    titles = ("campaign", "name", "organisation", "organisation's id", "state", "sent", "starts (UTC)")
    shown = [
        (row["id"], _name(row), row["organization"] or "gone", row["organization_id"], _state(row), _sent(row),
         _moment(row["starts_at"]))
        for row in rows[:_MOST]
    ]  # fmt: skip
    say(arguments.table(titles, shown) if shown else "There is no such campaign.")
    if len(rows) > _MOST:
        say(f"These are the newest {_MOST}: --organization and --state show fewer.")
    return 0


def _show(app: Application, campaign: UUID) -> int:
    row = CampaignReading(app.database).campaign(campaign, dt.datetime.now(dt.UTC))
    if row is None:
        raise InvalidInput(_NONE.format(id=campaign))
    say(arguments.table(("", ""), list(_facts(row))))
    say(arguments.table(("step (UTC)", "from", "to", "revision"), [
        (_moment(step["at"]), step["was"] or "-", step["became"], step["revision"]) for step in row["steps"]
    ]))  # fmt: skip
    return 0


def _facts(row: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    figures = row["figures"]
    yield "campaign", f"{_name(row)} ({row['id']})"
    yield "organisation", f"{row['organization'] or 'gone'} ({row['organization_id']})"
    yield "instance", row["instance_name"] or "none"
    yield "state", _state(row)
    yield "revision", f"{row['revision']}, for {row['frozen'] or 0} clients; told: {row['told'] or 0}"
    yield "left out", _counts(row["left_out"])
    yield "starts (UTC)", _moment(row["starts_at"])
    yield "ends by (UTC)", _moment(row["send_until"])
    yield (
        "confirmed (UTC)",
        f"{_moment(row['confirmed_at'])} by {row['confirmed_by_name'] or '-'} ({row['via'] or '-'})",
    )
    yield (
        "sent",
        f"{figures['sent']} of {figures['number']}, {figures['pending']} waiting, {figures['unknown']} unknown",
    )
    yield "not sent", _counts(figures["reasons"])
    yield "came of it", f"{figures['answered']} answered, {figures['booked']} booked, {figures['opted_out']} opted out"
    yield "ended (UTC)", f"{_moment(row['ended_at'])} by {row['ended_by'] or '-'}"


def _stop(app: Application, campaign: UUID) -> int:
    found = app.campaigns.campaign(campaign)
    if found is None:
        raise InvalidInput(_NONE.format(id=campaign))
    try:
        by_hand = by_hand_of(app)
        stopped = by_hand.act("stop", found.organization_id, campaign, Person("api", "scripts/campaign.py"))
    except StepRefused:
        raise InvalidInput(f"it is {found.status} already: nothing is sent of it any more") from None
    if stopped is None:
        raise InvalidInput(_NONE.format(id=campaign))
    say(f"{stopped.status}: {stopped.id}, {stopped.count('sent')} of {stopped.frozen or 0} had it")
    return 0


def _name(row: Mapping[str, Any]) -> str:
    return campaign_name(row["source"], row["option"], row["campaign_type"])


def _state(row: Mapping[str, Any]) -> str:
    cause = row["pause_cause"] if row["status"] == "paused" else None
    return f"{row['status']} ({cause})" if cause else str(row["status"])


def _sent(row: Mapping[str, Any]) -> str:
    return f"{row['counts'].get('sent', 0)} of {row['frozen'] or 0}"


def _counts(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{number} {reason}" for reason, number in sorted(counts.items())) or "nobody"


def _moment(at: str | None) -> str:
    return f"{dt.datetime.fromisoformat(at).astimezone(dt.UTC):%Y-%m-%d %H:%M}" if at else "-"
