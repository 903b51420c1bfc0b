"""The worker's own processes, as its Procfile has them, beside the local stack."""

from __future__ import annotations

import os
import signal
import socket
import sys
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

import httpx
from redis import RedisError

from proactive.storage.redis import connect
from sandbox.probe import HOST
from sandbox.service import Part, Service
from sandbox.spawn import Spawner

ROOT = Path(__file__).resolve().parents[1]
_WORKERS = "rq:workers:aurora-proactive"


class Processes:
    """`honcho start` in the checkout: the scheduler, three workers, the API and the dashboard; a context manager.

    `environment` is what `LocalStack.environment` gives, with anything else that the processes are to see.
    Their output is in `folder`, in `processes.log`.
    """

    def __init__(self, folder: Path, environment: Mapping[str, str], only: tuple[str, ...] = ()) -> None:
        """`only` names the Procfile's entries to start; none means all."""
        self._spawner = Spawner()
        self._redis = connect(environment["REDIS_URL"])
        self.dashboard_port = _free_port()
        self.web_port = _free_port()
        self._workers = 3 if not only else sum(name.startswith("worker") for name in only)
        self._serving = [url for name, url in self._urls().items() if not only or name in only]
        settings = dict(environment) | {
            "DASHBOARD_PORT": str(self.dashboard_port),
            "WEB_PORT": str(self.web_port),
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "PYTHONUNBUFFERED": "1",
        }
        folder.mkdir(parents=True, exist_ok=True)
        # honcho lets its .env win over the environment: a developer's own must not reach these processes
        empty = folder / "no.env"
        empty.touch()
        argv = (
            sys.executable, "-m", "honcho", "start", "--no-colour", "--no-prefix",
            "-e", str(empty), *only,
        )  # fmt: skip
        part = Part("processes", argv, self._ready, settings, None, signal.SIGTERM, 60.0, ROOT)
        self.service = Service(part, self._spawner, folder)

    @property
    def dashboard_url(self) -> str:
        """Where rq-dashboard answers."""
        return self._urls()["dashboard"]

    @property
    def web_url(self) -> str:
        """Where the API answers, without a path."""
        return f"http://{HOST}:{self.web_port}"

    def _urls(self) -> dict[str, str]:
        return {"dashboard": f"http://{HOST}:{self.dashboard_port}", "web": f"{self.web_url}/openapi.json"}

    def __enter__(self) -> Self:
        try:
            self.service.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def stop(self) -> None:
        """End them: each finishes the job it runs."""
        self.service.stop()
        self._spawner.close()

    def _ready(self) -> bool:
        try:
            if int(self._redis.scard(_WORKERS)) < self._workers:
                return False
            return all(httpx.get(url, trust_env=False).is_success for url in self._serving)
        except (RedisError, httpx.HTTPError):
            return False


def _free_port() -> int:
    with socket.create_server((HOST, 0)) as server:
        return int(server.getsockname()[1])
