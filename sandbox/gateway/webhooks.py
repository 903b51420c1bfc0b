"""Webhooks: who hears of an event, in which envelope, how late and in which order."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
from collections.abc import Callable
from typing import Any

from sandbox.gateway.records import SandboxInstance
from sandbox.gateway.server_settings import SettingsHolder
from sandbox.gateway.store import Store
from sandbox.gateway.webhook_posts import WebhookPost, WebhookPosts
from sandbox.gateway.whatsapp_ids import own_jid

#: Long enough for events to be there together when they are to be told together.
_SHORTEST_HOLD = 0.1


class Webhooks:
    """Tells events as 2.3.7 does: nobody waits for them, and none waits for another."""

    def __init__(self, store: Store, settings: SettingsHolder, posts: WebhookPosts) -> None:
        self._store, self._settings, self._posts = store, settings, posts
        self._held: list[WebhookPost] = []
        self._forgotten = 0

    def tell(self, name: str, event: str, data: dict[str, Any]) -> None:
        """Tell an instance's webhook of an event, where it is enabled and asks for such events; returns at once."""
        instance = self._store.instance(name)
        post = instance and _post(instance, event, data)
        if not post:
            return
        settings = self._settings.now
        if settings.webhook_order != "as_it_comes":
            self._held.append(post)
            if len(self._held) == 1:
                self.later(max(settings.webhook_late, _SHORTEST_HOLD), self._let_go)
        elif settings.webhook_late:
            self.later(settings.webhook_late, self._out, [post])
        else:
            self._out([post])

    def later(self, seconds: float, tell: Callable[..., None], *about: Any) -> None:
        """Do `tell` in so many seconds, unless everything is forgotten until then."""
        begun = self._forgotten

        def unless_forgotten() -> None:
            if begun == self._forgotten:
                tell(*about)

        asyncio.get_running_loop().call_later(seconds, unless_forgotten)

    def forget(self) -> None:
        """Tell nothing of what was not told yet."""
        self._held.clear()
        self._forgotten += 1
        self._posts.forget()

    def counts(self) -> dict[str, int]:
        """How many were delivered, tried again, refused for good, given up and dropped, since the start."""
        return dict(self._posts.counts)

    def _let_go(self) -> None:
        held, self._held = self._held, []
        self._out(_batched(held) if self._settings.now.webhook_order == "batched" else held[::-1])

    def _out(self, posts: list[WebhookPost]) -> None:
        """Post what goes together, one after the other."""
        settings = self._settings.now
        times = 2 if settings.webhook_twice else 1
        self._posts.put([post for post in posts for _ in range(times)], settings.webhook_retry_after)


def _post(instance: SandboxInstance, event: str, data: dict[str, Any]) -> WebhookPost | None:
    webhook = json.loads(instance.webhook or "{}")
    setting, path = event.replace(".", "_").upper(), event.replace(".", "-")
    url = str(webhook.get("url") or "")
    wanted = setting in (webhook.get("events") or []) and url.startswith(("http://", "https://"))
    if not (webhook.get("enabled") and wanted):
        return None
    now = dt.datetime.now(dt.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    sender = {"sender": own_jid(instance.name)} if instance.ever_connected else {}
    body = {"event": event, "instance": instance.name, "data": data, "destination": url, "date_time": now}
    body |= sender | {"server_url": instance.server_url, "apikey": instance.token}
    address = f"{url}/{path}" if webhook.get("byEvents") else url
    return WebhookPost(address, webhook.get("headers") or {}, body)


def _batched(held: list[WebhookPost]) -> list[WebhookPost]:
    """One body for all events of one kind and instance; `data` is the list of theirs."""
    together: dict[tuple[str, str, str], list[WebhookPost]] = {}
    for post in held:
        together.setdefault((post.url, post.body["instance"], post.body["event"]), []).append(post)
    return [
        WebhookPost(posts[-1].url, posts[-1].headers, posts[-1].body | {"data": [post.body["data"] for post in posts]})
        for posts in together.values()
    ]
