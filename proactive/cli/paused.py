"""Pausing and resuming, and what is paused: what `aurora pause` and scripts/pause.py have in common."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from proactive.app import Application
from proactive.cli.names import DisplayNames, names_of
from proactive.cli.signing import author
from proactive.cli.streams import say, say_json
from proactive.cli.tables import table
from proactive.errors import InvalidInput
from proactive.records.breakers import StoppedInstance
from proactive.records.pauses import PauseEntry


def pause(app: Application, organization: UUID | None, type_: str | None, reason: str | None, *, as_json: bool) -> int:
    """Pause and say so. Raises InvalidInput, SupabaseError."""
    if not reason:
        raise InvalidInput("--reason is missing: the operator who finds it paused will want to know why")
    if organization is not None and app.organizations.owners(organization) is None:
        raise InvalidInput(f"there is no organisation {organization}")
    app.pauses.pause(organization, type_, reason, author())
    return _done(app, "paused", organization, type_, as_json=as_json)


def resume(app: Application, organization: UUID | None, type_: str | None, *, as_json: bool) -> int:
    """Resume exactly that and say so. Raises InvalidInput, SupabaseError."""
    if not app.pauses.resume(organization, type_, author()):
        raise InvalidInput("exactly that is not paused: `aurora paused` lists what is")
    return _done(app, "resumed", organization, type_, as_json=as_json)


def release(app: Application, instance: str, *, as_json: bool = False) -> int:
    """Let a stopped instance send again and say so. Raises InvalidInput, SupabaseError."""
    if not app.breakers.release(instance, author=author()):
        raise InvalidInput("no instance of that name is stopped: `aurora paused` lists them")
    if as_json:
        say_json({"released": instance})
    else:
        say(f"released: {instance}")
    return 0


def show_paused(app: Application, *, as_json: bool = False) -> int:
    """Print the pauses and the stopped instances. Raises SupabaseError."""
    pauses, stopped = app.pauses.listed(), app.breakers.stopped(None)
    organizations = [each.organization_id for each in pauses if each.organization_id]
    organizations += [each.organization_id for each in stopped]
    names = names_of(app.database, organizations)
    if as_json:
        say_json({
            "paused": [_as_json(each, names) for each in pauses],
            "stopped": [{"instance": each.name, "organization_id": str(each.organization_id), "cause": each.cause,
                         "until": each.known_until.isoformat(), "new_until": each.new_until.isoformat()}
                        for each in stopped],
        })  # fmt: skip
        return 0
    _show(pauses, names)
    _show_stopped(stopped, names)
    return 0


def _done(app: Application, what: str, organization: UUID | None, type_: str | None, *, as_json: bool) -> int:
    if as_json:
        say_json({what: {"organization_id": str(organization) if organization else None, "type": type_}})
        return 0
    named = names_of(app.database, [organization]).organization(organization) if organization else None
    whose = f"{named} ({organization})" if organization else "every organisation"
    say(f"{what}: {type_ or 'every message type'} of {whose}")
    return 0


def _as_json(each: PauseEntry, names: DisplayNames) -> dict[str, Any]:
    whose = str(each.organization_id) if each.organization_id else None
    return {
        "organization_id": whose, "organization": names.organization(whose) if whose else None, "type": each.type,
        "since": each.since.isoformat(), "reason": each.reason,
    }  # fmt: skip


def _show(pauses: Sequence[PauseEntry], names: DisplayNames) -> None:
    rows = [
        (names.organization(pause.organization_id), pause.type or "every", f"{pause.since:%Y-%m-%d %H:%M}",
         pause.reason, pause.organization_id or "")
        for pause in pauses
    ]  # fmt: skip
    titles = ("organisation", "type", "since (UTC)", "reason")
    say(table(titles, rows, ("organisation's id",)) if rows else "Nothing is paused.")


def _show_stopped(instances: Sequence[StoppedInstance], names: DisplayNames) -> None:
    until = "%Y-%m-%d %H:%M"
    rows = [
        (one.name, one.cause, one.known_until.strftime(until), one.new_until.strftime(until),
         names.organization(one.organization_id), one.organization_id)
        for one in instances
    ]  # fmt: skip
    titles = ("stopped instance", "cause", "until (UTC)", "for new contacts until", "organisation")
    if rows:
        say(table(titles, rows, ("organisation's id",)))
