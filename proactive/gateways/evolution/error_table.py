"""The table of Evolution API's replies: what each of them means for a message."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from proactive.gateways.faults import GatewayError, GatewayFault
from proactive.gateways.words import harmless
from proactive.model.failure_reasons import FailureReason

#: Who answered: Evolution API in its own shape, somebody before it (a proxy, a page), or either.
Speaker = Literal["evolution", "another", "anybody"]


@dataclass(frozen=True, slots=True)
class ErrorRow:
    """A reply is this row's if its status is in `statuses`, `speaker` gave it, and one of its words matches `words`.

    `surely_unsent` says that nothing was sent; where it is False and the fault is `UNAVAILABLE`, it may have been.
    """

    statuses: range
    words: str
    fault: GatewayFault
    reason: FailureReason
    speaker: Speaker = "anybody"
    surely_unsent: bool = True


def _only(status: int) -> range:
    return range(status, status + 1)


_ANY, _3XX, _4XX, _5XX = range(100, 1000), range(300, 400), range(400, 500), range(500, 1000)
_CLOSED = r"^(?:(?:Error|Boom): )?Connection Closed\s*(?:$|\n)"
_NEVER_CONNECTED = r"of undefined \(reading '(?:onWhatsApp|sendMessage)'\)|property '(?:onWhatsApp|sendMessage)' of"
#: It stands before everything that sends: its database is not there, or it has not finished starting.
_BEFORE_SENDING = (
    r"reading 'textMessage'|not currently accepting connections|^Can't reach database server"
    r"|the database system is |too many clients already"
)
#: `Error: ...`, `PrismaClientKnownRequestError: ...`, `TypeError [CODE]: ...`: one `try` of Evolution's holds sending,
#: storing and telling webhooks, so that such an error may come after the message went out.
_CLASS_OF_ERROR = r"(?i)^\s*(?:uncaught )?[\w$.]*(?:error|exception|rejection|boom)(?:\s*\[[^\]]*\])?\s*(?::|$)"
_LICENCE = r"^LICEN[CS]E"
_ABSENT = "not on WhatsApp"

#: The first row that fits decides. A reason's `detail` is the gateway's own words, made harmless.
TABLE = (
    ErrorRow(_ANY, _LICENCE, GatewayFault.UNAUTHORIZED, FailureReason.GATEWAY_NOT_LICENSED),
    ErrorRow(_only(401), "", GatewayFault.UNAUTHORIZED, FailureReason.GATEWAY_KEY_REFUSED),
    ErrorRow(_only(403), "", GatewayFault.UNAUTHORIZED, FailureReason.GATEWAY_FORBIDDEN),
    ErrorRow(_only(407), "", GatewayFault.UNREACHABLE, FailureReason.GATEWAY_UNREACHABLE),
    ErrorRow(_only(404), "instance does not exist", GatewayFault.NO_INSTANCE, FailureReason.GATEWAY_LACKS_INSTANCE),
    ErrorRow(_only(404), "", GatewayFault.UNREACHABLE, FailureReason.GATEWAY_IS_ANOTHER, "another"),
    ErrorRow(_only(405), "", GatewayFault.UNREACHABLE, FailureReason.GATEWAY_IS_ANOTHER, "another"),
    ErrorRow(_3XX, "", GatewayFault.UNREACHABLE, FailureReason.GATEWAY_REDIRECTS),
    ErrorRow(_ANY, _CLOSED, GatewayFault.DISCONNECTED, FailureReason.GATEWAY_DISCONNECTED),
    ErrorRow(_ANY, _NEVER_CONNECTED, GatewayFault.DISCONNECTED, FailureReason.GATEWAY_NEVER_CONNECTED),
    ErrorRow(_ANY, r"^(?:\w+: )?rate-overlimit", GatewayFault.THROTTLED, FailureReason.WHATSAPP_THROTTLES),
    ErrorRow(_only(429), "", GatewayFault.THROTTLED, FailureReason.GATEWAY_THROTTLES),
    ErrorRow(_4XX, f"^{_ABSENT}$", GatewayFault.NOT_ON_WHATSAPP, FailureReason.NOT_ON_WHATSAPP),
    ErrorRow(_5XX, _BEFORE_SENDING, GatewayFault.UNAVAILABLE, FailureReason.GATEWAY_FAILED, "evolution"),
    ErrorRow(_4XX, _CLASS_OF_ERROR, GatewayFault.UNKNOWN, FailureReason.GATEWAY_FAILED_WHILE_SENDING),
    ErrorRow(_only(408), "", GatewayFault.UNAVAILABLE, FailureReason.GATEWAY_GAVE_UP, "evolution", False),
    ErrorRow(_only(408), "", GatewayFault.UNKNOWN, FailureReason.GATEWAY_PROXY_FAILED),
    ErrorRow(_5XX, "", GatewayFault.UNAVAILABLE, FailureReason.GATEWAY_FAILED, "evolution", False),
    ErrorRow(_5XX, "", GatewayFault.UNKNOWN, FailureReason.GATEWAY_PROXY_FAILED),
    ErrorRow(_4XX, "", GatewayFault.REFUSED, FailureReason.GATEWAY_REFUSED),
    ErrorRow(_ANY, "", GatewayFault.UNKNOWN, FailureReason.GATEWAY_UNINTELLIGIBLE),
)


def fault_of(status: int, body: Any, text: str = "") -> GatewayError:
    """The error that a reply other than 2xx stands for.

    `body` is the decoded JSON, None if it was none. `text` is what we sent, so that no reason repeats it.
    """
    speaker: Speaker = "evolution" if _is_evolutions(body) else "another"
    words = _words(body)
    row = next(row for row in TABLE if _fits(row, status, speaker, words))
    details = {"status": str(status), "detail": harmless("; ".join(words), text)}
    in_doubt = row.fault is GatewayFault.UNAVAILABLE and not row.surely_unsent
    return GatewayError(row.fault, row.reason, details, may_have_accepted=in_doubt)


def _fits(row: ErrorRow, status: int, speaker: Speaker, words: list[str]) -> bool:
    if status not in row.statuses or row.speaker not in ("anybody", speaker):
        return False
    return not row.words or any(re.search(row.words, each) for each in words)


def _is_evolutions(body: Any) -> bool:
    """Whether a body has Evolution's own shape: `{"status", "error", "response": {"message"}}`."""
    return isinstance(body, dict) and isinstance(body.get("response"), dict) and "message" in body["response"]


def _words(body: Any) -> list[str]:
    """What a body says, part by part; empty where it says nothing."""
    if not isinstance(body, dict):
        return []
    if isinstance(body.get("code"), str) and re.search(_LICENCE, body["code"]):
        return [body["code"]]
    response = body.get("response")
    message = response.get("message") if isinstance(response, dict) else None
    if isinstance(message, list) and any(isinstance(m, dict) and m.get("exists") is False for m in message):
        return [_ABSENT]
    return list(_strings(message)) or ([body["error"]] if isinstance(body.get("error"), str) else [])


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for item in value:
            yield from _strings(item)
