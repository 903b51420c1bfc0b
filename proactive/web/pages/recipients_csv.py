"""A campaign's recipients as a table: semicolons and a byte order mark, as spreadsheets in Brazil read it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from proactive.web.csv_cells import spreadsheet_text
from proactive.web.pages import campaign_labels, labels

#: What the file is called, before the campaign's id.
NAME = "campanha"
_HEADING = (
    "Cliente", "Pets", "Telefone", "Situação", "Motivo", "Enviada em", "Entrega", "Entregue em", "Lida em",
    "Respondeu em", "Agendou em", "Pediu para sair em",
)  # fmt: skip


def csv_lines(rows: Sequence[dict[str, Any]], zone: str, *, heading: bool) -> str:
    """The lines of recipients (`CampaignReading.recipients`), times in `zone`."""
    return spreadsheet_text((_cells(row, zone) for row in rows), _HEADING if heading else None)


def _cells(row: dict[str, Any], zone: str) -> Iterator[str]:
    receipts = row["receipts"]
    yield row["name"] or ""
    yield ", ".join(row["pets"])
    yield row["phone"] or ""
    yield campaign_labels.RECIPIENT_STATUSES[row["status"]]
    yield campaign_labels.why(row)
    yield _moment(row["sent_at"], zone)
    yield labels.DELIVERIES.get(row["delivery"], "")
    yield _moment(receipts.get("delivered_at"), zone)
    yield _moment(receipts.get("read_at"), zone)
    yield from (_moment(row[name], zone) for name in ("answered_at", "booked_at", "opted_out_at"))


def _moment(at: str | None, zone: str) -> str:
    return labels.moment(at, zone) if at else ""
