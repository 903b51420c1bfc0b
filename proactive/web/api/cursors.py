"""Cursors: where a page of a list ended, as text that callers send back unchanged."""

from __future__ import annotations

import base64
import binascii
import datetime as dt
from uuid import UUID

from proactive.web.problems import Problem, invalid

#: The largest position that PostgreSQL's integers hold.
_MOST = 2**31 - 1


def cursor_of(place: object, id_: object) -> str:
    """The cursor of a row: its place in the order, and its id."""
    return base64.urlsafe_b64encode(f"{place} {id_}".encode()).decode().rstrip("=")


def moment_cursor(cursor: str | None) -> tuple[dt.datetime, UUID] | None:
    """The instant (UTC) and the id of a cursor. Raises Problem (422): it is none of ours."""
    if cursor is None:
        return None
    place, id_ = _parts(cursor)
    try:
        moment = dt.datetime.fromisoformat(place)
        if moment.tzinfo is None:
            raise ValueError
        return moment.astimezone(dt.UTC), id_
    except (ValueError, OverflowError):
        raise _unusable() from None


def place_cursor(cursor: str | None) -> tuple[int, UUID] | None:
    """The position and the id of a cursor. Raises Problem (422): it is none of ours."""
    if cursor is None:
        return None
    place, id_ = _parts(cursor)
    if not (place.isascii() and place.isdigit() and len(place) < 11 and int(place) <= _MOST):
        raise _unusable()
    return int(place), id_


def _parts(cursor: str) -> tuple[str, UUID]:
    try:
        plain = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode("ascii")
        place, _, id_ = plain.rpartition(" ")
        return place, UUID(id_)
    except (ValueError, binascii.Error):
        raise _unusable() from None


def _unusable() -> Problem:
    return invalid("query.cursor", "Send the nextCursor of the page before, unchanged.")
