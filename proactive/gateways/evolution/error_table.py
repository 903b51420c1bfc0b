"""The table of Evolution API's replies: what each of them means for a message."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from proactive.gateways.faults import GatewayError, GatewayFault
from proactive.model.failure_reasons import FailureReason

#: The longest part of a gateway's own words that a reason repeats.
_DETAIL_LENGTH = 160
#: A line of the message shorter than this may occur in a gateway's words by chance.
_TELLING_LENGTH = 4
_NUMBER = re.compile(r"\+?\d(?:[\s().-]*\d){5,}")


@dataclass(frozen=True, slots=True)
class ErrorRow:
    """A reply is this row's if its status is in `statuses` and its message matches `words`."""

    statuses: range
    words: str
    fault: GatewayFault
    reason: FailureReason
    may_have_accepted: bool = False


_ANY = range(300, 600)
_4XX, _5XX = range(400, 500), range(500, 600)


def _only(status: int) -> range:
    return range(status, status + 1)


#: The first row that fits decides. A reason's `detail` is the gateway's own words, without numbers and texts.
TABLE = (
    ErrorRow(_only(401), "", GatewayFault.UNAUTHORIZED, FailureReason.GATEWAY_KEY_REFUSED),
    ErrorRow(_only(403), "", GatewayFault.UNAUTHORIZED, FailureReason.GATEWAY_FORBIDDEN),
    ErrorRow(_only(404), "instance does not exist", GatewayFault.NO_INSTANCE, FailureReason.GATEWAY_LACKS_INSTANCE),
    ErrorRow(_ANY, "Connection Closed", GatewayFault.DISCONNECTED, FailureReason.GATEWAY_DISCONNECTED),
    ErrorRow(_5XX, "reading 'onWhatsApp'", GatewayFault.DISCONNECTED, FailureReason.GATEWAY_NEVER_CONNECTED),
    ErrorRow(_ANY, "rate-overlimit", GatewayFault.THROTTLED, FailureReason.WHATSAPP_THROTTLES),
    ErrorRow(_only(429), "", GatewayFault.THROTTLED, FailureReason.GATEWAY_THROTTLES),
    ErrorRow(_only(400), "^not on WhatsApp$", GatewayFault.NOT_ON_WHATSAPP, FailureReason.NOT_ON_WHATSAPP),
    ErrorRow(_only(408), "", GatewayFault.UNAVAILABLE, FailureReason.GATEWAY_GAVE_UP, True),
    ErrorRow(_5XX, "", GatewayFault.UNAVAILABLE, FailureReason.GATEWAY_FAILED, True),
    ErrorRow(_4XX, "", GatewayFault.REFUSED, FailureReason.GATEWAY_REFUSED),
    ErrorRow(_ANY, "", GatewayFault.UNAVAILABLE, FailureReason.GATEWAY_REDIRECTS),
)


def fault_of(status: int, body: Any, text: str = "") -> GatewayError:
    """The error that a reply other than 2xx stands for.

    `body` is the decoded JSON, None if it was none. `text` is what we sent, so that no reason repeats it.
    """
    words = _words(body)
    for row in TABLE:
        if status in row.statuses and re.search(row.words, words):
            details = {"status": str(status), "detail": _harmless(words, text)}
            return GatewayError(row.fault, row.reason, details, may_have_accepted=row.may_have_accepted)
    return GatewayError(GatewayFault.UNKNOWN, FailureReason.GATEWAY_UNINTELLIGIBLE, {"status": str(status)})


def _words(body: Any) -> str:
    response = body.get("response") if isinstance(body, dict) else None
    message = response.get("message") if isinstance(response, dict) else None
    if isinstance(message, list) and any(isinstance(m, dict) and m.get("exists") is False for m in message):
        return "not on WhatsApp"
    return "; ".join(_strings(message)) or str(body.get("error", "") if isinstance(body, dict) else "")


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for item in value:
            yield from _strings(item)


def _harmless(words: str, text: str) -> str:
    ours = (line.strip() for line in text.splitlines())
    if not words or any(len(line) >= _TELLING_LENGTH and line in words for line in ours):
        return "no reason that can be shown"
    return _NUMBER.sub("[number]", " ".join(words.split()))[:_DETAIL_LENGTH]
