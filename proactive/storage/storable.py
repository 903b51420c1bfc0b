"""Makes values storable: words of others (a gateway's, a person's) may hold what no database takes."""

from __future__ import annotations

import math
import re
from typing import Any

#: PostgreSQL's texts and JSON have no NUL, and UTF-8 no half of a pair of surrogates (half an emoji, cut off).
_IMPOSSIBLE = re.compile("[\x00\ud800-\udfff]")
_DEEPEST = 64


def storable(value: Any, depth: int = 0) -> Any:
    """A JSON value with impossible signs replaced by U+FFFD, and with null for what is no number (NaN, infinities).

    What is storable comes back equal. What lies deeper than 64 levels becomes null: no parser would take it.
    """
    if value is None or isinstance(value, int):
        return value
    if isinstance(value, str):
        if value.isascii() and "\x00" not in value:  # nearly all are
            return value
        return _IMPOSSIBLE.sub("\ufffd", value) if _IMPOSSIBLE.search(value) else value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict | list | tuple) and depth >= _DEEPEST:
        return None
    if isinstance(value, dict):
        return {storable(name): storable(each, depth + 1) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [storable(each, depth + 1) for each in value]
    return value
