"""What every command has: a help that ends with examples, and subcommands that are imported when they are run."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import click

_Function = TypeVar("_Function", bound=Callable[..., Any])
#: What every command has that shows or does something.
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs.")


class AuroraCommand(click.Command):
    """A command whose help ends with examples, each a line as it is typed."""

    def __init__(self, *args: Any, examples: str = "", **options: Any) -> None:
        super().__init__(*args, **options)
        self.examples = examples

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the examples as they stand."""
        _write_examples(self.examples, formatter)


@dataclass(frozen=True, slots=True)
class Subcommand:
    """Where a subcommand is (`module:name`), and what it does in a few words."""

    where: str
    help: str


class AuroraGroup(click.Group):
    """A group of commands; `lazy` ones are imported when they are run, so that none costs what another needs."""

    command_class = AuroraCommand

    def __init__(
        self, *args: Any, lazy: Mapping[str, Subcommand] | None = None, examples: str = "", **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.lazy, self.examples = dict(lazy or {}), examples

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of all subcommands, in the order in which they were given."""
        return [*self.lazy, *super().list_commands(ctx)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The subcommand of a name, imported now; None where there is none."""
        found = self.lazy.get(cmd_name)
        return load(found.where) if found else super().get_command(ctx, cmd_name)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the subcommands with their words, without importing them."""
        own = {name: command.get_short_help_str(60) for name, command in self.commands.items()}
        rows = [(name, each.help) for name, each in self.lazy.items()] + list(own.items())
        with formatter.section("Commands"):
            formatter.write_dl(rows)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the examples as they stand."""
        _write_examples(self.examples, formatter)


def command(name: str, examples: str, **options: Any) -> Callable[[_Function], AuroraCommand]:
    """A decorator that makes a command of a function."""
    return click.command(name, cls=AuroraCommand, examples=examples, **options)


def load(where: str) -> AuroraCommand | AuroraGroup:
    """The command that stands at `module:name`."""
    module, _, name = where.partition(":")
    found: AuroraCommand | AuroraGroup = getattr(importlib.import_module(module), name)
    return found


def _write_examples(examples: str, formatter: click.HelpFormatter) -> None:
    if examples:
        formatter.write(f"\nexamples:\n{examples.rstrip()}\n")
