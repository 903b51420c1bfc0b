"""aurora messages: find messages, see why they failed, send failed ones again, one or all of a reason."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from itertools import islice
from typing import Any
from uuid import UUID

import click
from click.shell_completion import CompletionItem

from proactive.app import Application, application
from proactive.cli.arguments import optional_type, optional_uuid, since, uuid_argument
from proactive.cli.asking import choose_several, confirm
from proactive.cli.commands import AuroraGroup, json_option
from proactive.cli.failed_messages import OTHER, FailedMessages, counted, may_repeat, reason_code
from proactive.cli.message_rows import facts_of, row_of
from proactive.cli.signing import author
from proactive.cli.streams import say, say_json
from proactive.cli.tables import facts, table
from proactive.errors import InvalidInput
from proactive.jobs.resend import resend
from proactive.model.failure_reasons import FailureReason
from proactive.records.queries import MessageFilter, MessageQueries
from proactive.storage.answers import Row

EXAMPLES = """\
  aurora messages                                     the newest
  aurora messages list --status failed --organization ID
  aurora messages show MESSAGE_ID
  aurora messages reasons --since 24h                 why messages failed, and how many
  aurora messages resend MESSAGE_ID
  aurora messages resend --reason instance_disconnected --since 24h --dry-run"""
_STATUSES = ("pending", "sent", "failed")
_HEADINGS, _BELOW = ("status", "type", "whom", "created (UTC)"), ("message", "reason")
_ASKED = 200


def _complete_reason(_: click.Context, __: click.Parameter, incomplete: str) -> list[CompletionItem]:
    return [CompletionItem(each.value) for each in FailureReason if each.value.startswith(incomplete)]


_organization = click.option("--organization", metavar="ID", help="Only this organisation's.")
_type = click.option("--type", "type_", metavar="TYPE", help="Only of this message type.")
_since = click.option("--since", "given_since", metavar="WHEN", default="7d", help="From then on: 24h, 7d (as if none"
                      " is given), or 2026-11-23T18:00Z.")  # fmt: skip
_reason = click.option("--reason", metavar="CODE", shell_complete=_complete_reason, help="Only failed for this reason.")
_limit = click.option("--limit", type=click.IntRange(1, 200), default=20, help="Messages at most (20).")


@click.group("messages", cls=AuroraGroup, examples=EXAMPLES, invoke_without_command=True)
@json_option
@click.pass_context
def messages_group(context: click.Context, as_json: bool) -> int | None:
    """Find messages, see why they failed, and send failed ones again."""
    return _list(MessageFilter(), 20, as_json=as_json) if context.invoked_subcommand is None else None


@messages_group.command("list", examples="  aurora messages list --status failed --type birthdays --since 24h")
@click.option("--status", type=click.Choice(_STATUSES), help="Only with this status.")
@_organization
@_type
@_reason
@_since
@_limit
@json_option
def list_command(
    status: str | None, organization: str | None, type_: str | None, reason: str | None, given_since: str, limit: int,
    as_json: bool,
) -> int:  # fmt: skip
    """List messages, newest first."""
    wanted = _failed(organization, type_, reason, given_since)
    if reason is not None:
        if status not in (None, "failed"):
            raise InvalidInput("--reason goes with --status failed")
        return _show(list(islice(wanted.read(application().database), limit)), as_json=as_json)
    filter_ = MessageFilter(organization=wanted.organization, type=wanted.type, status=status, since=wanted.since)
    return _list(filter_, limit, as_json=as_json)


@messages_group.command("show", examples="  aurora messages show MESSAGE_ID")
@click.argument("message_id", metavar="MESSAGE_ID")
@json_option
def show_command(message_id: str, as_json: bool) -> int:
    """Show one message whole: its text, its figures, its receipts, why it failed."""
    found = MessageQueries(application().database).message(uuid_argument("MESSAGE_ID", message_id))
    if found is None:
        raise InvalidInput(f"there is no message {message_id}: `aurora messages` lists them")
    if as_json:
        say_json(found)
    else:
        say(facts(facts_of(found)))
    return 0


@messages_group.command("reasons", examples="  aurora messages reasons --since 24h")
@_organization
@_type
@_since
@json_option
def reasons_command(organization: str | None, type_: str | None, given_since: str, as_json: bool) -> int:
    """Count why messages failed, and say what to do about each reason."""
    found = counted(_failed(organization, type_, None, given_since).read(application().database))
    if as_json:
        say_json([{"reason": code, "count": count, "advice": advice} for code, count, advice in found])
    else:
        rows = [(code, count, advice) for code, count, advice in found]
        say(table(("reason", "messages"), rows, ("o que fazer",)) if rows else "No message failed.")
    return 0


@messages_group.command("resend", examples="  aurora messages resend --reason instance_disconnected --since 24h")
@click.argument("message_ids", metavar="MESSAGE_ID...", nargs=-1)
@click.option("--all-failed", is_flag=True, help="Every failed message (of --organization, --type, --since).")
@_organization
@_type
@_reason
@_since
@click.option("--dry-run", is_flag=True, help="Say which, and do nothing.")
@click.option("--yes", is_flag=True, help="Do not ask before several are sent again.")
@json_option
def resend_command(
    message_ids: tuple[str, ...], all_failed: bool, organization: str | None, type_: str | None, reason: str | None,
    given_since: str, dry_run: bool, yes: bool, as_json: bool,
) -> int:  # fmt: skip
    """Send failed messages again; prints the new jobs' ids.

    Those of which nobody knows whether they went out (delivery_unknown_...) may arrive twice: they are sent again only
    by their id or by --reason.
    """
    app = application()
    wanted = _failed(organization, type_, reason, given_since)
    if message_ids and (all_failed or reason):
        raise InvalidInput("MESSAGE_ID goes without --reason and --all-failed")
    if message_ids:
        ids = [uuid_argument("MESSAGE_ID", each) for each in message_ids]
        return _preview(ids, as_json=as_json) if dry_run else _resend(app, ids, as_json=as_json)
    if not (all_failed or reason):
        return _resend(app, _asked(app, wanted), as_json=as_json)
    rows = [row for row in wanted.read(app.database) if reason or not may_repeat(row["reason_code"])]
    if dry_run or not rows:
        return _show(rows, as_json=as_json)
    twice = " Each may arrive twice: nobody knows whether it went out." if may_repeat(reason) else ""
    confirm(f"Send {len(rows)} messages again?{twice}", yes=yes)
    return _resend(app, [UUID(row["id"]) for row in rows], as_json=as_json)


def _failed(organization: str | None, type_: str | None, reason: str | None, given_since: str) -> FailedMessages:
    return FailedMessages(
        since(given_since, dt.datetime.now(dt.UTC)),
        optional_uuid("--organization", organization),
        optional_type(type_),
        reason_code(reason),
    )


def _asked(app: Application, wanted: FailedMessages) -> list[UUID]:
    rows = list(islice(wanted.read(app.database), _ASKED))
    choices = [(f"{row['reason_code'] or OTHER}  {' '.join(map(str, row_of(row)[1:4]))}", row["id"]) for row in rows]
    what = "MESSAGE_ID, --reason CODE or --all-failed"
    return [UUID(id) for id in choose_several("Which messages?", choices, what, "no message failed lately")]


def _resend(app: Application, ids: Sequence[UUID], *, as_json: bool) -> int:
    done: list[dict[str, Any]] = []
    try:
        for id in ids:
            job = resend(app, id, dt.datetime.now(dt.UTC), author())
            if job is None:
                raise InvalidInput(
                    f"there is no failed message {id}: `aurora messages list --status failed` lists them"
                )
            done.append({"message_id": str(id), "job": job})
    finally:
        if as_json:
            say_json({"resent": done})
        else:
            for each in done:
                say(each["job"])
    return 0


def _preview(ids: Sequence[UUID], *, as_json: bool) -> int:
    queries = MessageQueries(application().database)
    return _show([row for id in ids if (row := queries.message(id)) and row["status"] == "failed"], as_json=as_json)


def _list(wanted: MessageFilter, limit: int, *, as_json: bool) -> int:
    return _show(MessageQueries(application().database).messages(wanted, None, limit), as_json=as_json)


def _show(rows: Sequence[Row], *, as_json: bool) -> int:
    if as_json:
        say_json(list(rows))
    else:
        say(table(_HEADINGS, map(row_of, rows), _BELOW) if rows else "There is no such message.")
    return 0
