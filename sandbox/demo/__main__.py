"""scripts/demo.sh: the whole product on this machine, six messages on their way, an inbox to look at."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click
import psycopg
from psycopg.rows import dict_row

from proactive.app import build
from proactive.cli import arguments
from proactive.errors import ProactiveError
from proactive.message_types.registry import MESSAGE_TYPES, check_data
from proactive.model.recipient import Recipient
from proactive.model.task import Task
from proactive.queue.enqueue import enqueue
from proactive.settings import load_settings
from sandbox.demo.fill import Demo, DemoBusiness, fill_demo
from sandbox.errors import LocalStackError
from sandbox.folder import FolderLock
from sandbox.processes import ROOT, Processes
from sandbox.stack import LocalStack
from sandbox.waiting import wait_for_signal

_FOLDER = ROOT / ".local" / "demo"
_DATA: dict[str, dict[str, str]] = {
    "custom_campaign": {
        "campaignType": "promocional",
        "targetAudience": "vip",
        "message": "Cliente VIP merece desconto especial! Banho e tosa com 20% OFF nesta semana.",
    }
}
_ARRIVES_WITHIN = 60.0
_EXAMPLES = """\
  scripts/demo.sh           sends the six messages, then stays up until Ctrl-C
  scripts/demo.sh --once    ends by itself; status 0 only if all six arrived"""


class DemoFailed(ProactiveError):
    """Not every message arrived; the message says where to look."""


def main() -> int:
    """Run the demo until Ctrl-C, or with `--once` until the six messages have arrived."""
    parser = arguments.parser("Run the whole product on this machine and look at it.", _EXAMPLES)
    parser.add_argument("--once", action="store_true", help="end when the six messages have arrived")
    once = parser.parse_args().once
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    click.secho("\nAurora Proactive Worker\n", bold=True)
    try:
        with _only_one():
            shutil.rmtree(_FOLDER, ignore_errors=True)
            _run(once)
    except LocalStackError as error:
        raise DemoFailed(str(error)) from None
    return 0


@contextmanager
def _only_one() -> Iterator[None]:
    """Hold the checkout's place for a demo: a second one would empty the first one's folder."""
    place = FolderLock(_FOLDER.parent)
    try:
        place.take()
    except LocalStackError:
        raise DemoFailed("The demo runs in this checkout already: end it there with Ctrl-C first.") from None
    yield
    place.release()


def _run(once: bool) -> None:
    with ExitStack() as house:
        with _step("a real stack: Valkey, PostgreSQL, PostgREST, a sandbox WhatsApp"):
            stack = house.enter_context(LocalStack(_FOLDER / "stack"))
        with _step("three businesses with an agenda around today"):
            demo = fill_demo(stack.dsn, dt.datetime.now(dt.UTC))
            stack.connect_instances(demo.instances)
        with _step("the schedule, three workers and the dashboard"):
            processes = house.enter_context(Processes(_FOLDER, stack.environment()))
        _send(stack, demo.businesses[0])
        _say_where(stack, processes, demo)
        if not once:
            click.echo("\nCtrl-C ends it.")
            wait_for_signal()


def _send(stack: LocalStack, business: DemoBusiness) -> None:
    click.echo(f"\nSix messages for the owner of {click.style(business.name, bold=True)} ({business.timezone}):\n")
    os.environ.update(stack.environment())
    app = build(load_settings())
    tasks = [_task(kind, business) for kind in MESSAGE_TYPES]
    for task in tasks:
        enqueue(app.queue, task)
    missing = {str(task.occurrence.id): task for task in tasks}
    deadline = time.monotonic() + _ARRIVES_WITHIN
    while missing and time.monotonic() < deadline:
        for row in _settled(stack.dsn, list(missing)):
            _print_message(row)
            del missing[str(row["id"])]
            if row["status"] != "sent":
                raise DemoFailed(f"{row['message_type']} failed: {row['error_message']}")
        time.sleep(0.1)
    if missing:
        late = ", ".join(task.type for task in missing.values())
        raise DemoFailed(f"Not arrived within {_ARRIVES_WITHIN:.0f} s: {late}. See {_FOLDER / 'processes.log'}")


def _task(kind: str, business: DemoBusiness) -> Task:
    now = dt.datetime.now(dt.UTC)
    return Task(
        type=kind,
        organization_id=business.organization_id,
        recipient=Recipient.owner(business.owner_number_id),
        key=MESSAGE_TYPES[kind].new_key(now, ZoneInfo(business.timezone)),
        scheduled_for=now,
        timezone=business.timezone,
        data=check_data(MESSAGE_TYPES[kind], _DATA.get(kind, {})),
        by_hand=True,
    )


def _settled(dsn: str, ids: list[str]) -> list[dict[str, Any]]:
    with psycopg.connect(dsn, row_factory=dict_row) as connection:
        query = """select * from aurora_proactive_messages
                    where id = any(%s::uuid[]) and status <> 'pending' order by sent_at"""
        return connection.execute(query, [ids]).fetchall()


def _print_message(row: dict[str, Any]) -> None:
    settled = f"{row['sent_at']:%H:%M:%S} UTC" if row["sent_at"] else row["error_message"]
    click.secho(f"{row['message_type']}  ", bold=True, nl=False)
    click.secho(f"{row['status']} {settled}", fg="green" if row["status"] == "sent" else "red")
    bar = click.style("│ ", dim=True)
    click.echo("\n".join(bar + line for line in (row["content"] or "").splitlines()))
    metadata = row["metadata"]
    record = f"record {row['id']}, {metadata.get('composer')}, attempt {metadata['attempts']}"
    click.secho(f"└ {record}, WhatsApp id {metadata.get('gateway_message_id')}\n", dim=True)


def _say_where(stack: LocalStack, processes: Processes, demo: Demo) -> None:
    env = _FOLDER / "env"
    env.write_text("".join(f"export {name}='{value}'\n" for name, value in stack.environment().items()))
    env.chmod(0o600)
    business = demo.businesses[1]
    click.secho("All six arrived.\n", fg="green", bold=True)
    click.echo(f"  Inbox       {stack.gateway_url}")
    click.echo(f"  Panel       {processes.web_url}/painel    (key: {stack.service_key})")
    click.echo(f"  API         {processes.web_url}/docs")
    click.echo(f"  Dashboard   {processes.dashboard_url}")
    click.echo(f"  Logs        {_shown(_FOLDER / 'processes.log')}")
    click.echo("\nIn another terminal, from the checkout:\n")
    click.echo(f"  . .venv/bin/activate && . {_shown(env)}")
    click.echo("  python scripts/enqueue.py custom_campaign")
    ids = f"--organization {business.organization_id} --owner {business.owner_number_id}"
    click.echo(f"  python scripts/preview.py daily_summary {ids}")


def _shown(path: Path) -> Path:
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path


@contextmanager
def _step(what: str) -> Iterator[None]:
    started = time.monotonic()
    if sys.stdout.isatty():
        click.echo(f"  … {what}\r", nl=False)
    yield
    took = click.style(f"{time.monotonic() - started:.1f} s", dim=True)
    click.echo(f"  {click.style('✓', fg='green')} {what}  {took}")


if __name__ == "__main__":
    arguments.run(main)
