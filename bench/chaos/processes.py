"""The worker's processes, with the Procfile's own command lines, under a process manager that restarts them."""

from __future__ import annotations

import os
import random
import shlex
import socket
import sys
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from proactive.failpoints import VARIABLE
from sandbox.probe import HOST
from sandbox.processes import ROOT
from sandbox.service import Part, Service
from sandbox.spawn import Spawner

_LOOK = 0.2


def procfile() -> dict[str, list[str]]:
    """The Procfile's command lines by name."""
    lines = (line.partition(":") for line in (ROOT / "Procfile").read_text().splitlines() if ":" in line)
    return {name: shlex.split(command.removeprefix(" exec")) for name, _, command in lines}


class Member:
    """One process of the product; `alias` is its name, `role` is `worker`, `scheduler` or `web`."""

    def __init__(self, alias: str, role: str, service: Service) -> None:
        self.alias, self.role, self.service = alias, role, service
        self.held = False
        self.expected = True
        self.last_pid: int | None = None


class ProcessGroup:
    """Starts the processes and keeps them running; `died` is called with every pid that ended unasked."""

    def __init__(
        self, folder: Path, environment: Mapping[str, str], workers: int, schedulers: int, died: Callable[[int], None],
        *, web: bool = False,
    ) -> None:  # fmt: skip
        self._spawner = Spawner()
        self._died = died
        self._over = threading.Event()
        self.deaths = 0
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.web_port = _free_port()
        self.environment = dict(environment) | {
            "WEB_PORT": str(self.web_port),
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": str(ROOT),
            "PYTHONUNBUFFERED": "1",
        }
        commands = procfile()
        self.members = [self._member(f"worker{n}", "worker", commands["worker1"]) for n in range(workers)]
        self.members += [self._member(f"scheduler{n}", "scheduler", commands["scheduler"]) for n in range(schedulers)]
        if web:
            self.members.append(self._member("web", "web", commands["web"]))
        self._watch = threading.Thread(target=self._supervise, daemon=True)

    def __enter__(self) -> Self:
        for member in self.members:
            member.service.start()
            member.last_pid = member.service.pid
        self._watch.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._watch.join(30)
        self._spawner.refuse_more()
        for member in self.members:
            member.service.ask_to_end()
        for member in self.members:
            member.service.stop()
        self._spawner.close()

    def choose(self, role: str, rng: random.Random) -> Member:
        """Any process of that role."""
        return rng.choice([member for member in self.members if member.role == role])

    def begin_test_mode(self, faults: str) -> None:
        """Restart everybody, politely, with faults at named steps (as `PROACTIVE_FAULTS` has them)."""
        self.environment[VARIABLE] = faults
        self._restart()

    def end_test_mode(self) -> None:
        """Restart everybody, politely, without faults at named steps."""
        self.environment.pop(VARIABLE, None)
        self._restart()

    def _restart(self) -> None:
        for member in self.members:
            member.held = True
            member.service.resume()
            member.service.ask_to_end()
        for member in self.members:
            member.service.stop()
            member.service.part = self._part(member.alias, list(member.service.part.argv))
            member.held = False

    def logs(self) -> str:
        """What all of them wrote."""
        return "".join(member.service.log.read_text(errors="replace") for member in self.members)

    def _member(self, alias: str, role: str, argv: list[str]) -> Member:
        return Member(alias, role, Service(self._part(alias, argv), self._spawner, self.folder))

    def _part(self, alias: str, argv: list[str]) -> Part:
        return Part(alias, tuple(argv), lambda: True, self.environment, folder=ROOT)

    def _supervise(self) -> None:
        while not self._over.wait(_LOOK):
            for member in self.members:
                if member.service.pid is None and not member.held:
                    if member.last_pid is not None:
                        self.deaths += 1
                        self._died(member.last_pid)
                    member.service.start()
                    member.last_pid = member.service.pid


def _free_port() -> int:
    with socket.create_server((HOST, 0)) as server:
        return int(server.getsockname()[1])
