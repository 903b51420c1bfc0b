"""How long each stage of an attempt takes, and what goes wrong in it, without the pipeline knowing."""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeVar, cast

from proactive.errors import GatewayError
from proactive.model.context import Draft
from proactive.model.metrics import Stage

Room = TypeVar("Room")
Result = TypeVar("Result")


@dataclass
class Noted:
    """What was seen of attempts: each stage's times in seconds, the gateway's faults, texts that fell back."""

    seconds: defaultdict[Stage, list[float]] = field(default_factory=lambda: defaultdict(list))
    faults: Counter[str] = field(default_factory=Counter)
    fallbacks: int = 0


class Stopwatch:
    """Notes what attempts do in the rooms that it looks at (a process runs one, or one batch, at a time)."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._noted = Noted()

    def timed(self, room: Room, **stages: Stage) -> Room:
        """The same room, with the time of the named methods counted to their stages."""
        return cast(Room, _Timed(room, self, stages))

    def times(self, stage: Stage) -> list[float]:
        """A stage's times that were noted since the last `take`."""
        return self._noted.seconds[stage]

    def take(self) -> Noted:
        """What was noted since the last time, which begins a new attempt."""
        noted, self._noted = self._noted, Noted()
        return noted

    def measure(self, stage: Stage, do: Callable[..., Result], *args: Any, **options: Any) -> Result:
        """Do it and note what came of it; raises whatever it raises."""
        since = self._monotonic()
        try:
            result = do(*args, **options)
        except GatewayError as error:
            self._noted.faults[str(error.fault)] += 1
            raise
        finally:
            self._noted.seconds[stage].append(self._monotonic() - since)
        if isinstance(result, Draft) and result.fallback:
            self._noted.fallbacks += 1
        return result


class _Timed:
    """Stands before a room and lets everything through."""

    def __init__(self, room: object, watch: Stopwatch, stages: Mapping[str, Stage]) -> None:
        self._room, self._watch, self._stages = room, watch, stages

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._room, name)
        stage = self._stages.get(name)
        return found if stage is None else partial(self._watch.measure, stage, found)
