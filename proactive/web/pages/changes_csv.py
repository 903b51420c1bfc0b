"""The log of changes as a table: semicolons and a byte order mark, as spreadsheets in Brazil read it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from proactive.model.change_words import words_of
from proactive.storage.answers import Row
from proactive.web.csv_cells import spreadsheet_text
from proactive.web.pages import change_labels, labels

#: Changes in one request of the database, and in a file at most.
AT_ONCE, LONGEST = 1000, 20_000
_HEADING = (
    "Quando", "Quem", "Como", "O quê", "Sobre", "Antes", "Depois", "Organização", "Código de quem", "Código do quê",
    "Código de sobre",
)  # fmt: skip


def csv_lines(rows: Sequence[Row], zone: str, mine: str, *, heading: bool) -> str:
    """The lines of changes, times in `zone`; `mine` is the id of whoever asks for them."""
    return spreadsheet_text((_cells(row, zone, mine) for row in rows), _HEADING if heading else None)


def csv_cut() -> str:
    """The last line of a file that does not have everything."""
    return f"A tabela termina aqui, em {labels.number(LONGEST)} linhas: escolha um período menor.\r\n"


def _cells(row: Row, zone: str, mine: str) -> Iterator[str]:
    yield labels.moment(row["at"], zone, seconds=True)
    yield change_labels.who(row, mine)
    yield change_labels.VIAS[row["via"]]
    yield words_of(row["action"])
    yield change_labels.subject(row)
    yield change_labels.sentence(row["before"], zone)
    yield change_labels.sentence(row["after"], zone)
    yield row["organization"] or ""
    yield from (row["by"], row["action"], row["subject"])
