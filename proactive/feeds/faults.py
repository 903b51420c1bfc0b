"""What ends the reading of a feed, or of one of its series: codes that `proactive/feeds/words.py` has the words of."""

from __future__ import annotations

from proactive.errors import ProactiveError


class FeedFault(ProactiveError):
    """A feed could not be read. `code` is for its business, `detail` for operators: no part of the address."""

    permanent = False

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code} {detail}".strip())
        self.code, self.detail = code, detail


class SeriesRefused(ProactiveError):
    """A series or a zone of a file is refused before it is expanded; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Unreadable(ProactiveError):
    """A component of a file is written in a way that is not understood."""
