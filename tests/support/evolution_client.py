"""Requests to a sandbox gateway as a product makes them."""

from __future__ import annotations

from typing import Any

import requests

from sandbox.gateway.client import Sandbox

TEXT = "Olá!\n\nAté amanhã 🚀"
NUMBER = "5511999998888"
JID = f"{NUMBER}@s.whatsapp.net"


def ask(sandbox: Sandbox, method: str, path: str, body: Any = None, key: str = "") -> requests.Response:
    """Ask Evolution's API with the global key, or another."""
    headers = {"apikey": key or sandbox.api_key}
    return requests.request(method, sandbox.url + path, json=body, headers=headers, timeout=5)


def send(sandbox: Sandbox, number: str = NUMBER, text: str = TEXT, key: str = "", **more: Any) -> requests.Response:
    """Have `shop` send a text."""
    return ask(sandbox, "POST", "/message/sendText/shop", {"number": number, "text": text, **more}, key)


def find(sandbox: Sandbox, **where: Any) -> list[dict[str, Any]]:
    """The records that `findMessages` finds for `shop`."""
    answer = ask(sandbox, "POST", "/chat/findMessages/shop", {"where": where}).json()
    records: list[dict[str, Any]] = answer["messages"]["records"]
    return records
