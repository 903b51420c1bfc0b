"""Starting the child process that reads a feed, and what its end means. No worker imports what the child does."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

from proactive.feeds.limits import WALL

_CHILD = "proactive.feeds.child"
_ROOT = Path(__file__).parents[2]
#: Seconds that starting it may take, beside its own.
_MARGIN = 15
_OVERLOADED = frozenset({signal.SIGXCPU, signal.SIGKILL, signal.SIGALRM})


def read_in_child(question: dict[str, Any], module: str = _CHILD) -> dict[str, Any]:
    """Have a child process fetch and read one feed; its answer, or the fault that its end is.

    Its environment has none of this process' secrets, and its question is no argument, which others could list.
    """
    command = [sys.executable, "-P", "-m", module]
    environment = {"PYTHONPATH": str(_ROOT), "PYTHONUTF8": "1", "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        done = subprocess.run(
            command, input=json.dumps(question).encode(), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd="/",
            env=environment, timeout=WALL + _MARGIN, check=False, start_new_session=True,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return {"fault": "too_heavy", "detail": "time"}
    except OSError as error:
        return {"fault": "failed", "detail": type(error).__name__}
    if done.returncode != 0:
        code = "too_heavy" if -done.returncode in _OVERLOADED else "failed"
        return {"fault": code, "detail": f"the child ended with {done.returncode}"}
    try:
        answer = json.loads(done.stdout)
    except ValueError:
        answer = None
    return answer if isinstance(answer, dict) else {"fault": "failed", "detail": "no answer"}
