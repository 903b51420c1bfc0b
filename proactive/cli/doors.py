"""The scripts of `scripts/`: thin doors to the commands, with the options that they always had."""

from __future__ import annotations

import copy
from typing import NoReturn

import click

from proactive.cli.commands import load
from proactive.cli.running import run_command

#: Each script's command. What is not changed between a script and its command is the command itself.
DOORS = {
    "api_key": "proactive.cli.api_key:api_key_command",
    "campaign": "proactive.cli.campaign:campaign_group",
    "enqueue": "proactive.cli.enqueue:enqueue_command",
    "jobs": "proactive.cli.door_jobs:jobs_door",
    "pause": "proactive.cli.door_pause:pause_door",
    "preview": "proactive.cli.preview:preview_command",
    "schedule": "proactive.cli.door_schedule:schedule_door",
}


def enter(script: str) -> NoReturn:
    """Run the script of that name with what the command line gives it."""
    run_command(door(script), f"python scripts/{script}.py")


def door(script: str) -> click.Command:
    """The command behind the script of that name, whose examples call the script."""
    command = copy.copy(load(DOORS[script]))
    command.examples = command.examples.replace(f"aurora {script.replace('_', '-')}", f"python scripts/{script}.py")
    return command
