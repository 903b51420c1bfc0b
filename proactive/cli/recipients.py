"""Which organisation and owner a command is about: given, or asked for on a terminal."""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import questionary

from proactive.cli.arguments import uuid_argument
from proactive.errors import InvalidInput
from proactive.facts.organizations import Organizations, OwnerEntry
from proactive.message_types.registry import MessageKind
from proactive.model.occurrence import Audience, MessageType

_ASKED = {
    Audience.INACTIVE: "clients who stopped coming (inactive)",
    Audience.VIP: "VIP clients (vip)",
    Audience.ALL: "every client (all)",
}


@dataclass(frozen=True, slots=True)
class ChosenRecipient:
    """An owner of an organisation, and the zone in which its days begin."""

    organization: UUID
    owner: UUID
    zone: ZoneInfo


def on_terminal() -> bool:
    """Whether there is a person to ask."""
    return sys.stdin.isatty() and sys.stdout.isatty()


def choose_recipient(options: argparse.Namespace, directory: Organizations) -> ChosenRecipient:
    """The owner that the options name, or that the person at the terminal chooses.

    Raises:
        InvalidInput: something is missing and nobody can be asked, or what was given does not exist.
        SupabaseError: Supabase cannot be read.
    """
    organization = choose_organization(options, directory)
    zone = directory.organization_zone(organization)
    if zone is None:
        raise InvalidInput("--organization: there is no organisation of that id")
    owners = directory.owners(organization)
    if options.owner is None:
        owner = _ask_owner(owners)
    else:
        owner = uuid_argument("--owner", options.owner)
        if owner not in {entry.id for entry in owners}:
            raise InvalidInput("--owner: that organisation has no owner of that id (a row of owner_numbers)")
    return ChosenRecipient(organization, owner, ZoneInfo(zone))


def choose_organization(options: argparse.Namespace, directory: Organizations) -> UUID:
    """The organisation that the options name, or that the person chooses. Raises like `find_addressee`."""
    if options.organization is not None:
        return uuid_argument("--organization", options.organization)
    _need_terminal("--organization ID")
    choices = [
        questionary.Choice(f"{entry.name} ({entry.timezone})", entry.id)
        for entry in directory.organizations()
        if entry.is_active
    ]
    return UUID(str(_choose("Which organisation?", choices)))


def complete_data(kind: MessageKind, data: dict[str, Any]) -> dict[str, Any]:
    """The data, with what a campaign needs asked for on a terminal.

    Raises:
        InvalidInput: something is missing and nobody can be asked.
    """
    if kind.type is not MessageType.CUSTOM_CAMPAIGN:
        return data
    asked = not {"targetAudience", "target_audience"} & data.keys()
    if not {"campaignType", "campaign_type"} & data.keys():
        _need_terminal("--campaign-type TEXT")
        data["campaignType"] = _answer(questionary.text("What kind of campaign is it? (for example promocional)"))
    if asked:
        _need_terminal("--audience inactive|vip|all")
        choices = [questionary.Choice(words, str(audience)) for audience, words in _ASKED.items()]
        data["targetAudience"] = _choose("Whom is it for?", choices)
        if "message" not in data:
            message = _answer(questionary.text("The text for the clients (empty: Aurora suggests one)"), empty=True)
            data |= {"message": message} if message else {}
    return data


def _ask_owner(owners: list[OwnerEntry]) -> UUID:
    _need_terminal("--owner ID")
    choices = [
        questionary.Choice(f"{entry.name or 'without a name'} ({str(entry.id)[:8]})", entry.id)
        for entry in owners
        if entry.aurora_enabled
    ]
    return UUID(str(_choose("Which owner?", choices)))


def _need_terminal(what: str) -> None:
    if not on_terminal():
        raise InvalidInput(f"{what} is missing (on a terminal it would be asked for)")


def _choose(question: str, choices: list[questionary.Choice]) -> Any:
    if not choices:
        raise InvalidInput("there is nothing to choose from: no active organisation, or no enabled owner")
    return _answer(questionary.select(question, choices=choices))


def _answer(question: questionary.Question, *, empty: bool = False) -> Any:
    answer = question.ask()
    if answer is None or (answer == "" and not empty):
        raise InvalidInput("nothing was chosen, nothing was done")
    return answer
