"""The organisation, the owner and the message that a command is about: given, or asked for on a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from pydantic.alias_generators import to_camel

from proactive.cli.arguments import uuid_argument
from proactive.cli.asking import ask_text, choose, need_terminal
from proactive.cli.message_options import MessageOptions, given_data
from proactive.errors import InvalidInput
from proactive.facts.organizations import Organizations, OwnerEntry
from proactive.message_types.base import MessageType, Prompt
from proactive.message_types.registry import BY_HAND, check_data, find_message_type
from proactive.model.zones import zone_info


@dataclass(frozen=True, slots=True)
class ChosenRecipient:
    """An owner of an organisation, and the zone in which its days begin."""

    organization: UUID
    owner: UUID
    zone: ZoneInfo


def choose_recipient(options: MessageOptions, directory: Organizations) -> ChosenRecipient:
    """The owner that the options name, or that the person at the terminal chooses.

    Raises:
        InvalidInput: something is missing and nobody can be asked, or what was given does not exist.
        SupabaseError: Supabase cannot be read.
    """
    organization = choose_organization(options.organization, directory)
    found = directory.owners(organization)
    if found is None:
        raise InvalidInput("--organization: there is no organisation of that id")
    if options.owner is None:
        owner = _ask_owner(found.entries)
    else:
        owner = uuid_argument("--owner", options.owner)
        if owner not in found.owners:
            raise InvalidInput("--owner: that organisation has no owner of that id (a row of owner_numbers)")
    return ChosenRecipient(organization, owner, zone_info(found.timezone))


def choose_organization(given: str | None, directory: Organizations) -> UUID:
    """The organisation of that id, or the one that the person chooses. Raises like `choose_recipient`."""
    if given is not None:
        return uuid_argument("--organization", given)
    need_terminal("--organization ID")
    choices = [(f"{entry.name} ({entry.timezone})", entry.id) for entry in directory.organizations() if entry.is_active]
    return UUID(
        str(choose("Which organisation?", choices, "--organization ID", "there is no active organisation to choose"))
    )


def requested_message(options: MessageOptions) -> tuple[MessageType, dict[str, Any]]:
    """The message type that the options name, or that the person chooses, and its data, validated.

    Raises:
        InvalidInput: there is no such type, or its data are missing or wrong.
    """
    message_type = find_message_type(_ask_type() if options.type is None else options.type)
    return message_type, check_data(message_type, complete_data(message_type, given_data(options)))


def complete_data(type_: MessageType, data: dict[str, Any]) -> dict[str, Any]:
    """The data, with what is missing asked for on a terminal; optional parameters only where others were asked for.

    Raises:
        InvalidInput: something is missing and nobody can be asked.
    """
    missing = [name for name in type_.prompts if not {name, to_camel(name)} & data.keys()]
    if not any(type_.data.model_fields[name].is_required() for name in missing):
        return data
    for name in missing:
        prompt, required = type_.prompts[name], type_.data.model_fields[name].is_required()
        if required:
            need_terminal(f"{prompt.option} {'|'.join(prompt.choices) or prompt.metavar}")
        answer = _ask(prompt, empty=not required)
        data |= {to_camel(name): answer} if answer else {}
    return data


def _ask_type() -> str:
    choices = [(f"{name} ({type_.label})", name) for name, type_ in BY_HAND.items()]
    what = f"TYPE ({', '.join(BY_HAND)})"
    return str(choose("Which message?", choices, what, "there is no message type"))


def _ask(prompt: Prompt, *, empty: bool) -> Any:
    if prompt.choices:
        choices = [(words, value) for value, words in prompt.choices.items()]
        return choose(prompt.question, choices, prompt.option, "there is nothing to choose")
    return ask_text(prompt.question, empty=empty)


def _ask_owner(owners: Sequence[OwnerEntry]) -> UUID:
    choices = [
        (f"{entry.name or 'without a name'} ({str(entry.id)[:8]})", entry.id)
        for entry in owners
        if entry.aurora_enabled
    ]
    return UUID(str(choose("Which owner?", choices, "--owner ID", "it has no owner with Aurora switched on")))
