"""`aurora` alone: on a terminal it asks what is to be done, elsewhere it says what there is."""

from __future__ import annotations

from typing import Any

import click

from proactive.cli.asking import choose
from proactive.cli.commands import command
from proactive.cli.running import invoke


@command("menu", "  aurora", hidden=True)
@click.pass_context
def menu_command(context: click.Context) -> int | None:
    """Ask which command to run, and run it."""
    tool: Any = context.find_root().command
    choices = [(f"{name:12}{each.help}", name) for name, each in tool.lazy.items()]
    names = ", ".join(tool.lazy)
    chosen = str(choose("What is to be done?", choices, f"COMMAND ({names}; `aurora --help` explains them)", ""))
    return invoke(tool, "aurora", [chosen])
