"""What a run came to, and whether it counts."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Scenario:
    """What the systems run over: `workers` messages in flight on each of `machines`, distances in ms.

    `flights` are those of one of our processes (`SENDS_IN_FLIGHT`). `only` names the systems that take part.
    """

    owners: int
    workers: int
    machines: int = 1
    gateway_ms: float = 0
    database_ms: float = 0
    flights: int = 1
    only: tuple[str, ...] = ("ours", "default", "bullmq", "rq")

    @property
    def processes(self) -> int:
        """How many of our processes have so many in flight."""
        return -(-self.workers // self.flights)

    def __str__(self) -> str:
        groups = f"{self.machines} x {self.workers}" if self.machines > 1 else str(self.workers)
        groups += f" ({self.processes} x {self.flights})" if self.flights > 1 else ""
        return (
            f"{self.owners:,} owners, {groups} in flight, gateway {self.gateway_ms:g} ms,"
            f" database {self.database_ms:g} ms away"
        )


@dataclass(frozen=True)
class Result:
    """One run. `seconds` from the start to the commit of the last row `sent`; CPU in seconds; memory in MB.

    `worker_mb` is the largest worker's peak, `all_mb` the sum of the peaks, `grew_mb` how much more the largest
    worker held at the end than after a fifth of the messages. `others` is the share of the machine that somebody
    else used. A run with `problems` counts for nothing.
    """

    system: str
    round: int
    owners: int
    seconds: float
    requests: int
    redis_commands: int
    redis_round_trips: int
    cpu: float
    stack_cpu: float
    worker_mb: float
    all_mb: float
    grew_mb: float
    others: float
    problems: tuple[str, ...] = ()

    @property
    def speed(self) -> float:
        """Messages a second."""
        return self.owners / self.seconds if self.seconds > 0 else 0.0
