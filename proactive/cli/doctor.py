"""aurora doctor: look at everything that the worker needs; say of each what is wrong and what to do."""

from __future__ import annotations

import click

from proactive.app import Application, application
from proactive.cli.asking import choose, confirm
from proactive.cli.commands import command, json_option
from proactive.cli.streams import say, say_json
from proactive.cli.tables import table
from proactive.doctor.examination import examine_all, worst
from proactive.doctor.finding import CheckState, Finding, finding
from proactive.doctor.trial_message import send_test_message
from proactive.errors import SettingsError

EXAMPLES = """\
  aurora doctor                              what is wrong, and what to do about it
  aurora doctor --json
  aurora doctor --send-to +5511999998888     sends a test message to that number, after asking"""


@command("doctor", EXAMPLES)
@click.option("--send-to", metavar="NUMBER", help="Send a test message to this number, after asking.")
@click.option("--instance", metavar="NAME", help="From this instance; else it asks.")
@click.option("--yes", is_flag=True, help="Do not ask before the test message.")
@json_option
def doctor_command(send_to: str | None, instance: str | None, yes: bool, as_json: bool) -> int:
    """Look at settings, Redis, Supabase, the gateway, clocks and time zones; say what is wrong and what to do.

    Exit status 1 where something failed; warnings alone are 0. It changes nothing.
    """
    try:
        app = application()
    except SettingsError as error:
        problems = [line for line in str(error).splitlines() if not line.startswith("Set it in")]
        return _tell([finding("settings.wrong", problem=line.rstrip(".")) for line in problems], as_json=as_json)
    findings = examine_all(app)
    if send_to is not None:
        findings += [_test_message(app, send_to, instance, yes=yes)]
    return _tell(findings, as_json=as_json)


def _test_message(app: Application, number: str, instance: str | None, *, yes: bool) -> Finding:
    if instance is None:
        rows = app.database.select("whatsapp_instances", ["id", "instance_name"], lambda row: row["instance_name"])
        names = sorted(map(str, rows))
        choices = [(name, name) for name in names]
        instance = names[0] if len(names) == 1 else choose("From which instance?", choices, "--instance NAME", "none")
    confirm(f"Send a test message from {instance}?", yes=yes)
    return send_test_message(app, str(instance), number)


def _tell(findings: list[Finding], *, as_json: bool) -> int:
    state = worst(findings)
    if as_json:
        say_json({"state": state.value, "findings": [each.as_json() for each in findings]})
        return 1 if state is CheckState.FAILED else 0
    rows = [
        (each.state.value, each.check, each.sentence, f"-> {each.advice}" if each.advice else "") for each in findings
    ]
    say(table(("state", "check", "finding"), rows, ("what to do",)))
    failed = sum(each.state is CheckState.FAILED for each in findings)
    warned = sum(each.state is CheckState.WARNING for each in findings)
    say(f"\n{len(findings)} checks: {failed} failed, {warned} to look at." if failed + warned else "\nAll is well.")
    return 1 if failed else 0
