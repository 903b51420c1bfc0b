"""The shapes of database functions' answers: each check gives the answer back, or raises ValueError.

A proxy may answer a page of HTML with status 200, and an older database another shape: `Database.call` applies
one of these (or a decoder made of them) and turns what it raises into SupabaseError.
"""

from __future__ import annotations

from typing import Any

Row = dict[str, Any]


def row(answer: Any) -> Row:
    """Check that an answer is an object."""
    if not isinstance(answer, dict):
        raise ValueError("not an object")
    return answer


def optional_row(answer: Any) -> Row | None:
    """Check that an answer is an object, or null where there is none."""
    return None if answer is None else row(answer)


def rows(answer: Any) -> list[Row]:
    """Check that an answer is a list of objects."""
    return [row(each) for each in _list(answer)]


def texts(answer: Any) -> list[str]:
    """Check that an answer is a list of strings."""
    found = _list(answer)
    if not all(isinstance(each, str) for each in found):
        raise ValueError("not a list of texts")
    return found


def flag(answer: Any) -> bool:
    """Check that an answer is true or false."""
    if not isinstance(answer, bool):
        raise ValueError("neither true nor false")
    return answer


def count(answer: Any) -> int:
    """Check that an answer is a whole number."""
    if not isinstance(answer, int) or isinstance(answer, bool):
        raise ValueError("not a number")
    return answer


def nothing(answer: Any) -> None:
    """Check that an answer has no body, which the client gives as an empty list, or is null."""
    if answer not in (None, []):
        raise ValueError("not empty")


def _list(answer: Any) -> list[Any]:
    if not isinstance(answer, list):
        raise ValueError("not a list")
    return answer
