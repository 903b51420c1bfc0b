"""A campaign's recipients as a table: semicolons and a byte order mark, as spreadsheets in Brazil read it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from typing import Any

from proactive.web.csv_cells import without_formula
from proactive.web.pages import campaign_labels, labels

#: What the file is called, before the campaign's id.
NAME = "campanha"
_HEADING = (
    "Cliente", "Pets", "Telefone", "Situação", "Motivo", "Enviada em", "Entrega", "Entregue em", "Lida em",
    "Respondeu em", "Agendou em", "Pediu para sair em",
)  # fmt: skip


def csv_lines(rows: Sequence[dict[str, Any]], zone: str, *, heading: bool) -> Iterator[str]:
    """The lines of recipients (`CampaignReading.recipients`), times in `zone`; nothing in them is ever a formula."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    if heading:
        text.write("\ufeff")
        writer.writerow(_HEADING)
    for row in rows:
        writer.writerow([without_formula(cell) for cell in _cells(row, zone)])
    yield text.getvalue()


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
