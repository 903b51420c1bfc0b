"""The faults: whom they hit, how, and when. Everything is drawn from one seed."""

from __future__ import annotations

import os
import random
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass

import requests

from bench.chaos.processes import ProcessGroup
from bench.chaos.workload import Workload
from sandbox.errors import LocalStackError
from sandbox.gateway.client import Sandbox
from sandbox.service import Service
from sandbox.stack import LocalStack

PROCESSES = ("worker killed", "worker frozen", "worker told to end", "scheduler killed", "scheduler frozen")
STACK = (
    "valkey killed", "front killed", "gateway killed", "postgres killed", "postgrest killed",
    "gateway frozen", "postgrest frozen", "valkey frozen", "front frozen", "postgres restarted", "postgres frozen",
    "gateway restarted", "postgrest restarted", "valkey restarted", "valkey+front killed", "front+gateway killed",
)  # fmt: skip
MISCHIEF = (
    "drop_after_accept", "drop_before_accept", "fail_after_accept", "fail", "hang", "hang_before_accept",
    "throttle", "disconnected", "disconnects and reconnects", "connecting", "proxy_after_accept", "timed_out",
    "never_acknowledged",
)  # fmt: skip
#: Seconds for which an outage is felt after its end: the limiter's distrust, retries' waits.
_FELT = {"valkey": 95.0}
_FELT_ELSE = 45.0


@dataclass(frozen=True)
class Outage:
    """Something other than a worker was away, from `begin` until it was felt no more (monotonic seconds)."""

    begin: float
    felt_until: float


class Injector:
    """Three threads of trouble: for our processes, for the stack's, and for the gateway's manners."""

    def __init__(self, stack: LocalStack, processes: ProcessGroup, workload: Workload, seed: int, pace: float) -> None:
        """`pace` stretches the seconds between two faults of a thread: 1 is a fault of each every few seconds."""
        self._stack, self._processes, self._workload, self._pace = stack, processes, workload, pace
        self._seed = seed
        self._over = threading.Event()
        self._threads: list[threading.Thread] = []
        self.injected: Counter[str] = Counter()
        self.outages: list[Outage] = []

    def start(self, part: str) -> None:
        """Begin with `processes`, `stack` or `mischief`."""
        work = {"processes": self._hurt_processes, "stack": self._hurt_stack, "mischief": self._make_mischief}[part]
        thread = threading.Thread(target=self._endlessly, args=(part, work), daemon=True)
        self._threads.append(thread)
        thread.start()

    def stop(self) -> None:
        """No more faults; everything is up again when this returns."""
        self._over.set()
        for thread in self._threads:
            thread.join()
        for name in ("postgres", "postgrest", "front", "valkey", "gateway"):
            self._stack.services[name].resume()
            _start(self._stack.services[name])
        sandbox = self._sandbox()
        sandbox.behave()
        for business in self._workload.businesses:
            sandbox.instance(business.instance)

    def disturbed(self, begin: float, end: float) -> bool:
        """Whether anything but workers was away, or still felt, between two monotonic moments."""
        return any(outage.begin < end and begin < outage.felt_until for outage in self.outages)

    def _endlessly(self, part: str, work: Callable[[str, random.Random], None]) -> None:
        rng = random.Random(f"{self._seed}:{part}")
        kinds = {"processes": PROCESSES, "stack": STACK, "mischief": MISCHIEF}[part]
        seconds = {"processes": (2.0, 6.0), "stack": (5.0, 12.0), "mischief": (1.0, 4.0)}[part]
        # a worker needs seconds to start: killed any faster, none would ever work
        pace = max(self._pace, 0.5) if part == "processes" else self._pace
        for number, kind in enumerate(_in_turn(kinds, rng)):
            over = self._over.wait(rng.uniform(*seconds) * pace)
            if over and number >= len(kinds):  # every kind has its turn, however slow the machine
                return
            work(kind, rng)
            self.injected[kind] += 1

    def _hurt_processes(self, kind: str, rng: random.Random) -> None:
        role, _, how = kind.partition(" ")
        member = self._processes.choose(role, rng)
        match how:
            case "killed":
                member.service.kill()
            case "frozen":
                member.service.pause()
                self._over.wait(rng.choice((3.0, 8.0, 28.0, 50.0)) * min(1.0, self._pace * 2))
                member.service.resume()
            case _:
                if pid := member.service.pid:
                    _signal(pid, signal.SIGTERM)

    def _hurt_stack(self, kind: str, rng: random.Random) -> None:
        names, _, how = kind.partition(" ")
        services = [self._stack.services[name] for name in names.split("+")]
        begin = time.monotonic()
        for service in services:
            {"killed": service.kill, "frozen": service.pause, "restarted": service.stop}[how]()
        self._over.wait(rng.uniform(1.0, 8.0 if how == "frozen" else 12.0) * min(1.0, self._pace * 2))
        for service in services:
            service.resume()
            _start(service)
        felt = max((_FELT.get(name, _FELT_ELSE) for name in names.split("+")), default=_FELT_ELSE)
        self.outages.append(Outage(begin, time.monotonic() + felt))

    def _make_mischief(self, kind: str, rng: random.Random) -> None:
        instance = rng.choice(self._workload.businesses).instance
        begin = time.monotonic()
        with suppress(requests.RequestException):
            sandbox = self._sandbox()
            if kind == "disconnects and reconnects":
                sandbox.instance(instance, "close")
                self._over.wait(rng.uniform(1.0, 4.0))
                sandbox.instance(instance)
                return
            everybody = kind != "disconnected"
            seconds = rng.choice((2.0, 5.0, 20.0))
            sandbox.misbehave(kind, instance=None if everybody else instance, times=1, seconds=seconds)
        self.outages.append(Outage(begin, time.monotonic() + _FELT_ELSE))

    def _sandbox(self) -> Sandbox:
        return Sandbox(self._stack.gateway_url, self._stack.environment()["WHATSAPP_API_KEY"])


def _signal(pid: int, number: signal.Signals) -> None:
    """Send a signal to a process that may just have ended."""
    with suppress(ProcessLookupError):
        os.kill(pid, number)


def _start(service: Service) -> None:
    """Start a service that may need others: tried again as an operator would."""
    for _ in range(5):
        with suppress(LocalStackError):
            service.start()
            return
    service.start()


def _in_turn(kinds: tuple[str, ...], rng: random.Random) -> Iterator[str]:
    """Every kind once, then every kind once again, each time in another order.

    The first time those of Redis come first: the limiter waits for more than a minute after them.
    """
    yield from sorted(rng.sample(kinds, len(kinds)), key=lambda kind: "valkey" not in kind)
    while True:
        yield from rng.sample(kinds, len(kinds))
