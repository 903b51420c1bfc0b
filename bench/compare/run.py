"""One system over one scenario: everything empty before, everything measured between, everything checked after."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from redis import Redis

from bench.compare import meters
from bench.compare.fan_out import FanOut
from bench.compare.processes import ProcessGroup
from bench.compare.result import Result, Scenario
from bench.compare.stack import CompareStack
from bench.compare.systems import ENVIRONMENT, System
from bench.compare.tables import Tables

#: Seconds without a new message after which a run is given up; what comes too late, or twice, has so long.
_STALLED, _AFTERWARDS = 40.0, 1.0
#: Seconds between two looks at the gateway, and at the table when the gateway has everything.
_LOOK, _LOOK_CLOSELY = 0.1, 0.01
#: The share of the messages after which a worker has reached its size.
_WARM = 0.2


@dataclass(frozen=True)
class Measured:
    """What a run took. `wall` are seconds from the first to the last reading of the clocks; MB as in `Result`."""

    began: float
    wall: float
    cpu: meters.Cpu
    redis: meters.RedisUse
    peaks: list[float]
    grew: float


class Track:
    """A stack that is ready for runs; each run's logs get a folder in `logs`."""

    def __init__(self, stack: CompareStack, tables: Tables, logs: Path) -> None:
        self._stack, self._tables, self._logs = stack, tables, logs
        self._redis = Redis.from_url(stack.redis_url)
        self._redis.config_set("appendonly", "no")  # the disk is PostgreSQL's
        self._gateway = stack.gateway()
        self._runs = 0

    def run(self, system: System, scenario: Scenario, number: int) -> Result:
        """Let it run once, as round `number` (from 0)."""
        self._tables.prepare(system.plain)
        self._redis.flushall()
        self._gateway.reset(scenario.gateway_ms)
        self._runs += 1
        folder = self._logs / f"{self._runs:03}-{system.name}"
        programs = system.programs(scenario) * scenario.machines
        environment = self._stack.environment() | ENVIRONMENT
        with (
            ProcessGroup(programs, environment, folder) as processes,
            system.fan_out(self._stack, environment, folder / "fan_out.log") as fan_out,
        ):
            system.settle(self._redis)
            time.sleep(_AFTERWARDS)  # the log of what they asked while they became ready
            offset = self._stack.access_log.stat().st_size
            measured = self._measure(scenario.owners, processes, fan_out)
            time.sleep(_AFTERWARDS)
            # now: what a process was asking when it is told to stop is broken off, and is nobody's fault
            asked = meters.requests(self._stack.access_log, offset)
        return self._result(system.name, scenario, number, measured, asked)

    def _measure(self, owners: int, processes: ProcessGroup, fan_out: FanOut) -> Measured:
        pids = [*processes.pids, *([fan_out.pid] if fan_out.pid else [])]
        stack = [service.pid for service in self._stack.services.values() if service.pid]
        self._redis.config_resetstat()
        first, before = time.monotonic(), meters.cpu(pids, stack)
        began = fan_out.go()
        warm = 0.0
        for messages in self._until_sent(owners):
            if not warm and messages >= _WARM * owners:
                warm = meters.resident(processes.pids)
        after, last = meters.cpu(pids, stack), time.monotonic()
        return Measured(
            began, last - first, after - before, meters.redis_use(self._redis), meters.peaks(processes.pids),
            meters.resident(processes.pids) - warm,
        )  # fmt: skip

    def _until_sent(self, owners: int) -> Iterator[int]:
        """The gateway's count, again and again, until every row says `sent`, or nothing happens any more."""
        count, sent, moved = 0, 0, time.monotonic()
        while sent < owners and time.monotonic() - moved < _STALLED:
            before = count, sent
            if count < owners:
                time.sleep(_LOOK)
                count = self._gateway.accepted().messages
            else:
                time.sleep(_LOOK_CLOSELY)
                sent = self._tables.sent()
            if (count, sent) != before:
                moved = time.monotonic()
            yield count

    def _result(self, name: str, scenario: Scenario, number: int, measured: Measured, asked: meters.Requests) -> Result:
        machine = measured.wall * (os.cpu_count() or 1)
        return Result(
            system=name, round=number, owners=scenario.owners,
            seconds=self._tables.last_commit() - measured.began,
            requests=asked.total, redis_commands=measured.redis.commands, redis_round_trips=measured.redis.round_trips,
            cpu=measured.cpu.system, stack_cpu=measured.cpu.stack,
            worker_mb=max(measured.peaks, default=0.0), all_mb=sum(measured.peaks), grew_mb=measured.grew,
            others=measured.cpu.others / machine,
            problems=tuple(self._problems(scenario.owners, asked)),
        )  # fmt: skip

    def _problems(self, owners: int, asked: meters.Requests) -> Iterator[str]:
        accepted, sent, rows = self._gateway.accepted(), self._tables.sent(), self._tables.rows()
        if (accepted.messages, accepted.instances) != (owners, owners):
            yield f"the gateway got {accepted.messages} messages of {accepted.instances} instances, not {owners}"
        if accepted.refused or accepted.unknown:
            yield f"the gateway refused {accepted.refused} messages and did not know {accepted.unknown} requests"
        if (sent, rows) != (owners, owners):
            yield f"{sent} of {rows} rows say sent, not {owners}"
        if asked.errors:
            yield f"HTTP errors: {', '.join(f'{count} x {what}' for what, count in asked.errors.most_common(3))}"
