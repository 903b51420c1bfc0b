"""The corpus of feeds: each file says in itself why it is there, and what is to be read of it."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "corpus"
FILES = sorted(FOLDER.rglob("*.ics"))
PURPOSES = ("closures", "busy")
_NOW = "2026-06-01T12:00:00+00:00"


@dataclass(frozen=True)
class FeedCase:
    """A file of the corpus. `expected` are lines by what they expect: a purpose, REFUSED, IGNORED, FAULT."""

    path: Path
    now: dt.datetime
    zone: str
    why: str
    guarded: bool
    expected: dict[str, list[str]]

    @property
    def body(self) -> bytes:
        """The file."""
        return self.path.read_bytes()

    def events(self, purpose: str) -> list[str] | None:
        """What is to be read for a purpose, in order; None where the file does not say."""
        found = self.expected.get(purpose.upper())
        said = any(each.upper() in self.expected for each in PURPOSES)
        return sorted(found) if found is not None else None if said else []

    def left_out(self, kind: str, purpose: str) -> Counter[str]:
        """What is to be refused or ignored; only events that take slots can be too long."""
        lines = self.expected.get(kind, [])
        return Counter(line for line in lines if purpose == "busy" or not line.startswith("too_long "))


def case(path: Path) -> FeedCase:
    """A file of the corpus, with what it says of itself."""
    said: dict[str, str] = {}
    expected: dict[str, list[str]] = {}
    for line in path.read_text("utf-8").splitlines():
        name, _, value = line.partition(":")
        if name.startswith("X-EXPECT-"):
            expected.setdefault(name.removeprefix("X-EXPECT-"), []).append(value)
        elif name.startswith("X-") and name not in said:
            said[name] = value
    now = dt.datetime.fromisoformat(said.get("X-NOW", _NOW))
    zone, why = said.get("X-ZONE", "America/Sao_Paulo"), said.get("X-WHY", "")
    return FeedCase(path, now, zone, why, "X-GUARD" in said, expected)


def told(event: dict[str, Any]) -> str:
    """An event as the corpus writes it."""
    if "first_day" in event:
        first, last = event["first_day"], event["last_day"]
        when = first if first == last else f"{first}..{last}"
    else:
        when = "/".join(dt.datetime.fromisoformat(event[name]).strftime("%Y-%m-%dT%H:%M") for name in _TIMES)
    return f"{when} {event['title']}" if event["title"] else when


_TIMES = ("starts_at", "ends_at")


def reasons(found: list[dict[str, Any]]) -> Counter[str]:
    """What was left out as the corpus writes it."""
    return Counter(f"{each['reason']} {each['title'] or '-'}" for each in found)
