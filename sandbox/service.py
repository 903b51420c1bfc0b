"""One part of the stack: a process that starts, becomes ready, can be hurt, and comes back as it was."""

from __future__ import annotations

import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from sandbox.errors import LocalStackError
from sandbox.spawn import Spawner

_POLL = 0.02
_STOP_WITHIN = 10.0
_TAIL = 2000


@dataclass(frozen=True, slots=True)
class Part:
    """What a service runs. `ready` answers whether it serves; `stop_signal` is its polite end.

    `user` is whom it runs as (None: whoever runs us), `within` the seconds it may take to become ready, `folder`
    where it runs (None: where its log is).
    """

    name: str
    argv: tuple[str, ...]
    ready: Callable[[], bool]
    environment: Mapping[str, str] = field(default_factory=dict)
    user: str | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    within: float = 60.0
    folder: Path | None = None


class Service:
    """A running `Part`. Its address and its data stay the same over stop, kill and start."""

    def __init__(self, part: Part, spawner: Spawner, folder: Path) -> None:
        self.part = part
        self.name = part.name
        self.log = folder / f"{part.name}.log"
        self._folder = folder
        self._spawner = spawner
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        """The process's id, None while it is not running."""
        return self._process.pid if self._process and self._process.poll() is None else None

    def start(self) -> None:
        """Start the process, unless it runs, and wait until it serves.

        Raises:
            LocalStackError: it ended or is not ready in time; the message ends with its log's tail.
        """
        if self.pid is None:
            self._process = self._spawner.spawn(
                self.part.argv,
                environment=self.part.environment,
                folder=self.part.folder or self._folder,
                log=self.log,
                user=self.part.user,
                death_signal=self.part.stop_signal,
            )
        self.wait_until_ready()

    def wait_until_ready(self) -> None:
        """Return once the service serves; see `start` for what is raised."""
        deadline = time.monotonic() + self.part.within
        while not self.part.ready():
            if self.pid is None:
                raise LocalStackError(f"{self.name} ended while starting.\n{self.tail()}")
            if time.monotonic() > deadline:
                raise LocalStackError(f"{self.name} is not ready after {self.part.within:g} s.\n{self.tail()}")
            time.sleep(_POLL)

    def ask_to_end(self) -> None:
        """Send the polite end without waiting for it (a paused process is resumed to hear it)."""
        self.resume()
        if self._process and self.pid:
            self._process.send_signal(self.part.stop_signal)

    def stop(self) -> None:
        """End the process politely; by force if that takes more than 10 seconds."""
        self.ask_to_end()
        if self._process:
            try:
                self._process.wait(_STOP_WITHIN)
            except subprocess.TimeoutExpired:
                self.kill()

    def kill(self) -> None:
        """End the process and its children at once (SIGKILL), as a crash would; return when they are gone."""
        family = self._family()
        for member in family:
            with suppress(psutil.NoSuchProcess):
                member.kill()
        if self._process:
            self._process.wait()
        psutil.wait_procs(family, timeout=_STOP_WITHIN)

    def restart(self) -> None:
        """Stop, then start on the same address with the same data."""
        self.stop()
        self.start()

    def pause(self) -> None:
        """Freeze the process and its children (SIGSTOP): connections stay open, nothing answers."""
        for member in self._family():
            with suppress(psutil.NoSuchProcess):
                member.suspend()

    def resume(self) -> None:
        """Let a paused process go on; one that runs does not notice."""
        for member in self._family():
            with suppress(psutil.NoSuchProcess):
                member.resume()

    def tail(self) -> str:
        """The end of the service's log."""
        return self.log.read_text(errors="replace")[-_TAIL:] if self.log.exists() else "(no log)"

    def _family(self) -> list[psutil.Process]:
        if self.pid is None:
            return []
        try:
            parent = psutil.Process(self.pid)
            return [parent, *parent.children(recursive=True)]
        except psutil.NoSuchProcess:
            return []
