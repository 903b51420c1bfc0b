"""The worker's own processes, each alone, and a webhook that remembers what it was told."""

from __future__ import annotations

import json
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import redis
from rq.utils import as_text

from sandbox.processes import ROOT
from sandbox.service import Part, Service
from sandbox.spawn import Spawner
from tests.support.world import World, fresh_redis

WORKER = ("-m", "rq.cli", "worker", "--worker-class", "proactive.processes.worker.WarmWorker", "aurora-proactive")
SCHEDULER = ("scripts/schedule.py",)


@dataclass
class Webhook:
    """What was posted; `statuses` are answered first, 200 after them."""

    url: str
    posted: list[dict[str, Any]] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)


class serving:  # noqa: N801  used as a function
    """A webhook on a free port, for as long as the block lasts."""

    def __enter__(self) -> Webhook:
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
        webhook = Webhook(f"http://127.0.0.1:{self.server.server_port}/secret-path")

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                status = webhook.statuses.pop(0) if webhook.statuses else 200
                if status == 200:
                    webhook.posted.append(body)
                self.send_response(status)
                self.end_headers()

            def log_message(self, *args: Any) -> None:
                pass

        self.server.RequestHandlerClass = Handler
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()
        return webhook

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.server.server_close()


@dataclass
class Crew:
    """Two workers and a scheduler, each a process of its own: one may die without the others."""

    redis: redis.Redis
    services: dict[str, Service]

    def pid(self, name: str) -> int:
        found = self.services[name].pid
        assert found is not None
        return found

    def dismiss(self) -> None:
        """End them, as far as they run."""
        for service in self.services.values():
            service.ask_to_end()
        for service in self.services.values():
            service.stop()

    def worker_key(self, pid: int) -> str:
        """The RQ worker of that process."""
        keys = [as_text(key) for key in self.redis.smembers("rq:workers:aurora-proactive")]
        return next(key for key in keys if self.redis.hget(key, "pid") == str(pid).encode())


@contextmanager
def at_work(world: World, hook: Webhook) -> Iterator[Crew]:
    """A crew for as long as the block lasts; two jobs wait for longer than its limit of one allows."""
    environment = world.stack.environment() | {"ALERT_PENDING_JOBS": "1", "ALERT_WEBHOOK_URL": hook.url}
    client = fresh_redis(environment["REDIS_URL"])
    world.forget_the_past()
    world.sandbox.behave()
    now = client.time()[0]
    client.zadd("rq:scheduled:aurora-proactive", {"one": now + 200, "other": now + 200})
    spawner = Spawner()
    with tempfile.TemporaryDirectory(prefix="aurora-crew-") as folder:
        crew = Crew(client, {})
        try:
            for name, argv in {"worker1": WORKER, "worker2": WORKER, "scheduler": SCHEDULER}.items():
                ready = _beats(client) if name == "scheduler" else _registered(client, 2)
                part = Part(name, (sys.executable, *argv), ready, environment, folder=ROOT)
                crew.services[name] = Service(part, spawner, Path(folder))
            with ThreadPoolExecutor() as pool:
                list(pool.map(Service.start, crew.services.values()))
            yield crew
        finally:
            crew.dismiss()
            spawner.close()
            client.close()


def _registered(client: redis.Redis, workers: int) -> Callable[[], bool]:
    return lambda: int(client.scard("rq:workers:aurora-proactive")) >= workers


def _beats(client: redis.Redis) -> Callable[[], bool]:
    return lambda: bool(client.exists("aurora:heartbeat:scheduler"))
