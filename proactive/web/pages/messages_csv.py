"""Messages as a table: semicolons and a byte order mark, as spreadsheets in Brazil read it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from proactive.web.csv_cells import spreadsheet_text
from proactive.web.pages import labels

#: Messages in one request of the database, and in a file at most.
AT_ONCE, LONGEST = 1000, 20_000
_HEADING = (
    "Escrita em", "Tipo", "Organização", "Dono", "Telefone", "Situação", "Motivo", "O que fazer", "Aceita em",
    "Entregue em", "Lida em", "Tentativas", "Instância", "Código do motivo", "Número",
)  # fmt: skip


def csv_lines(rows: Sequence[dict[str, Any]], *, heading: bool) -> str:
    """The lines of messages, times in their organisations' zones."""
    return spreadsheet_text(map(_cells, rows), _HEADING if heading else None)


def csv_cut() -> str:
    """The last line of a file that does not have everything."""
    return f"A tabela termina aqui, em {labels.number(LONGEST)} mensagens: escolha um período menor.\r\n"


def _cells(row: dict[str, Any]) -> Iterator[str]:
    receipts, zone = row["receipts"], row["timezone"]
    yield _moment(row["created_at"], zone)
    yield labels.type_name(row["type"])
    yield row["organization"] or ""
    yield row["owner"] or ""
    yield row["phone"] or ""
    yield labels.DELIVERIES.get(row["delivery"]) or labels.STATUSES.get(row["status"], row["status"])
    yield labels.failure_label(row["failure"], row["reason"])
    yield labels.failure_advice(row["failure"])
    yield _moment(row["sent_at"], zone)
    yield _moment(receipts.get("delivered_at"), zone)
    yield _moment(receipts.get("read_at"), zone)
    yield "" if row["attempts"] is None else str(row["attempts"])
    yield row["instance"] or ""
    yield row["reason_code"] or ""
    yield row["id"]


def _moment(at: str | None, zone: str) -> str:
    return labels.moment(at, zone) if at else ""
