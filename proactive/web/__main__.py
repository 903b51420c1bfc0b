"""`python -m proactive.web`: the process `web`, as the Procfile and the container start it."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping

import uvicorn

from proactive.errors import SettingsError
from proactive.settings import Settings, load_settings


def address(settings: Settings, environment: Mapping[str, str]) -> tuple[str, int]:
    """Host and port to listen on.

    `WEB_PORT` wins. Without it `PORT` counts, which platforms set for the one process that they route to; not under
    honcho, which makes one up for every process.
    """
    given = "web_port" in settings.model_fields_set or settings.port is None or "HONCHO_PROCESS_NAME" in environment
    return settings.host, settings.web_port if given or settings.port is None else settings.port


def main() -> None:
    """Serve until SIGTERM; a setting that is none is said in one sentence, with status 1."""
    try:
        host, port = address(load_settings(), os.environ)
    except SettingsError as error:
        sys.exit(str(error))
    uvicorn.run("proactive.web.app:app", factory=True, host=host, port=port, access_log=False)


if __name__ == "__main__":
    main()
