"""A system's worker processes: started together, ready together, ended whatever happens."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

from sandbox.errors import LocalStackError
from sandbox.service import Part, Service
from sandbox.spawn import Spawner

_POLL = 0.05
_START_WITHIN = 60.0


@dataclass(frozen=True)
class Program:
    """A command line and where it runs; it is ready when its output contains `ready`."""

    argv: Sequence[str]
    folder: Path
    ready: str
    environment: Mapping[str, str] = field(default_factory=dict)


class ProcessGroup:
    """Runs programs with `environment`, their logs in `folder` (which is made)."""

    def __init__(self, programs: Sequence[Program], environment: Mapping[str, str], folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._spawner = Spawner()
        self._programs = list(programs)
        self._services = [
            Service(_part(f"worker{n}", each, environment), self._spawner, folder)
            for n, each in enumerate(programs, start=1)
        ]

    @property
    def pids(self) -> list[int]:
        """The processes' ids."""
        return [service.pid for service in self._services if service.pid]

    def __enter__(self) -> Self:
        try:
            for service in self._services:
                service.start()
            deadline = time.monotonic() + _START_WITHIN
            while not all(map(self._is_ready, self._services, self._programs)):
                if time.monotonic() > deadline or len(self.pids) < len(self._services):
                    raise LocalStackError(f"The workers did not become ready.\n{self._services[0].tail()}")
                time.sleep(_POLL)
        except BaseException:
            self._end()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()

    def _is_ready(self, service: Service, program: Program) -> bool:
        return program.ready in service.log.read_text(errors="replace")

    def _end(self) -> None:
        self._spawner.refuse_more()
        for service in self._services:
            service.ask_to_end()
        for service in self._services:
            service.stop()
        self._spawner.close()


def _part(name: str, program: Program, environment: Mapping[str, str]) -> Part:
    own = {**environment, **program.environment}
    return Part(name, tuple(program.argv), lambda: True, own, folder=program.folder)
