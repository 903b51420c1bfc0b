"""The process that fetches and reads one feed: python -m proactive.feeds.child

What it is asked comes on its standard input, the keys and the sealed address among it, as JSON; its answer goes to its
standard output. Its arguments and its environment hold nothing.
"""

from __future__ import annotations

import datetime as dt
import json
import sys
from dataclasses import asdict
from typing import Any

from proactive.feeds.faults import FeedFault
from proactive.feeds.fetch import Fetcher
from proactive.feeds.limits import SeriesGuard, limit_process
from proactive.feeds.reading.reader import read_calendar
from proactive.feeds.vault import UnreadableAddress, Vault


def main(fetcher: Fetcher | None = None) -> None:
    """Answer the one question of the standard input."""
    limit_process()
    try:
        result = answer(json.load(sys.stdin), fetcher or Fetcher())
    except MemoryError:
        result = {"fault": "too_heavy", "detail": "memory"}
    except Exception as error:  # whatever it is: its words and its traceback could hold the address
        result = {"fault": "failed", "detail": type(error).__name__}
    json.dump(result, sys.stdout)


def answer(question: dict[str, Any], fetcher: Fetcher) -> dict[str, Any]:
    """What `aurora_proactive_keep_feed` takes: what was read, that it is the same, or the fault."""
    vault = Vault(question["keys"])
    if not vault:
        return {"fault": "no_key"}
    try:
        address = vault.open(question["address"])
    except UnreadableAddress:
        return {"fault": "address_unreadable"}
    renewed = vault.renewed(address, question["address_key"])
    sealed = {"sealed": renewed._asdict()} if renewed else {}
    try:
        fetched = fetcher.fetch(address, question["etag"], question["last_modified"])
        if fetched.body is None:
            return {"same": True} | sealed
        now = dt.datetime.fromisoformat(question["now"])
        reading = read_calendar(fetched.body, question["purpose"], question["zone"], now, SeriesGuard())
    except FeedFault as error:
        return {"fault": error.code, "detail": error.detail} | sealed
    return asdict(reading) | {"etag": fetched.etag, "last_modified": fetched.last_modified} | sealed


if __name__ == "__main__":
    main()
