#!/usr/bin/env python3
"""How long one worker takes to put a job for each of very many owners on the queue, and what that takes.

    python bench/fanout.py [--owners 100000]

Starts a stack of its own with that many businesses in one time zone, has the scheduler fire the daily summary's
tick, and lets one worker (the Procfile's line with `--max-jobs 1`) run it. Seconds are counted from the firing to
the end of the tick's job. Needs what bench/side_by_side.py needs, but for BullMQ.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import tempfile
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import psycopg
from redis import Redis

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.compare import meters
from bench.compare.data import Size, fill
from bench.compare.fan_out import TickFanOut
from bench.compare.processes import ProcessGroup
from bench.compare.result import Scenario
from bench.compare.stack import CompareStack
from bench.compare.systems import ENVIRONMENT, Ours
from bench.compare.table import NOISE
from proactive.queue.rq_classes import JsonJob, JsonQueue
from sandbox.errors import LocalStackError

_ZONE = "America/Sao_Paulo"
_LOOK = 0.05
_WITHIN = 900.0
_MB = 1024 * 1024


def main() -> int:
    """Fan out once; 0 if every owner got a job."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--owners", type=int, default=100_000)
    asked = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        with tempfile.TemporaryDirectory(prefix="aurora-race-", ignore_cleanup_errors=True) as name:
            return _fan_out(Path(name), asked.owners)
    except LocalStackError as error:
        print(error, file=sys.stderr)
        return 2


def _fan_out(folder: Path, owners: int) -> int:
    with CompareStack(folder / "stack") as stack:
        _fill(stack, owners)
        redis = Redis.from_url(stack.redis_url)
        before = _memory(redis)
        (program,) = Ours().programs(Scenario(owners=1, workers=1))
        once = replace(program, argv=[*program.argv, "--max-jobs", "1"])
        with ProcessGroup([once], stack.environment() | ENVIRONMENT, folder / "worker") as processes:
            offset = stack.access_log.stat().st_size
            seen = _watch(stack, processes, TickFanOut(redis, [_ZONE]))
        time.sleep(0.5)  # nginx writes its log
        queue = JsonQueue(connection=redis)
        ticks = [JsonJob.fetch(each, connection=redis) for each in queue.finished_job_registry.get_job_ids()]
        figures = _figures(ticks, seen, owners, _memory(redis) - before)
        figures.append(("requests to Supabase", f"{meters.requests(stack.access_log, offset).total}"))
        print("\n".join(f"{what:28} {figure}" for what, figure in figures))
        return int(queue.count != owners or len(ticks) != 1)


def _fill(stack: CompareStack, owners: int) -> None:
    fill(stack.superuser_dsn, Size(owners, bookings=0))
    with psycopg.connect(stack.dsn, autocommit=True) as connection:
        connection.execute("update organizations set timezone = %s", [_ZONE])
        connection.execute("vacuum full analyze organizations")


@dataclass(frozen=True)
class Seen:
    """The worker from the firing to its end: began (Unix seconds), VmHWM in MB, CPU seconds, seconds in all."""

    began: float
    largest: float
    cpu: meters.Cpu
    wall: float


def _watch(stack: CompareStack, processes: ProcessGroup, fan_out: TickFanOut) -> Seen:
    (pid,) = processes.pids
    parts = [service.pid for service in stack.services.values() if service.pid]
    first, before = time.monotonic(), meters.cpu([pid], parts)
    began = fan_out.go()
    largest, own = 0.0, 0.0
    while (now := meters.peak(pid)) and time.monotonic() - first < _WITHIN:
        largest, own = now, max(own, meters.cpu([pid], []).system)  # a process that ends has neither any more
        time.sleep(_LOOK)
    after = replace(meters.cpu([], parts), system=own)
    return Seen(began, largest, after - before, time.monotonic() - first)


def _figures(ticks: list[Any], seen: Seen, owners: int, redis: float) -> list[tuple[str, str]]:
    seconds = max((tick.ended_at.timestamp() - seen.began for tick in ticks if tick.ended_at), default=float("nan"))
    others = seen.cpu.others / (seen.wall * (os.cpu_count() or 1))
    return [
        ("owners", f"{owners:,}"),
        ("the tick said", ", ".join(str(tick.return_value()) for tick in ticks) or "nothing"),
        ("seconds", f"{seconds:.1f}"),
        ("jobs a second", f"{owners / seconds:,.0f}"),
        ("worker's VmHWM", f"{seen.largest:.0f} MB"),
        ("worker's CPU", f"{seen.cpu.system:.1f} s"),
        ("stack's CPU", f"{seen.cpu.stack:.1f} s"),
        ("others' CPU", f"{others:.0%} of the machine{' (NOISE)' if others > NOISE else ''}"),
        ("Redis grew by", f"{redis:.0f} MB ({redis * _MB / owners:.0f} bytes a job)"),
    ]


def _memory(redis: Redis) -> float:
    return float(redis.info("memory")["used_memory"]) / _MB


if __name__ == "__main__":
    sys.exit(main())
