"""scripts/demo.sh: the whole product on this machine: six messages, a conversation, an inbox to write in."""

from __future__ import annotations

import datetime as dt
import shutil
import signal
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import click

from proactive.cli.commands import command
from proactive.cli.running import run_command
from sandbox.demo import show
from sandbox.demo.conversation import PACE, Play
from sandbox.demo.fill import Demo, DemoBusiness, fill_demo
from sandbox.demo.midday import zone_where_it_is_day
from sandbox.demo.people import introduce
from sandbox.demo.receipts import delivered, tell_web
from sandbox.demo.result import result_of
from sandbox.demo.six import DemoFailed, sent
from sandbox.errors import LocalStackError
from sandbox.folder import FolderLock
from sandbox.gateway.client import Sandbox
from sandbox.processes import ROOT, Processes
from sandbox.stack import LocalStack
from sandbox.waiting import wait_for_signal

_FOLDER = ROOT / ".local" / "demo"
_LOG = _FOLDER / "processes.log"
_DELIVERED_WITHIN = 15.0
_EXAMPLES = """\
  scripts/demo.sh           sends the six messages, then stays up until Ctrl-C
  scripts/demo.sh --once    plays a conversation too and ends by itself; status 0 only if it ended well"""
_TO_TRY = (
    "write as {owner} in the inbox: quote a message and say “sim”, “só os 5 primeiros”, “15%”, then “ENVIAR”",
    "stop it with “PARE”, go on with “CONTINUAR”, ask “como tá a campanha?”, end it with “CANCELAR”",
    "write as a client who got it: “SAIR”, an everyday question, “VOLTAR”; nobody else is bothered",
    "edit, delete or react; under “+”: the shop's bot writes in between, the gateway was offline for an hour",
    "“Desconectar” or “Falhar…” a number: what is written to it waits, what it sends is never sent twice",
)


@command("demo", _EXAMPLES)
@click.option("--once", is_flag=True, help="Play a conversation to its report, and end.")
def main(once: bool) -> int:
    """Run the whole product on this machine and look at it.

    It runs until Ctrl-C, or with --once until a conversation has come to its report.
    """
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
            now = dt.datetime.now(dt.UTC)
            demo = fill_demo(stack.dsn, now, zone_where_it_is_day(now))
            stack.connect_instances(demo.instances)
        with show.step("the schedule, three workers, the web process and the dashboard"):
            processes = house.enter_context(Processes(_FOLDER, stack.environment() | PACE))
        with show.step("WhatsApp tells the web process of receipts, replies and connections"):
            sandbox = tell_web(stack, processes.web_url, demo.instances)
            introduce(stack.dsn, sandbox, demo)
        offers = _send(stack, demo.businesses[0])
        if once:
            _converse(stack, sandbox, demo.businesses[0], offers["low_occupancy"])
        _say_where(stack, processes, demo)
        if not once:
            click.echo("\nCtrl-C ends it.")
            wait_for_signal()


def _send(stack: LocalStack, business: DemoBusiness) -> dict[str, str]:
    """Send the six messages; the gateway's id of each, by its type."""
    click.echo(f"\nSix messages for the owner of {click.style(business.name, bold=True)} ({business.timezone}):\n")
    ids, offers = [], {}
    for row in sent(stack, business, str(_LOG)):
        show.message(row)
        ids.append(str(row["id"]))
        offers[row["message_type"]] = row["metadata"]["gateway_message_id"]
    with show.step("receipts of the six: on the owner's phone"):
        count = delivered(stack.dsn, ids, _DELIVERED_WITHIN)
    if count < len(ids):
        raise DemoFailed(f"All were sent, and {count} of {len(ids)} have a receipt. See {_LOG}")
    click.secho("\nAll six arrived.\n", fg="green", bold=True)
    return offers


def _converse(stack: LocalStack, sandbox: Sandbox, business: DemoBusiness, offer: str) -> None:
    """Play the conversation about tomorrow's free hours, and say what came of it."""
    names = {each["number"]: each["name"] for each in sandbox.people(business.instance)}
    owner = next(each["number"] for each in sandbox.people(business.instance) if each["role"] == "owner")
    click.echo(f"{click.style(names[owner], bold=True)} answers on WhatsApp. The pace is the demo's: {_pace()}.\n")
    report = ""
    for said in Play(sandbox, business.instance, owner, names, str(_LOG)).conversation(offer):
        show.line(said)
        report = said.text
    with show.step("the report, the rows and the gateway's log say the same"):
        result = result_of(stack.dsn, sandbox, business.instance, business.organization_id, report)
    if result.opted_out != 1:
        raise DemoFailed(f"One client wanted out, and {result.opted_out} are. See {_LOG}")
    got = f"{result.received} of {result.recipients} clients got it, each once"
    click.secho(f"\n{got}; one is out for good; nobody after the stop.\n", fg="green", bold=True)


def _pace() -> str:
    return "1 to 2 s between clients instead of 20 to 75, and 2 s instead of 2 minutes before the first one"


def _say_where(stack: LocalStack, processes: Processes, demo: Demo) -> None:
    env = _FOLDER / "env"
    env.write_text("".join(f"export {name}='{value}'\n" for name, value in (stack.environment() | PACE).items()))
    env.chmod(0o600)
    business = demo.businesses[1]
    first = demo.businesses[0]
    show.places(
        {
            "Inbox": stack.gateway_url,
            "Panel": f"{processes.web_url}/painel    (key: {stack.service_key})",
            "API": f"{processes.web_url}/docs",
            "Dashboard": processes.dashboard_url,
            "Logs": str(show.shown(_LOG)),
        }
    )
    show.hints("To try:", tuple(each.format(owner=first.owner) for each in _TO_TRY))
    ids = f"--organization {business.organization_id} --owner {business.owner_number_id}"
    commands = (
        f". .venv/bin/activate && . {show.shown(env)}",
        "python scripts/enqueue.py custom_campaign",
        f"python scripts/preview.py daily_summary {ids}",
    )
    show.hints("In another terminal, from the checkout:", commands)


if __name__ == "__main__":
    run_command(main, "scripts/demo.sh")
