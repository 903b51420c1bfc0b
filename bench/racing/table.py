"""The table: medians of the runs that count, and ratios of runs of the same round."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence

from bench.racing.result import Result

BASE = "bullmq"
#: Others' share of the machine from which a median is not to be trusted.
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


def table(results: Sequence[Result]) -> str:
    """One Markdown table of a course's results."""
    names = list(dict.fromkeys(run.contestant for run in results))
    head = ["contestant", *(title for title, _, _ in _COLUMNS), f"x {BASE}", "others' CPU", "runs"]
    lines = ["| " + " | ".join(head) + " |", "|---|" + "---:|" * (len(head) - 1)]
    lines += ["| " + " | ".join([name, *_cells(name, results)]) + " |" for name in names]
    return "\n".join(lines)


def complaints(results: Sequence[Result]) -> list[str]:
    """A sentence for each run that does not count, and for medians among noise."""
    bad = [f"{run.contestant}, round {run.round + 1}: {problem}" for run in results for problem in run.problems]
    noisy = [f"{run.contestant}, round {run.round + 1}: others used {run.others:.0%} of the machine"
             for run in results if run.others > NOISE]  # fmt: skip
    return [f"DOES NOT COUNT  {each}" for each in bad] + [f"NOISE  {each}" for each in noisy]


def ratio(name: str, results: Sequence[Result], base: str = BASE) -> float | None:
    """How many times as fast as `base`: the median over the rounds in which both count; None if there is none."""
    bases = {run.round: run for run in results if run.contestant == base and not run.problems}
    ratios = [
        run.speed / bases[run.round].speed
        for run in results
        if run.contestant == name and not run.problems and run.round in bases
    ]
    return statistics.median(ratios) if ratios else None


def _cells(name: str, results: Sequence[Result]) -> list[str]:
    runs = [run for run in results if run.contestant == name]
    good = [run for run in runs if not run.problems]
    count = f"{len(good)}" if len(good) == len(runs) else f"{len(good)} of {len(runs)}"
    if not good:
        return ["bad", *[""] * (len(_COLUMNS) + 1), count]
    cells = [format(statistics.median(map(figure, good)), form) for _, form, figure in _COLUMNS]
    times = ratio(name, results)
    others = format(statistics.median(run.others for run in good), ".0%")
    return [*cells, "" if times is None else f"{times:.2f}", others, count]
