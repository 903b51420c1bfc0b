"""Starting processes that do not outlive us, not even when we are killed.

Linux tells a child when its parent is gone (`PR_SET_PDEATHSIG`). "Parent" is the thread that forked, so
every process is forked by one thread that lives as long as the stack does. Other systems have nothing of
the kind: there a stack whose Python was killed with SIGKILL leaves its processes behind.
"""

from __future__ import annotations

import ctypes
import os
import pwd
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from sandbox.errors import LocalStackError

_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None


class Spawner:
    """Forks the stack's processes, each in a session of its own (Ctrl-C reaches us, and we end them in order)."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, "spawner")
        self._closed = False

    def spawn(
        self,
        argv: Sequence[str],
        *,
        environment: Mapping[str, str],
        folder: Path,
        log: Path,
        user: str | None,
        death_signal: signal.Signals,
    ) -> subprocess.Popen[bytes]:
        """Start a process in `folder`, its output appended to `log`, as `user` (None: ours).

        Raises:
            LocalStackError: after `refuse_more`, or if the program cannot be started.
        """
        if self._closed:
            raise LocalStackError("The stack is being stopped.")

        def fork() -> subprocess.Popen[bytes]:
            with log.open("ab") as output:
                return subprocess.Popen(
                    argv,
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    cwd=folder,
                    env={**os.environ, **environment},
                    user=user,
                    group=pwd.getpwnam(user).pw_gid if user else None,
                    extra_groups=[] if user else None,
                    start_new_session=True,
                    # runs after the change of user, which would clear the signal again
                    preexec_fn=_end_with_parent(os.getpid(), death_signal),
                )

        try:
            return self._thread.submit(fork).result()
        except OSError as error:
            raise LocalStackError(f"{Path(argv[0]).name} could not be started: {error}") from error

    def refuse_more(self) -> None:
        """From now on start nothing."""
        self._closed = True

    def close(self) -> None:
        """End the thread, and with it (on Linux) whatever of ours should still run."""
        self._closed = True
        self._thread.shutdown()


def _end_with_parent(parent: int, death_signal: signal.Signals) -> Callable[[], None] | None:
    libc = _LIBC
    if libc is None:
        return None

    def arrange() -> None:
        libc.prctl(_PR_SET_PDEATHSIG, int(death_signal), 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)

    return arrange
