"""Waiting for Ctrl-C, so that not even one that comes just before the wait is missed."""

from __future__ import annotations

import signal
import socket


def wait_for_signal() -> None:
    """Sleep until a signal has come whose handler is Python's; what the handler raises goes on to the caller.

    Not `signal.pause()`: it misses a signal that arrives after Python has looked for one and before the system
    call begins, and then sleeps for ever. Here the signal leaves a byte that is read as soon as we look.
    """
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.setblocking(False)
        before = signal.set_wakeup_fd(theirs.fileno())
        try:
            ours.recv(1)
        finally:
            signal.set_wakeup_fd(before)
