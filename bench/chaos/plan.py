"""What a run of the harness is asked for."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Plan:
    """What to run. `calm_share` of the trouble's time only our own processes suffer; `chance` is a step's.

    At each share of the time in `bursts` one instance gets `burst` campaigns at once: more than a minute's worth.
    """

    seed: int
    occurrences: int = 1000
    instances: int = 50
    seconds: float = 600.0
    settle: float = 300.0
    workers: int = 3
    schedulers: int = 2
    chance: float = 0.01
    pace: float = 1.0
    calm_share: float = 0.3
    burst: int = 45
    bursts: tuple[float, ...] = (0.2, 0.6)
    environment: dict[str, str] = field(default_factory=dict)
