"""Tables for a terminal: a row a line where it fits, else its long parts on lines of their own; colours only there."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence

from rich.cells import cell_len
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

_GAP = 2
_LEAST = 8
_NOTHING = "-"
_STYLES = {
    "failed": "red", "stopped": "red", "warning": "yellow", "paused": "yellow", "pending": "yellow", "skipped": "dim",
    "ok": "green", "sent": "green", "completed": "green", "running": "green", "active": "cyan",
}  # fmt: skip


def table(headings: Sequence[str], rows: Iterable[Sequence[object]], below: Sequence[str] = ()) -> str:
    """Rows under headings, as wide as the terminal (`COLUMNS`, or 80 where nobody knows).

    The cells of `below` follow those of the `headings` in a row: they stand beside them where everything fits, and
    else on indented lines of their own, so that an id stays whole.
    """
    cells = [[_printable(cell) for cell in row] for row in rows]
    console, own = _console(), len(headings)
    widths = [max(map(cell_len, column)) for column in zip([*headings, *below], *cells, strict=True)]
    if sum(widths) + _GAP * (len(widths) - 1) <= console.width:
        headings, below, own = [*headings, *below], (), len(widths)
    widths = _shrunk(widths[:own], console.width)
    with console.capture() as shown:
        console.print(_line(headings, widths, "bold"))
        for row in cells:
            console.print(_line(row[:own], widths))
            for cell in (each for each in row[own:] if each != _NOTHING):
                console.print(Padding(_text(cell), (0, 0, 0, 4)))
    return _trimmed(shown.get())


def facts(pairs: Iterable[tuple[str, object]]) -> str:
    """DisplayNames with their values, one a line; long values go on under themselves."""
    cells = [(name, _printable(value)) for name, value in pairs]
    console, first = _console(), max((cell_len(name) for name, _ in cells), default=0)
    with console.capture() as shown:
        for name, value in cells:
            console.print(_line((name, value), (first, max(_LEAST, console.width - first - _GAP)), "", bold_first=True))
    return _trimmed(shown.get())


def _console() -> Console:
    # what a name holds is never markup; NO_COLOR, TERM=dumb and COLUMNS are rich's to honour
    return Console(file=sys.stdout, highlight=False, markup=False, emoji=False)


def _line(cells: Sequence[str], widths: Sequence[int], style: str = "", *, bold_first: bool = False) -> Table:
    grid = Table.grid(padding=(0, _GAP, 0, 0))
    for place, width in enumerate(widths):
        grid.add_column(width=width, overflow="fold", style="bold" if bold_first and place == 0 else "")
    grid.add_row(*(_text(cell, style) for cell in cells))
    return grid


def _shrunk(widths: list[int], room: int) -> list[int]:
    """Widths that fit together: the widest gives way first."""
    widths = list(widths)
    while sum(widths) + _GAP * (len(widths) - 1) > room and max(widths) > _LEAST:
        widths[widths.index(max(widths))] -= 1
    return widths


def _text(cell: str, style: str = "") -> Text:
    return Text(cell, style or _STYLES.get(cell.partition(" ")[0], ""))


def _printable(cell: object) -> str:
    """A cell's text without control characters: a name must not move a terminal's cursor."""
    text = _NOTHING if cell is None or cell == "" else str(cell)
    return "".join(sign if sign.isprintable() else " " for sign in text)


def _trimmed(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.rstrip("\n").split("\n"))
