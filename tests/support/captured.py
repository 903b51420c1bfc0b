"""Bodies that a real Evolution API 2.3.7 sent, and whether another body is such a one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parents[1] / "fixtures" / "evolution"
#: What differs from message to message and from server to server; of these only the kind of value is compared.
_ITS_OWN = frozenset(
    {"id", "keyId", "messageId", "instanceId", "instance_id", "messageTimestamp", "timestampMs", "date_time", "low",
     "high", "apikey", "destination", "server_url", "stanzaId"}
)  # fmt: skip


def captured(name: str) -> Any:
    """The body in a file of tests/fixtures/evolution, by its name without `.json`."""
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))


def captured_webhooks() -> list[dict[str, Any]]:
    """The first set of captured webhooks, each with the headers it came with."""
    return [json.loads(line) for line in (FOLDER / "evolution-webhooks.jsonl").read_text().splitlines()]


def differences(given: Any, real: Any, place: str = "") -> list[str]:
    """Where a body is not as a real one, empty if it is: other keys, other values, other kinds of values."""
    if isinstance(given, dict) and isinstance(real, dict):
        extra = [f"{place}.{name}: only here" for name in given.keys() - real.keys()]
        lacks = [f"{place}.{name}: only in the real one" for name in real.keys() - given.keys()]
        both = [name for name in real if name in given]
        return extra + lacks + [each for name in both for each in _at(name, given[name], real[name], place)]
    if isinstance(given, list) and isinstance(real, list) and len(given) == len(real):
        pairs = enumerate(zip(given, real, strict=True))
        return [each for number, (one, other) in pairs for each in differences(one, other, f"{place}[{number}]")]
    return [] if given == real else [f"{place}: {given!r}, really {real!r}"]


def _at(name: str, given: Any, real: Any, place: str) -> list[str]:
    if name in _ITS_OWN and type(given) is type(real):
        return []
    return differences(given, real, f"{place}.{name}")
