"""Look-ups of sent messages at Evolution API: by their id, the number, its `@lid`, and the time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from proactive.gateways.evolution.http import EvolutionHttp
from proactive.gateways.evolution.messages import addresses_of, is_ours, receipt_of, text_of
from proactive.gateways.faults import GatewayError, GatewayFault
from proactive.gateways.phones import Phone, jid_variants
from proactive.model.context import Receipt
from proactive.model.failure_reasons import FailureReason

_PAGE = 50
_PAGES = 20
#: Evolution wants both ends of a period; nothing is looked for that may be out for longer than this.
_PERIOD = dt.timedelta(days=4)
_HIDDEN = "@lid"

Record = dict[str, Any]
Where = dict[str, Any]


class EvolutionLookups:
    """Asks for sent messages; raises GatewayError (`UNREACHABLE`, `UNAVAILABLE`) where the gateway cannot be asked."""

    def __init__(self, wire: EvolutionHttp) -> None:
        self._wire = wire

    def by_id(self, instance: str, message_id: str) -> Receipt | None:
        """The message from us with that id, None where the gateway does not show it."""
        records = self._records(instance, {"key": {"id": message_id}}, None)
        found = (receipt_of(record) for record in records if is_ours(record))
        return next((receipt for receipt in found if receipt and receipt.gateway_message_id == message_id), None)

    def statuses(self, instance: str, message_id: str, remote_jid: str) -> list[str]:
        """The statuses of a message from us: of `findStatusMessage`, else those beside the message itself."""
        where = {"id": message_id} | ({"remoteJid": remote_jid} if remote_jid else {})
        found = _statuses(self._wire.ask("POST", "/chat/findStatusMessage", instance, {"where": where}))
        if found:
            return found
        records = self._records(instance, {"key": {"id": message_id}}, None)
        return [status for record in records if is_ours(record) for status in _statuses(record.get("MessageUpdate"))]

    def sent(
        self, instance: str, phone: Phone, text: str, since: dt.datetime, message_ids: Sequence[str]
    ) -> list[Receipt]:
        """The messages that may be the one looked for, newest first; see `Gateway.find_sent`.

        The first way that shows one decides: its own ids, the number in both forms as its account or as bare digits
        (the channel `EVOLUTION`), the number beside a hidden address, and last everything from us since then, where a
        hidden address (`@lid`) without the number counts if the text is the same.
        """
        for message_id in reversed(message_ids):
            receipt = self.by_id(instance, message_id)
            if receipt is not None:
                return [receipt]
        jids = jid_variants(phone)
        names = {*jids, *(jid.partition("@")[0] for jid in jids)}
        period = {"gte": _iso(since), "lte": _iso(since + _PERIOD)}
        ways: list[list[Where]] = [
            [{"key": {"remoteJid": jid, "fromMe": True}} for jid in jids],
            [{"key": {"remoteJid": jid.partition("@")[0], "fromMe": True}} for jid in jids],
            [{"key": {"remoteJidAlt": jid, "fromMe": True}} for jid in jids],
            [{"key": {"fromMe": True}, "messageTimestamp": period}],
        ]
        for hidden_counts, way in zip((False, False, False, True), ways, strict=True):
            found = self._matching(instance, way, text, since, lambda record: _is_to(record, names, hidden_counts))  # noqa: B023  used at once
            if found:
                return found
        return []

    def _matching(
        self, instance: str, way: Sequence[Where], text: str, since: dt.datetime, is_to: Callable[[Record], bool]
    ) -> list[Receipt]:
        found: dict[str, tuple[dt.datetime, Receipt]] = {}
        for where in way:
            for record in self._records(instance, where, since):
                receipt = receipt_of(record)
                if receipt is None or receipt.at is None or receipt.at < since:
                    continue
                if is_ours(record) and is_to(record) and (text_of(record) or "").strip() == text.strip():
                    found[receipt.gateway_message_id] = receipt.at, receipt
        return [receipt for _, receipt in sorted(found.values(), key=lambda pair: pair[0], reverse=True)]

    def _records(self, instance: str, where: Where, since: dt.datetime | None) -> Iterator[Record]:
        """The records that a condition has, newest first, page by page back to `since`."""
        for page in range(1, _PAGES + 1):
            body = {"where": where, "page": page, "offset": _PAGE}
            try:
                messages = self._wire.ask("POST", "/chat/findMessages", instance, body)["messages"]
                records = [record for record in messages["records"] if isinstance(record, dict)]
                pages = int(messages["pages"])
            except GatewayError as error:
                unreachable = error.fault is GatewayFault.UNREACHABLE
                fault = GatewayFault.UNREACHABLE if unreachable else GatewayFault.UNAVAILABLE
                raise GatewayError(fault, FailureReason.LOOKUP_FAILED, causes=(error.failure,)) from error
            except (KeyError, TypeError, ValueError, OverflowError) as error:
                raise GatewayError(GatewayFault.UNAVAILABLE, FailureReason.LOOKUP_UNINTELLIGIBLE) from error
            yield from records
            last = receipt_of(records[-1]) if records else None
            if since is None or page >= pages or last is None or last.at is None or last.at < since:
                return


def _is_to(record: Record, names: set[str], hidden_counts: bool) -> bool:
    """Whether a message went to one of these accounts; `hidden_counts` where its record may not say to which."""
    addresses = addresses_of(record)
    hidden = bool(addresses) and all(address.endswith(_HIDDEN) for address in addresses)
    return hidden_counts if hidden else any(address in names for address in addresses)


def _statuses(rows: Any) -> list[str]:
    found = [row.get("status") for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
    return [status.upper() for status in found if isinstance(status, str)]


def _iso(moment: dt.datetime) -> str:
    return moment.astimezone(dt.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
