"""Whether the `rq` command of this environment is ours: two distributions own that file, the last installed wins."""

from __future__ import annotations

import logging
import sysconfig
from pathlib import Path

from proactive.processes import rq_cli

logger = logging.getLogger(__name__)


def is_ours(scripts: Path | None = None) -> bool:
    """Whether the command in that folder (this environment's) runs `rq_cli`; True where there is none."""
    command = (scripts or Path(sysconfig.get_path("scripts"))) / "rq"
    try:
        return rq_cli.__name__ in command.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return True


def warn_unless_ours(scripts: Path | None = None) -> None:
    """Say in the log that RQ's own command has taken our command's place: it knows no `.env`, and writes pickles."""
    if not is_ours(scripts):
        logger.warning(
            "The command rq is RQ's own: it was installed after this project. Install the project again "
            "(pip install --force-reinstall --no-deps), so that rq reads REDIS_URL and writes JSON",
            extra={"action": "rq_not_ours"},
        )
