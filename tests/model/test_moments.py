"""A moment is in years that a calendar's calculations survive."""

from __future__ import annotations

import datetime as dt

import pytest

from proactive.model.moments import within_years


@pytest.mark.parametrize("year", [1, 1900, 1969, 2100, 9999])
def test_a_year_that_nobody_means_is_refused(year: int) -> None:
    with pytest.raises(ValueError, match="between 1970 and 2099"):
        within_years(dt.datetime(year, 12, 31, 23, 59, tzinfo=dt.UTC))


@pytest.mark.parametrize("moment", [dt.date(1970, 1, 1), dt.datetime(2099, 12, 31, 23, 59, tzinfo=dt.UTC)])
def test_a_moment_of_this_century_is_itself(moment: dt.date) -> None:
    assert within_years(moment) == moment
