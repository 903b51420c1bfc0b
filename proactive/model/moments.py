"""The moments that people may give: in years that every calculation with a calendar survives."""

from __future__ import annotations

import datetime as dt
from typing import TypeVar

Moment = TypeVar("Moment", bound=dt.date)
_FIRST, _LAST = 1970, 2099


def within_years(moment: Moment) -> Moment:
    """The date or instant as it is.

    Raises:
        ValueError: its year is not between 1970 and 2099, in its own offset.
    """
    if not _FIRST <= moment.year <= _LAST:
        raise ValueError(f"The year should be between {_FIRST} and {_LAST}")
    return moment
