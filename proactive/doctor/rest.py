"""Asks Supabase's API what its client does not: how it describes itself, how many rows there are, what its clock is."""

from __future__ import annotations

import base64
import json
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx

from proactive.deadline.client import bounded_client
from proactive.model.product_tables import PRODUCT_TABLES
from proactive.storage.refusals import meaning_of

_LARGEST = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class RestAnswer:
    """An answer: its status, its JSON (None if it is none), its headers, and when it was asked and had."""

    status: int
    body: Any
    headers: Mapping[str, str]
    asked: float
    answered: float

    @property
    def why(self) -> str:
        """Why it is a refusal, in a sentence."""
        code = self.body.get("code") if isinstance(self.body, dict) else None
        said = code if isinstance(code, str) else str(self.status)
        return f"code {said}: {meaning_of(said) or 'nobody knows what that means'}"

    @property
    def count(self) -> int | None:
        """How many rows there are, where that was asked for (`Content-Range: 0-0/3`)."""
        found = re.search(r"/(\d+)$", self.headers.get("content-range", ""))
        return int(found[1]) if found else None


class SupabaseRest:
    """Reads from `/rest/v1` with a key; every answer is within `patience` seconds. Raises httpx.HTTPError."""

    def __init__(self, url: str, key: str, patience: float, product_schema: str = "public") -> None:
        headers = {"apikey": key} | ({} if key.startswith("sb_") else {"Authorization": f"Bearer {key}"})
        self._client = bounded_client(patience, _LARGEST, follow_redirects=True)
        self._client.headers.update(headers)
        self._product_schema = product_schema
        self._base = f"{url.rstrip('/')}/rest/v1/"

    def get(self, path: str, **parameters: str) -> RestAnswer:
        """The answer to a request; rows are counted as well as can be had at once."""
        return self._get(path, self._product_schema if path in PRODUCT_TABLES else "public", parameters)

    def description(self, *, of_product: bool = False) -> RestAnswer:
        """How the API describes what is ours, or the schema of the product's tables, which may be another one."""
        return self._get("", self._product_schema if of_product else "public", {})

    def _get(self, path: str, schema: str, parameters: Mapping[str, str]) -> RestAnswer:
        asked = time.time()
        headers = {"Prefer": "count=estimated"} | ({} if schema == "public" else {"Accept-Profile": schema})
        answer = self._client.get(f"{self._base}{path}", params=dict(parameters), headers=headers)
        return RestAnswer(answer.status_code, _json(answer), dict(answer.headers), asked, time.time())

    def count(self, table: str, **filters: str) -> int | None:
        """How many rows of a table there are, about; None where it cannot be read."""
        answer = self.get(table, select="id", limit="1", **filters)
        return answer.count if answer.status in (200, 206) else None

    def close(self) -> None:
        """Close its connections."""
        self._client.close()


def kind_of(key: str) -> str:
    """What kind of a key it is, in no language: `sb_secret`, `sb_publishable`, a role such as `anon`, or `?`."""
    for kind in ("sb_secret", "sb_publishable"):
        if key.startswith(f"{kind}_"):
            return kind
    try:
        payload = key.split(".")[1]
        role = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))["role"]
    except (IndexError, ValueError, KeyError, TypeError):
        return "?"
    return str(role) if re.fullmatch(r"[a-z_]{1,30}", str(role)) else "?"


def _json(answer: httpx.Response) -> Any:
    try:
        return answer.json()
    except ValueError:
        return None
