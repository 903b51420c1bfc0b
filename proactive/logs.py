"""The logs: JSON lines on standard output, with a fixed set of fields.

Only the fields named here are taken from a log record's extras. RQ attaches a failed job's arguments to
its log line; a campaign's text and whatever else travels there must never reach a log.
"""

from __future__ import annotations

import io
import logging
import sys

from pythonjsonlogger.json import JsonFormatter

#: `action` names what happened (`sent`, `failed`, `kept`, `alert_raised`, ...); the ids say to what, the second line
#: which alert it was, with its figures (in the alert's unit), which channel could not be notified, what was learned
#: of a gateway, which feed was read, and which version of a business's own words it was.
FIELDS = (
    "jobId", "type", "organizationId", "messageId", "instance", "action", "reason", "reasonCode", "attempt", "seconds",
    "alert", "value", "threshold", "channel", "version", "keepsMessages", "feedId", "template",
)  # fmt: skip


class FixedFields(JsonFormatter):
    """Formats a line: `timestamp`, `level`, `logger`, `message`, our fields where given, and nothing else."""

    def process_log_record(self, log_data: dict[str, object]) -> dict[str, object]:
        """Keep the fields that are allowed, in one order."""
        kept = ("timestamp", "level", "logger", "message", *FIELDS, "exc_info")
        return {name: log_data[name] for name in kept if log_data.get(name) is not None}


def set_up_logs(level: str) -> None:
    """Send every logger of this process to standard output as JSON lines, once."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # where it is not UTF-8, a name must not cost the line
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(
        FixedFields(
            "%(levelname)s%(name)s%(message)s",
            rename_fields={"levelname": "level", "name": "logger"},
            timestamp=True,
            json_ensure_ascii=False,
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    # Request lines of HTTP clients carry addresses and ids.
    for noisy in ("httpx", "httpcore", "hpack", "urllib3"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
