"""What belongs to one stack at a time: its folder while it runs, and the choice of ports while it starts."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from sandbox.errors import LocalStackError


@contextmanager
def one_at_a_time(file: Path) -> Iterator[None]:
    """Wait for one's turn among all processes that name the same file; the system ends the turn of one that dies."""
    with file.open("ab") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        yield


class FolderLock:
    """Held from start to stop; the system lets go of it when its holder dies."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._file: IO[bytes] | None = None

    def take(self) -> None:
        """Make the folder where it is missing, and hold it.

        Raises:
            LocalStackError: another stack runs in it.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        file = (self._folder / "lock").open("ab")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            file.close()
            raise LocalStackError("A stack runs in this folder already; stop it, or use another.") from None
        self._file = file

    def release(self) -> None:
        """Let go of the folder."""
        if self._file:
            self._file.close()
            self._file = None
