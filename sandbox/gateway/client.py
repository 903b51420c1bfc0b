"""The sandbox from a program: what tests, demos and benches tell it and ask it."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import requests

from sandbox.gateway.app import build_server
from sandbox.gateway.people import Person

_TIMEOUT = 10
#: What a product subscribes to.
EVENTS = (
    "CONNECTION_UPDATE", "MESSAGES_UPSERT", "MESSAGES_UPDATE", "MESSAGES_EDITED", "MESSAGES_DELETE", "SEND_MESSAGE",
)  # fmt: skip


class Sandbox:
    """The control paths of a running sandbox at `url`; `api_key` is its Evolution API key."""

    def __init__(self, url: str, api_key: str) -> None:
        self.url = url.rstrip("/")
        self.api_key = api_key

    def instance(
        self, name: str, state: str = "open", *, ever_connected: bool | None = None, seconds: float | None = None
    ) -> None:
        """Create an instance, or change its state: `open`, `connecting` (open after `seconds`) or `close`."""
        body = {"name": name, "state": state, "ever_connected": ever_connected, "seconds": seconds}
        self._ask("POST", "/instances", json=body)

    def misbehave(self, how: str, **more: Any) -> None:
        """Get something wrong; see `FaultRule` and fault_table.py for what and how."""
        self._ask("POST", "/misbehave", json={"how": how, **more})

    def behave(self) -> None:
        """Get nothing wrong any more, and be set up as at the start."""
        self._ask("DELETE", "/misbehave")
        self._ask("DELETE", "/settings")

    def set_up(self, **settings: Any) -> None:
        """Be another server from now on; see `ServerSettings`."""
        self._ask("PATCH", "/settings", json=settings)

    def call(
        self, url: str, secret: str, *instances: str, events: Iterable[str] = EVENTS, enabled: bool = True
    ) -> None:
        """Set the webhook of instances to `url`, which `secret` (a bearer) opens, or switch it off."""
        headers = {"Authorization": f"Bearer {secret}"}
        webhook = {"enabled": enabled, "url": url, "byEvents": False, "base64": False, "headers": headers}
        for name in instances:
            path = f"{self.url}/webhook/set/{quote(name, safe='')}"
            body = {"webhook": webhook | {"events": list(events)}}
            requests.post(path, json=body, headers={"apikey": self.api_key}, timeout=_TIMEOUT).raise_for_status()

    def write(self, instance: str, number: str, text: str = "", **more: Any) -> dict[str, Any]:
        """Have a person write to an instance; see `NewReply` for the kinds. Answers what was kept."""
        body = {"instance": instance, "number": number, "text": text, **more}
        written: dict[str, Any] = self._ask("POST", "/replies", json=body).json()
        return written

    def name(self, *people: Person) -> None:
        """Know people by name: the inbox shows them, and they write under it."""
        self._ask("POST", "/people", json={"people": [person.model_dump() for person in people]})

    def forget_people(self) -> None:
        """Know nobody by name any more."""
        self._ask("DELETE", "/people")

    def people(self, instance: str) -> list[dict[str, Any]]:
        """Whose names are known at an instance, owners first."""
        everybody: list[dict[str, Any]] = self._ask("GET", "/people").json()
        return [each for each in everybody if each["instance"] == instance]

    def replies(self, **wanted: Any) -> list[dict[str, Any]]:
        """What was written, oldest first; narrowed by `instance`, `number`, `since_id`."""
        found: list[dict[str, Any]] = self._ask("GET", "/replies", params=wanted).json()
        return found

    def receipts(self, since: float = 0) -> list[dict[str, Any]]:
        """The receipts that came after a time (Unix seconds), in the order of their times."""
        found: list[dict[str, Any]] = self._ask("GET", "/receipts", params={"since": since}).json()
        return found

    def webhooks(self) -> dict[str, int]:
        """How many webhooks were delivered, tried again, refused for good, given up and dropped."""
        counts: dict[str, int] = self._ask("GET", "/webhooks").json()
        return counts

    def messages(self, **wanted: Any) -> list[dict[str, Any]]:
        """Accepted messages, oldest first; narrowed by `instance`, `number`, `since_id`."""
        found: list[dict[str, Any]] = self._ask("GET", "/messages", params=wanted).json()
        return found

    def attempts(self, **wanted: Any) -> list[dict[str, Any]]:
        """Every request to send, refused ones too, oldest first; `outcome` says how it went."""
        found: list[dict[str, Any]] = self._ask("GET", "/attempts", params=wanted).json()
        return found

    def forget(self) -> None:
        """Forget messages with their receipts, replies and attempts."""
        self._ask("DELETE", "/messages")

    def _ask(self, method: str, path: str, **more: Any) -> requests.Response:
        answer = requests.request(method, f"{self.url}/sandbox{path}", timeout=_TIMEOUT, **more)
        answer.raise_for_status()
        return answer


@contextmanager
def running(data: Path, api_key: str) -> Iterator[Sandbox]:
    """A sandbox in a thread of this process, on a free port, for as long as the block lasts."""
    # asyncio turns Nagle's delay off only for sockets that say that they are TCP
    with socket.socket(proto=socket.IPPROTO_TCP) as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(128)
        server = build_server(0, data, api_key)
        thread = threading.Thread(target=server.run, args=([listening],), daemon=True)
        thread.start()
        try:
            yield Sandbox(f"http://127.0.0.1:{listening.getsockname()[1]}", api_key)
        finally:
            server.should_exit = True
            thread.join(_TIMEOUT)
