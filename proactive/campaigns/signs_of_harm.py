"""Which answers of WhatsApp are signs that a number suffers, and for how long its campaigns then pause: settings."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SignsOfHarm:
    """The breaker's thresholds. No official numbers exist: the defaults are the product's.

    Of the last 20 messages: `refused` receipts of an error, or `refused_in_a_row` of them, pause for `refused_rest`.
    `unacknowledged` in a row without a word of WhatsApp's server, or a smaller share than `least_delivered` delivered
    half an hour later, pause for `silent_rest`. A second limit within ten minutes pauses for `throttled_rest`. A share
    of `most_absent` numbers without WhatsApp (of 20 or more), and `opt_outs` that are a share of `most_opted_out` of
    what was sent, are asked about.
    """

    refused: int = 3
    refused_in_a_row: int = 2
    refused_rest: dt.timedelta = dt.timedelta(hours=24)
    unacknowledged: int = 3
    least_delivered: float = 0.7
    silent_rest: dt.timedelta = dt.timedelta(hours=6)
    throttled_rest: dt.timedelta = dt.timedelta(hours=1)
    most_absent: float = 0.1
    opt_outs: int = 3
    most_opted_out: float = 0.03
