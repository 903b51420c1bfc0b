"""The systems: how many processes each has for so many messages in flight, and how each begins."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

import psycopg
from redis import Redis

from bench.chaos.processes import procfile
from bench.compare.fan_out import FanOut, ProgramFanOut, TickFanOut
from bench.compare.node import find_node, node_modules
from bench.compare.processes import Program
from bench.compare.result import Scenario
from bench.compare.stack import CompareStack
from proactive.gateways.rate_limit import RateLimiter
from sandbox.errors import LocalStackError
from sandbox.processes import ROOT

_HERE = Path(__file__).parent
_VOUCHED_WITHIN = 30.0
#: At any hour: the clock's quiet hours are off. The limits are the worker's own.
ENVIRONMENT = {"QUIET_FROM": "00:00", "QUIET_UNTIL": "00:00", "TZ": "UTC"}


class System(Protocol):
    """One way to do the work. `plain`: it writes to the table as the product describes it, not to ours."""

    name: str
    plain: bool

    def programs(self, scenario: Scenario) -> list[Program]:
        """The processes of one machine, which have the scenario's messages in flight together."""

    def settle(self, redis: Redis) -> None:
        """Return when the workers, which are ready, would send at once."""

    def fan_out(self, stack: CompareStack, environment: Mapping[str, str], log: Path) -> FanOut:
        """What begins the work."""


class Ours:
    """This worker: the Procfile's own command lines, the schedule's own ticks."""

    name, plain = "ours", False

    def programs(self, scenario: Scenario) -> list[Program]:
        """The Procfile's worker lines, again from the first where more are wanted, each with its share in flight."""
        return self._lines(scenario.processes, {"SENDS_IN_FLIGHT": str(scenario.flights)})

    def _lines(self, processes: int, settings: Mapping[str, str]) -> list[Program]:
        lines = [argv for name, argv in procfile().items() if name.startswith("worker")]
        programs = os.environ.get("AURORA_BENCH_PROGRAMS", str(Path(sys.executable).parent))
        path = f"{programs}{os.pathsep}{os.environ['PATH']}"
        environment = {"PATH": path, "PYTHONPATH": str(ROOT), **settings}
        return [Program(lines[n % len(lines)], ROOT, "worker_ready", environment) for n in range(processes)]

    def settle(self, redis: Redis) -> None:
        """Wait until a worker vouches for the limiter: Redis was emptied, permits could have been forgotten."""
        rate_limiter, deadline = (
            RateLimiter(redis, limit=20, window=60, in_flight=25),
            time.monotonic() + _VOUCHED_WITHIN,
        )
        while not rate_limiter.remembers_all():
            if time.monotonic() > deadline:
                raise LocalStackError("No worker vouched for the limiter.")
            time.sleep(0.05)

    def fan_out(self, stack: CompareStack, environment: Mapping[str, str], log: Path) -> FanOut:
        """The ticks of the zones in use."""
        with psycopg.connect(stack.dsn) as connection:
            rows = connection.execute("select distinct timezone from organizations where is_active order by 1")
            return TickFanOut(Redis.from_url(stack.redis_url), [zone for (zone,) in rows])


class Default(Ours):
    """This worker, as many processes as the scenario's, with as many in flight as it has by default."""

    name = "default"

    def programs(self, scenario: Scenario) -> list[Program]:
        """The Procfile's worker lines, as they are."""
        return self._lines(scenario.processes, {})


class BullMQ:
    """BullMQ in one Node process, with supabase-js."""

    name, plain = "bullmq", True
    _folder = _HERE / "bullmq"

    def programs(self, scenario: Scenario) -> list[Program]:
        """One process of that concurrency."""
        argv = [find_node(), str(self._folder / "worker.js")]
        return [Program(argv, self._folder, "worker ready", {**self._modules(), "CONCURRENCY": str(scenario.workers)})]

    def settle(self, redis: Redis) -> None:
        """Nothing to wait for."""

    def fan_out(self, stack: CompareStack, environment: Mapping[str, str], log: Path) -> FanOut:
        """A Node program that adds the jobs in bulk."""
        argv = [find_node(), str(self._folder / "enqueue.js")]
        return ProgramFanOut(argv, {**environment, **self._modules()}, log)

    def _modules(self) -> dict[str, str]:
        return {"NODE_PATH": str(node_modules()), "NODE_ENV": "production"}


class StockRQ:
    """RQ as it comes: its SimpleWorker, a process a message in flight, with a warm Supabase client."""

    name, plain = "rq", True
    _folder = _HERE / "stock_rq"

    def programs(self, scenario: Scenario) -> list[Program]:
        """As many processes."""
        argv = [sys.executable, str(self._folder / "worker.py")]
        return [Program(argv, self._folder, "Listening on")] * scenario.workers

    def settle(self, redis: Redis) -> None:
        """Nothing to wait for."""

    def fan_out(self, stack: CompareStack, environment: Mapping[str, str], log: Path) -> FanOut:
        """A Python program that enqueues page by page."""
        return ProgramFanOut([sys.executable, str(self._folder / "enqueue.py")], environment, log)


SYSTEMS: Mapping[str, System] = {each.name: each for each in (Ours(), Default(), BullMQ(), StockRQ())}
