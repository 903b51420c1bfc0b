"""The clock of an Evolution API server, as its webhooks show it.

Evolution writes the local time of its container into `date_time` and calls it UTC (`Z`): where TZ is America/Sao_Paulo,
as in its own image, every event looks three hours old. An event that is told again after a failure is old indeed. What
tells the two apart is `send.message`, which also has the message's own Unix time, from the same second.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

_OLDEST = dt.timedelta(days=30)
#: No zone is further from UTC, and all are whole quarters of an hour away from it.
_FURTHEST = dt.timedelta(hours=14)
_QUARTER = dt.timedelta(minutes=15)
#: Between a message's own time and the event that tells of its sending.
_AT_ONCE = dt.timedelta(minutes=2)


class GatewayClock:
    """Reads the own times of a gateway's events; one object serves all threads of a process."""

    def __init__(self) -> None:
        self._behind = dt.timedelta()

    def own_time(self, date_time: Any, arrival: dt.datetime) -> dt.datetime:
        """The instant (UTC) of an event that arrives at `arrival` (aware) and says `date_time`.

        A time that cannot be (in the future, older than 30 days, without a zone, none at all) is taken for arrival.
        """
        said = _instant(date_time)
        if said is None:
            return arrival
        moment = said + self._behind
        return moment if arrival - _OLDEST < moment <= arrival else arrival

    def learn(self, date_time: Any, message_timestamp: Any) -> None:
        """Learn from a `send.message` how far `date_time` is behind UTC; what says nothing teaches nothing."""
        said = _instant(date_time)
        try:
            behind = dt.datetime.fromtimestamp(message_timestamp, dt.UTC) - said if said else None
        except (TypeError, ValueError, OverflowError, OSError):
            return
        if behind is None or abs(behind) > _FURTHEST + _AT_ONCE:
            return
        zone = round(behind / _QUARTER) * _QUARTER
        if abs(behind - zone) <= _AT_ONCE:
            self._behind = zone


def _instant(date_time: Any) -> dt.datetime | None:
    try:
        said = dt.datetime.fromisoformat(date_time)
        return said.astimezone(dt.UTC) if said.tzinfo else None
    except (TypeError, ValueError, OverflowError):
        return None
