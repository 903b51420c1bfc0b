"""aurora pause, resume and paused: stop one organisation, one message type or everything for a while, and go on.

They also list the instances that WhatsApp's answers have stopped, and let one send again.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

import click

from proactive.app import Application, application
from proactive.cli.arguments import optional_type, optional_uuid
from proactive.cli.asking import ask_text, choose, on_terminal
from proactive.cli.commands import command, json_option
from proactive.cli.names import names_of
from proactive.cli.paused import pause, release, resume, show_paused
from proactive.cli.recipients import choose_organization
from proactive.errors import InvalidInput
from proactive.message_types.registry import MESSAGE_TYPES

_WHAT = "say what: --organization ID, --type TYPE, both, or --everything"
_organization = click.option("--organization", metavar="ID", help="Only this organisation.")
_type = click.option("--type", "type_", metavar="TYPE", help="Only this message type.")
_everything = click.option("--everything", is_flag=True, help="All organisations, all types.")


@command("pause", "  aurora pause --organization ID --reason 'asked by the owner'\n"
         "  aurora pause --type birthdays --reason 'wrong text'\n  aurora pause --everything --reason 'incident 42'\n"
         "  aurora pause                        asks what, on a terminal")  # fmt: skip
@_organization
@_type
@_everything
@click.option("--reason", metavar="TEXT", help="Why, for whoever finds it paused.")
@json_option
def pause_command(
    organization: str | None, type_: str | None, everything: bool, reason: str | None, as_json: bool
) -> int:
    """Pause sending of an organisation, a type or everything; it survives restarts."""
    app = application()
    organization_id, type_name = optional_uuid("--organization", organization), optional_type(type_)
    if organization_id is None and type_name is None and not everything:
        if not on_terminal():
            raise InvalidInput(_WHAT)
        organization_id, type_name = _asked_what(app)
        reason = reason or ask_text("Why? Whoever finds it paused will read this:")
    return pause(app, organization_id, type_name, reason, as_json=as_json)


@command("resume", "  aurora resume --organization ID\n  aurora resume --everything\n"
         "  aurora resume --instance NAME        one that WhatsApp's answers had stopped\n"
         "  aurora resume                        asks which, on a terminal")  # fmt: skip
@_organization
@_type
@_everything
@click.option("--instance", metavar="NAME", help="Let an instance send again that is stopped.")
@json_option
def resume_command(
    organization: str | None, type_: str | None, everything: bool, instance: str | None, as_json: bool
) -> int:
    """Send again: what was paused by hand, or an instance that was stopped."""
    app = application()
    organization_id, type_name = optional_uuid("--organization", organization), optional_type(type_)
    if instance is None and organization_id is None and type_name is None and not everything:
        if not on_terminal():
            raise InvalidInput(f"{_WHAT}; or --instance NAME; `aurora paused` lists what is")
        organization_id, type_name, instance = _asked_which(app)
    if instance is not None:
        return release(app, instance, as_json=as_json)
    return resume(app, organization_id, type_name, as_json=as_json)


@command("paused", "  aurora paused --json")
@json_option
def paused_command(as_json: bool) -> int:
    """List what is paused, and the instances that are stopped."""
    return show_paused(application(), as_json=as_json)


def _asked_what(app: Application) -> tuple[UUID | None, str | None]:
    kinds = [("an organisation", "organization"), ("a message type", "type"), ("everything", "everything")]
    kind = choose("What is to be paused?", kinds, _WHAT, "")
    if kind == "organization":
        return choose_organization(None, app.organizations), None
    types = [(f"{name} ({type_.label})", name) for name, type_ in MESSAGE_TYPES.items()]
    return None, str(choose("Which type?", types, _WHAT, "")) if kind == "type" else None


def _asked_which(app: Application) -> tuple[UUID | None, str | None, str | None]:
    pauses, stopped = app.pauses.listed(), app.breakers.stopped(None)
    names = names_of(app.database, [each.organization_id for each in pauses if each.organization_id])
    choices: list[tuple[str, Any]] = [
        (f"{names.organization(each.organization_id)}, {each.type or 'every type'}: {each.reason}",
         (each.organization_id, each.type, None))
        for each in pauses
    ]  # fmt: skip
    choices += [(f"instance {each.name} ({each.cause})", (None, None, each.name)) for each in stopped]
    found: tuple[UUID | None, str | None, str | None] = choose("What goes on?", choices, _WHAT, "Nothing is paused.")
    return found
