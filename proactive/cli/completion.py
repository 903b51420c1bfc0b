"""aurora completion: what a shell needs to complete commands, options, types and reasons."""

from __future__ import annotations

import click
from click.shell_completion import BashComplete, FishComplete, ZshComplete

from proactive.cli.commands import command, json_option, load
from proactive.cli.running import COMPLETED_BY
from proactive.cli.streams import say, say_json

_SHELLS = {"bash": BashComplete, "zsh": ZshComplete, "fish": FishComplete}


@command("completion", "  eval \"$(aurora completion bash)\"                              in ~/.bashrc\n"
         "  eval \"$(aurora completion zsh)\"                               in ~/.zshrc\n"
         "  aurora completion fish > ~/.config/fish/completions/aurora.fish")  # fmt: skip
@click.argument("shell", type=click.Choice(list(_SHELLS)))
@json_option
def completion_command(shell: str, as_json: bool) -> int:
    """Print what completes commands, options, message types and reasons in a shell."""
    script = _SHELLS[shell](load("proactive.cli.tool:aurora"), {}, "aurora", COMPLETED_BY).source()
    if as_json:
        say_json({"shell": shell, "script": script})
    else:
        say(script)
    return 0
