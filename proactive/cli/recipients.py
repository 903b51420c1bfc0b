"""The organisation and owner that a command is about: given, or asked for on a terminal."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import questionary
from pydantic.alias_generators import to_camel

from proactive.cli.arguments import given_data, uuid_argument
from proactive.errors import InvalidInput
from proactive.facts.organizations import Organizations, OwnerEntry
from proactive.message_types.base import MessageType, Prompt
from proactive.message_types.registry import check_data, find_message_type
from proactive.model.zones import zone_info


@dataclass(frozen=True, slots=True)
class ChosenRecipient:
    """An owner of an organisation, and the zone in which its days begin."""

    organization: UUID
    owner: UUID
    zone: ZoneInfo


def on_terminal() -> bool:
    """Whether there is a person to ask."""
    return all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stdout))


def choose_recipient(options: argparse.Namespace, directory: Organizations) -> ChosenRecipient:
    """The owner that the options name, or that the person at the terminal chooses.

    Raises:
        InvalidInput: something is missing and nobody can be asked, or what was given does not exist.
        SupabaseError: Supabase cannot be read.
    """
    organization = choose_organization(options, directory)
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


def choose_organization(options: argparse.Namespace, directory: Organizations) -> UUID:
    """The organisation that the options name, or that the person chooses. Raises like `choose_recipient`."""
    if options.organization is not None:
        return uuid_argument("--organization", options.organization)
    _need_terminal("--organization ID")
    choices = [
        questionary.Choice(f"{entry.name} ({entry.timezone})", entry.id)
        for entry in directory.organizations()
        if entry.is_active
    ]
    return UUID(str(_choose("Which organisation?", choices)))


def requested_message(options: argparse.Namespace) -> tuple[MessageType, dict[str, Any]]:
    """The message type that the options name, and its data, validated.

    Raises:
        InvalidInput: there is no such type, or its data are missing or wrong.
    """
    message_type = find_message_type(options.type)
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
            _need_terminal(f"{prompt.option} {'|'.join(prompt.choices) or prompt.metavar}")
        answer = _ask(prompt, empty=not required)
        data |= {to_camel(name): answer} if answer else {}
    return data


def _ask(prompt: Prompt, *, empty: bool) -> Any:
    if prompt.choices:
        return _choose(prompt.question, [questionary.Choice(words, value) for value, words in prompt.choices.items()])
    return _answer(questionary.text(prompt.question), empty=empty)


def _ask_owner(owners: Sequence[OwnerEntry]) -> UUID:
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
    try:
        answer = question.ask()
    except EOFError:  # the terminal was closed
        answer = None
    if answer is None or (answer == "" and not empty):
        raise InvalidInput("nothing was chosen, nothing was done")
    return answer
