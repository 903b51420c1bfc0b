"""The words of a failure reason: English for logs, Portuguese for pages, and an operator's advice."""

from __future__ import annotations

from typing import NamedTuple


class Words(NamedTuple):
    """The words of a reason. `{name}` stands for a detail, `{0}` for the first cause.

    `text` is English, for logs and `error_message`; `label` and `advice` (what an operator does) are Portuguese.
    """

    text: str
    label: str
    advice: str


#: The advice of more than one room's reasons.
CONNECT = "Conecte a instância pelo QR code no gateway e reenvie a mensagem."
