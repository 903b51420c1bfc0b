"""aurora campaign: which campaigns there are, how one stands, and stopping one. It names no client."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

import click

from proactive.app import Application, application
from proactive.campaigns.by_hand_turns import Person, StepRefused
from proactive.campaigns.offers import campaign_name
from proactive.campaigns.reading import STATE_GROUPS, CampaignReading
from proactive.cli import arguments
from proactive.cli.asking import choose, on_terminal
from proactive.cli.commands import AuroraGroup, json_option
from proactive.cli.signing import author
from proactive.cli.streams import say, say_json
from proactive.cli.tables import facts, table
from proactive.errors import InvalidInput
from proactive.jobs.telling import by_hand_of

EXAMPLES = """\
  {it} list                             those on their way
  {it} list --state over --organization ID
  {it} show CAMPAIGN
  {it} stop CAMPAIGN                    for good; nobody else is written to"""
_MOST = 200
_NONE = "there is no campaign {id}: `aurora campaign list --state all` names them"


@click.group("campaign", cls=AuroraGroup, examples=EXAMPLES.format(it="aurora campaign"), no_args_is_help=True)
def campaign_group() -> None:
    """List campaigns to clients, show one, or stop one for good."""


@campaign_group.command("list", examples="  aurora campaign list --state over --organization ID")
@click.option("--organization", metavar="ID", help="Only this organisation's.")
@click.option(
    "--state", type=click.Choice([*STATE_GROUPS, "all"]), default="live", help="Which; live are on their way."
)
@json_option
def list_command(organization: str | None, state: str, as_json: bool) -> int:
    """List campaigns, newest first."""
    app = application()
    organization_id = arguments.optional_uuid("--organization", organization)
    if organization_id is not None and app.organizations.owners(organization_id) is None:
        raise InvalidInput(f"there is no organisation {organization_id}")
    rows = _campaigns(app, organization_id, state)
    if as_json:
        say_json(rows[:_MOST])
        return 0
    titles, below = ("name", "organisation", "state", "sent", "starts (UTC)"), ("campaign", "organisation's id")
    shown = [
        (_name(row), row["organization"] or "gone", _state(row), _sent(row), _moment(row["starts_at"]), row["id"],
         row["organization_id"])
        for row in rows[:_MOST]
    ]  # fmt: skip
    say(table(titles, shown, below) if shown else "There is no such campaign.")
    if len(rows) > _MOST:
        say(f"These are the newest {_MOST}: --organization and --state show fewer.")
    return 0


@campaign_group.command("show", examples="  aurora campaign show CAMPAIGN")
@click.argument("campaign", required=False)
@json_option
def show_command(campaign: str | None, as_json: bool) -> int:
    """Show how a campaign stands, and every step that it took."""
    app = application()
    id = _campaign(app, campaign, "all", "show")
    row = CampaignReading(app.database).campaign(id, dt.datetime.now(dt.UTC))
    if row is None:
        raise InvalidInput(_NONE.format(id=id))
    if as_json:
        say_json(row)
        return 0
    say(facts(_facts(row)))
    steps = [(_moment(step["at"]), step["was"] or "-", step["became"], step["revision"]) for step in row["steps"]]
    say(table(("step (UTC)", "from", "to", "revision"), steps))
    return 0


@campaign_group.command("stop", examples="  aurora campaign stop CAMPAIGN")
@click.argument("campaign", required=False)
@json_option
def stop_command(campaign: str | None, as_json: bool) -> int:
    """Stop a campaign for good: nobody else is written to."""
    app = application()
    id = _campaign(app, campaign, "live", "stop")
    found = app.campaigns.campaign(id)
    if found is None:
        raise InvalidInput(_NONE.format(id=id))
    try:
        by_hand = by_hand_of(app)
        stopped = by_hand.act("stop", found.organization_id, id, Person("api", "scripts/campaign.py", signs=author()))
    except StepRefused:
        raise InvalidInput(f"it is {found.status} already: nothing is sent of it any more") from None
    if stopped is None:
        raise InvalidInput(_NONE.format(id=id))
    sent, number = stopped.count("sent"), stopped.frozen or 0
    if as_json:
        say_json({"id": str(stopped.id), "status": stopped.status, "sent": sent, "clients": number})
    else:
        say(f"{stopped.status}: {stopped.id}, {sent} of {number} had it")
    return 0


def _campaigns(app: Application, organization: UUID | None, state: str) -> list[Mapping[str, Any]]:
    return list(CampaignReading(app.database).campaigns(organization, STATE_GROUPS.get(state), None, _MOST + 1))


def _campaign(app: Application, given: str | None, state: str, action: str) -> UUID:
    """The campaign that was given, or that the person chooses."""
    if given is not None:
        return arguments.uuid_argument("CAMPAIGN", given)
    if not on_terminal():
        raise InvalidInput(f"say which: aurora campaign {action} CAMPAIGN; `aurora campaign list` names them")
    choices = [
        (f"{_name(row)}, {row['organization'] or 'gone'}: {_state(row)}", row["id"])
        for row in _campaigns(app, None, state)
    ]
    return UUID(str(choose("Which campaign?", choices, "CAMPAIGN", "There is no such campaign.")))


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
