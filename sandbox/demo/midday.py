"""Where it is day: clients are written to from 09:00 to 20:00 of their own day, whenever the demo is looked at."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

#: At any moment it is day in one of them, and for two hours and a half to come; the first such is taken.
ZONES = ("America/Sao_Paulo", "Africa/Maputo", "Asia/Tokyo", "Pacific/Honolulu")
_FROM, _UNTIL = dt.time(9, 5), dt.time(17, 30)


def zone_where_it_is_day(now: dt.datetime) -> str:
    """A zone in which clients may be written to at `now` (aware) and for a while after: São Paulo's if it can be."""
    for name in ZONES:
        if _FROM <= now.astimezone(ZoneInfo(name)).time() <= _UNTIL:
            return name
    return ZONES[0]
