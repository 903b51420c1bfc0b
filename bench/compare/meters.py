"""What a run cost: CPU and memory from the system, commands from Redis, requests from nginx's log."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
from redis import Redis

_MB = 1024 * 1024
#: The bench's own questions to Redis.
_OWN = {"cmdstat_info", "cmdstat_config|resetstat"}


@dataclass(frozen=True)
class Cpu:
    """CPU seconds so far: of the system, of the stack, of the whole machine, of the bench itself."""

    system: float
    stack: float
    machine: float
    bench: float

    def __sub__(self, other: Cpu) -> Cpu:
        return Cpu(
            self.system - other.system, self.stack - other.stack, self.machine - other.machine,
            self.bench - other.bench,
        )  # fmt: skip

    @property
    def others(self) -> float:
        """What everybody else on this machine used."""
        return max(0.0, self.machine - self.system - self.stack - self.bench)


def cpu(system: Iterable[int], stack: Iterable[int]) -> Cpu:
    """Read the clocks of these processes with their descendants, also those that have ended."""
    machine, own = psutil.cpu_times(), os.times()
    busy = machine.user + machine.nice + machine.system + machine.irq + machine.softirq + machine.steal
    return Cpu(_seconds(system), _seconds(stack), busy, own.user + own.system)


def resident(pids: Iterable[int]) -> float:
    """MB that the largest of these processes (descendants included) holds now."""
    return max((_resident(process) for process in _families(pids)), default=0.0)


def peaks(pids: Iterable[int]) -> list[float]:
    """VmHWM of each of these processes and their descendants: the most that it ever held, in MB."""
    return [peak(process.pid) for process in _families(pids)]


def peak(pid: int) -> float:
    """VmHWM of one process in MB; 0 where it is gone."""
    with suppress(OSError):
        if found := re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text()):
            return int(found[1]) * 1024 / _MB
    return 0.0


@dataclass(frozen=True)
class RedisUse:
    """Commands that the server executed (those inside scripts included), and reads from clients: round trips."""

    commands: int
    round_trips: int


def redis_use(redis: Redis) -> RedisUse:
    """Since the last `config resetstat`."""
    stats: dict[str, Any] = redis.info("commandstats")
    commands = sum(each["calls"] for name, each in stats.items() if name not in _OWN)
    return RedisUse(commands, redis.info("stats")["total_reads_processed"])


@dataclass(frozen=True)
class Requests:
    """What nginx passed on: all of it, and what was answered with 400 or more."""

    total: int
    errors: Counter[str]
    paths: Counter[str]


def requests(access_log: Path, offset: int) -> Requests:
    """Count the lines from the byte `offset` on; nginx writes them within 0.2 s."""
    with access_log.open("rb") as file:
        file.seek(offset)
        lines = [line.split() for line in file.read().decode().splitlines()]
    paths = Counter(f"{method} {path}" for method, path, _ in lines)
    errors = Counter(f"{method} {path} {status}" for method, path, status in lines if int(status) >= 400)
    return Requests(len(lines), errors, paths)


def _families(pids: Iterable[int]) -> Iterator[psutil.Process]:
    for pid in pids:
        with suppress(psutil.NoSuchProcess):
            parent = psutil.Process(pid)
            yield from (parent, *parent.children(recursive=True))


def _seconds(pids: Iterable[int]) -> float:
    total = 0.0
    for process in _families(pids):
        with suppress(psutil.NoSuchProcess):
            total += sum(process.cpu_times()[:4])  # its own and its dead children's, in user and system mode
    return total


def _resident(process: psutil.Process) -> float:
    with suppress(psutil.NoSuchProcess):
        return float(process.memory_info().rss) / _MB
    return 0.0
