"""The whole of it: a stack, its data, and the systems in turn, round after round."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

from bench.compare.data import Size, fill, take_part
from bench.compare.node import find_node, node_modules
from bench.compare.result import Result, Scenario
from bench.compare.run import Track
from bench.compare.stack import CompareStack
from bench.compare.systems import SYSTEMS
from bench.compare.tables import Tables

#: Told of each run as it ends.
Told = Callable[[str], None]


def run_rounds(
    scenarios: Sequence[Scenario], names: Sequence[str], rounds: int, size: Size, tell: Told, logs: Path | None = None
) -> dict[Scenario, list[Result]]:
    """Let the systems of those names run every scenario `rounds` times; nothing of it is left running.

    Raises:
        PartMissing: a program is not on this machine; the message says which.
        LocalStackError: a part of the stack, or a system, did not start.
    """
    find_node()
    if "bullmq" in names:
        node_modules()
    with tempfile.TemporaryDirectory(prefix="aurora-race-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        with CompareStack(folder / "stack") as stack:
            began = time.monotonic()
            fill(stack.superuser_dsn, size)
            tell(f"{size.businesses:,} businesses with {size.bookings} bookings each: {time.monotonic() - began:.0f} s")
            with closing(Tables(stack)) as tables:
                track = Track(stack, tables, logs or folder / "logs")
                return _rounds(stack, track, scenarios, names, rounds, tell)


def _rounds(
    stack: CompareStack, track: Track, scenarios: Sequence[Scenario], asked: Sequence[str], rounds: int, tell: Told
) -> dict[Scenario, list[Result]]:
    found: dict[Scenario, list[Result]] = {scenario: [] for scenario in scenarios}
    for number in range(rounds):
        for scenario in scenarios:  # every round has all scenarios, so that noise meets them alike
            names = [name for name in asked if name in scenario.only]
            first = number % max(1, len(names))
            take_part(stack.dsn, scenario.owners)
            stack.put_database_away(scenario.database_ms)
            for name in [*names[first:], *names[:first]]:  # nobody is always the first
                result = track.run(SYSTEMS[name], scenario, number)
                found[scenario].append(result)
                tell(f"round {number + 1}, {scenario}, {_line(result)}")
    return {scenario: sorted(runs, key=lambda run: asked.index(run.system)) for scenario, runs in found.items()}


def _line(result: Result) -> str:
    said = "; ".join(result.problems) or f"{result.speed:.1f} messages/s"
    return f"{result.system}: {said} (others' CPU {result.others:.0%})"
