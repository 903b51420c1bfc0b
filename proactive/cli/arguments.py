"""What is given on the command line: ids, moments, message types; what is wrong is said in a sentence."""

from __future__ import annotations

import datetime as dt
import re
from uuid import UUID
from zoneinfo import ZoneInfo

from proactive.errors import InvalidInput
from proactive.message_types.registry import find_message_type
from proactive.model.moments import within_years

_LONGEST_DAYS = 3660


def uuid_argument(name: str, value: str) -> UUID:
    """An id given on the command line.

    Raises:
        InvalidInput: it is not a UUID.
    """
    try:
        return UUID(value)
    except ValueError:
        raise InvalidInput(f"{name} is not an id: it should look like 3f1e9c6a-0d2b-4c57-9a55-0c1f6a8f2b11") from None


def optional_uuid(name: str, value: str | None) -> UUID | None:
    """An id given on the command line, None where none was. Raises like `uuid_argument`."""
    return None if value is None else uuid_argument(name, value)


def message_type(name: str) -> str:
    """The message type of that name. Raises like `proactive.message_types.registry.find_message_type`."""
    return find_message_type(name).name


def optional_type(name: str | None) -> str | None:
    """The message type of that name, None where none was given. Raises like `message_type`."""
    return None if name is None else message_type(name)


def moment(value: str, zone: ZoneInfo, now: dt.datetime) -> dt.datetime:
    """A moment given on the command line: ISO 8601, or `HH:MM` for today; without an offset, local to `zone`.

    Raises:
        InvalidInput: it is neither, or in a year that nobody means.
    """
    try:
        if len(value) <= 5:
            time = dt.time.fromisoformat(value)
            if time.tzinfo is not None:
                raise ValueError
            return dt.datetime.combine(now.astimezone(zone).date(), time, zone)
        parsed = dt.datetime.fromisoformat(value)
    except ValueError:
        raise InvalidInput("--at should look like 2026-11-23T18:00, 2026-11-23T21:00Z or 18:00") from None
    try:
        within_years(parsed)
    except ValueError as error:
        raise InvalidInput(f"--at is not usable. {error}.") from None
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=zone)


def since(value: str, now: dt.datetime) -> dt.datetime:
    """The moment (UTC) that many hours or days (`24h`, `7d`) before `now`, or the moment itself; UTC without an offset.

    Raises:
        InvalidInput: it is neither.
    """
    if found := re.fullmatch(r"([0-9]{1,5})([hd])", value):
        hours = int(found[1]) * (24 if found[2] == "d" else 1)
        if hours <= 24 * _LONGEST_DAYS:
            return now - dt.timedelta(hours=hours)
    try:
        parsed = dt.datetime.fromisoformat(value)
        within_years(parsed)
    except ValueError:
        raise InvalidInput("--since should look like 24h, 7d or 2026-11-23T18:00Z") from None
    return parsed.astimezone(dt.UTC) if parsed.tzinfo else parsed.replace(tzinfo=dt.UTC)
