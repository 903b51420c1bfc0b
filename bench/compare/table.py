"""The table: medians of the runs that count, and ratios of runs of the same round."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Mapping, Sequence

from bench.compare.result import Result, Scenario

#: Whom the others are compared with.
BASE = "bullmq"
#: Others' share of the machine from which a figure is not to be trusted.
NOISE = 0.15

_COLUMNS: Sequence[tuple[str, str, Callable[[Result], float]]] = (
    ("messages/s", ".1f", lambda run: run.speed),
    ("requests a message", ".2f", lambda run: run.requests / run.owners),
    ("Redis commands a message", ".1f", lambda run: run.redis_commands / run.owners),
    ("Redis round trips a message", ".1f", lambda run: run.redis_round_trips / run.owners),
    ("CPU ms a message", ".2f", lambda run: 1000 * run.cpu / run.owners),
    ("stack's CPU ms a message", ".2f", lambda run: 1000 * run.stack_cpu / run.owners),
    ("largest worker MB", ".0f", lambda run: run.worker_mb),
    ("all workers MB", ".0f", lambda run: run.all_mb),
    ("grew MB", "+.1f", lambda run: run.grew_mb),
)


def report(found: Mapping[Scenario, Sequence[Result]]) -> str:
    """Every scenario's table and what is wrong with it; scenarios of one system become the rows of one table."""
    results = [run for runs in found.values() for run in runs]
    tables: list[tuple[str, Mapping[str, Sequence[Result]]]]
    if len({run.system for run in results}) == 1:
        tables = [(f"{results[0].system} over several scenarios", {str(each): runs for each, runs in found.items()})]
    else:
        tables = [(str(scenario), _by_system(runs)) for scenario, runs in found.items()]
    parts = []
    for title, rows in tables:
        base = BASE if BASE in rows else next(iter(rows))
        parts += [f"{title}\n", table(rows, base), "", *complaints(rows), ""]
    return "\n".join(parts)


def table(rows: Mapping[str, Sequence[Result]], base: str) -> str:
    """One Markdown table, a line for each group of runs, in the order given; `base` is the group that is 1.00."""
    head = [
        "",
        *(title for title, _, _ in _COLUMNS),
        f"x {base if base == BASE else 'the first'}",
        "others' CPU",
        "runs",
    ]
    lines = ["| " + " | ".join(head) + " |", "|---|" + "---:|" * (len(head) - 1)]
    for name, runs in rows.items():
        lines.append("| " + " | ".join([name, *_cells(runs, ratio(runs, rows.get(base, ())))]) + " |")
    return "\n".join(lines)


def complaints(rows: Mapping[str, Sequence[Result]]) -> list[str]:
    """A line for each run that does not count, and for each that had noise around it."""
    runs = [(name, run) for name, group in rows.items() for run in group]
    bad = [f"DOES NOT COUNT: {name}, round {run.round + 1}: {each}" for name, run in runs for each in run.problems]
    noisy = [(name, run) for name, run in runs if run.others > NOISE]
    return bad + [
        f"NOISE: {name}, round {run.round + 1}: others used {run.others:.0%} of the machine" for name, run in noisy
    ]


def ratio(runs: Sequence[Result], base: Sequence[Result]) -> float | None:
    """How many times as fast as `base`: the median over the rounds in which both count; None if there is none."""
    bases = {run.round: run.speed for run in base if not run.problems}
    ratios = [run.speed / bases[run.round] for run in runs if not run.problems and run.round in bases]
    return statistics.median(ratios) if ratios else None


def _by_system(runs: Sequence[Result]) -> Mapping[str, Sequence[Result]]:
    names = dict.fromkeys(run.system for run in runs)
    return {name: [run for run in runs if run.system == name] for name in names}


def _cells(runs: Sequence[Result], times: float | None) -> list[str]:
    good = [run for run in runs if not run.problems]
    count = f"{len(good)}" if len(good) == len(runs) else f"{len(good)} of {len(runs)}"
    if not good:
        return ["none", *[""] * (len(_COLUMNS) + 1), count]
    cells = [format(statistics.median(map(figure, good)), form) for _, form, figure in _COLUMNS]
    others = format(statistics.median(run.others for run in good), ".0%")
    return [*cells, "" if times is None else f"{times:.2f}", others, count]
