"""scripts/demo.sh: the whole product on this machine, six messages on their way, an inbox to look at."""

from __future__ import annotations

import datetime as dt
import shutil
import signal
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import click

from proactive.cli import arguments
from sandbox.demo import show
from sandbox.demo.fill import Demo, DemoBusiness, fill_demo
from sandbox.demo.receipts import delivered, tell_web
from sandbox.demo.six import DemoFailed, sent
from sandbox.errors import LocalStackError
from sandbox.folder import FolderLock
from sandbox.processes import ROOT, Processes
from sandbox.stack import LocalStack
from sandbox.waiting import wait_for_signal

_FOLDER = ROOT / ".local" / "demo"
_LOG = _FOLDER / "processes.log"
_DELIVERED_WITHIN = 15.0
_EXAMPLES = """\
  scripts/demo.sh           sends the six messages, then stays up until Ctrl-C
  scripts/demo.sh --once    ends by itself; status 0 only if all six arrived"""
_TO_TRY = (
    "answer, quote or react in the inbox; the message's page in the panel says that it was answered",
    "“Desconectar” a number in the inbox; the panel shows it within seconds",
    "“Falhar…” a number, then ask for another message: refused, never confirmed, slow, twice and out of order",
)


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
        with show.step("a real stack: Valkey, PostgreSQL, PostgREST, a sandbox WhatsApp"):
            stack = house.enter_context(LocalStack(_FOLDER / "stack"))
        with show.step("three businesses with an agenda around today"):
            demo = fill_demo(stack.dsn, dt.datetime.now(dt.UTC))
            stack.connect_instances(demo.instances)
        with show.step("the schedule, three workers, the web process and the dashboard"):
            processes = house.enter_context(Processes(_FOLDER, stack.environment()))
        with show.step("WhatsApp tells the web process of receipts, replies and connections"):
            tell_web(stack, processes.web_url, demo.instances)
        _send(stack, demo.businesses[0])
        _say_where(stack, processes, demo)
        if not once:
            click.echo("\nCtrl-C ends it.")
            wait_for_signal()


def _send(stack: LocalStack, business: DemoBusiness) -> None:
    click.echo(f"\nSix messages for the owner of {click.style(business.name, bold=True)} ({business.timezone}):\n")
    ids = []
    for row in sent(stack, business, str(_LOG)):
        show.message(row)
        ids.append(str(row["id"]))
    with show.step("receipts of the six: on the owner's phone"):
        count = delivered(stack.dsn, ids, _DELIVERED_WITHIN)
    if count < len(ids):
        raise DemoFailed(f"All were sent, and {count} of {len(ids)} have a receipt. See {_LOG}")
    click.secho("\nAll six arrived.\n", fg="green", bold=True)


def _say_where(stack: LocalStack, processes: Processes, demo: Demo) -> None:
    env = _FOLDER / "env"
    env.write_text("".join(f"export {name}='{value}'\n" for name, value in stack.environment().items()))
    env.chmod(0o600)
    business = demo.businesses[1]
    show.places(
        {
            "Inbox": stack.gateway_url,
            "Panel": f"{processes.web_url}/painel    (key: {stack.service_key})",
            "API": f"{processes.web_url}/docs",
            "Dashboard": processes.dashboard_url,
            "Logs": str(show.shown(_LOG)),
        }
    )
    show.hints("On the pages:", _TO_TRY)
    ids = f"--organization {business.organization_id} --owner {business.owner_number_id}"
    commands = (
        f". .venv/bin/activate && . {show.shown(env)}",
        "python scripts/enqueue.py custom_campaign",
        f"python scripts/preview.py daily_summary {ids}",
    )
    show.hints("In another terminal, from the checkout:", commands)


if __name__ == "__main__":
    arguments.run(main)
