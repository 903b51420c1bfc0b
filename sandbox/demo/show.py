"""What the demo prints: its steps, the messages, where to look."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from sandbox.demo.conversation import Line

_BAR = click.style("│ ", dim=True)


@contextmanager
def step(what: str) -> Iterator[None]:
    """A line for what is being done, with a tick and the seconds it took once it is."""
    started = time.monotonic()
    if sys.stdout.isatty():
        click.echo(f"  … {what}\r", nl=False)
    yield
    took = click.style(f"{time.monotonic() - started:.1f} s", dim=True)
    click.echo(f"  {click.style('✓', fg='green')} {what}  {took}")


def message(row: dict[str, Any]) -> None:
    """A record: its type, how it ended, its text, its names."""
    settled = f"{row['sent_at']:%H:%M:%S} UTC" if row["sent_at"] else row["error_message"]
    click.secho(f"{row['message_type']}  ", bold=True, nl=False)
    click.secho(f"{row['status']} {settled}", fg="green" if row["status"] == "sent" else "red")
    click.echo("\n".join(_BAR + line for line in (row["content"] or "").splitlines()))
    metadata = row["metadata"]
    record = f"record {row['id']}, {metadata.get('composer')}, attempt {metadata['attempts']}"
    click.secho(f"└ {record}, WhatsApp id {metadata.get('gateway_message_id')}\n", dim=True)


def line(said: Line) -> None:
    """What somebody wrote, as in a chat: owners and clients in colour, who got it where it is a client."""
    if said.who == "Aurora":
        click.echo(_chat(click.style("Aurora", bold=True), said.text))
    elif said.who:
        name = click.style(said.who, fg="cyan", bold=True)
        click.echo(_chat(name + (click.style(" (quoting it)", dim=True) if said.quotes else ""), said.text))
    else:
        click.echo(_chat(click.style(f"→ {said.to}", fg="magenta"), said.text, "      "))


def _chat(name: str, text: str, margin: str = "  ") -> str:
    words = "\n".join(f"{margin}{_BAR}{row}" for row in text.splitlines())
    return f"{margin}{name}\n{words}\n"


def places(found: dict[str, str]) -> None:
    """Where to look, a line each."""
    for what, where in found.items():
        click.echo(f"  {what:<11} {where}")


def hints(title: str, lines: tuple[str, ...]) -> None:
    """Something to try, under a heading."""
    click.echo(f"\n{title}\n")
    for line in lines:
        click.echo(f"  {line}")


def shown(path: Path) -> Path:
    """The path as somebody in this folder would write it."""
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path
