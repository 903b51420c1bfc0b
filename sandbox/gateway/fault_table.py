"""Everything that the sandbox gateway can get wrong with a message: one row each, with its words for people."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any


class When(StrEnum):
    """How far the message has come when it goes wrong; the value is the heading on the inbox page."""

    REFUSED = "Recusa: nada sai"
    BEFORE = "Cai antes de aceitar: nada sai"
    AFTER = "Aceita, mas a resposta se perde"
    RECEIPTS = "Aceita, e depois"


@dataclass(frozen=True, slots=True)
class Fault:
    """One way to be wrong. `meaning` is for programmers, `label` for people.

    `status` is what is answered unless the rule says another, None where the fault has no choice. `seconds` is how
    long it lasts, or the seconds between two bytes, unless the rule says another. `everywhere` is true where every
    request of the instance suffers, not only sending.
    """

    when: When
    meaning: str
    label: str
    status: int | None = None
    seconds: float = 0.0
    everywhere: bool = False


FAULTS: dict[str, Fault] = {
    "refuse_number": Fault(When.REFUSED, "400 `exists: false`: the number has no WhatsApp", "Número sem WhatsApp"),
    "throttle": Fault(
        When.REFUSED, "`rate-overlimit`: 500 (asking for the number), 400 (sending)", "WhatsApp limitando", 500
    ),
    "disconnected": Fault(
        When.REFUSED, "`Connection Closed`: 500, or 400 while sending", "Desconectado ao enviar", 500
    ),
    "connecting": Fault(
        When.REFUSED,
        "the connection is lost: `connecting` for `seconds`, then `open`",
        "Reconectando por 15 s",
        None,
        15,
    ),
    "never_connected": Fault(
        When.REFUSED, "no socket yet: 500 (`onWhatsApp`), 400 where the number is cached", "Nunca conectado", 500
    ),
    "number_timed_out": Fault(
        When.REFUSED, "500 `Timed Out`: asking for the number took too long", "Consulta do número sem resposta"
    ),
    "timed_out_before_accept": Fault(
        When.REFUSED, '400 `["Error: Timed Out"]`, and it has not gone out', "Tempo esgotado, não saiu"
    ),
    "starting_up": Fault(
        When.REFUSED, "500 (`textMessage`): the first tenths of a second after a start", "Gateway iniciando"
    ),
    "database_away": Fault(When.REFUSED, "500: its database takes no connections", "Banco de dados do gateway fora"),
    "unauthorized": Fault(
        When.REFUSED, "401 to the right token: its database is away", "Chave certa recusada (401)", everywhere=True
    ),
    "license_required": Fault(
        When.REFUSED, "503 `LICENSE_REQUIRED` (2.4): nobody has activated it", "Licença não ativada", everywhere=True
    ),
    "fail": Fault(When.REFUSED, "an error in Evolution's shape, with `status` and `message`", "Erro 503", 503),
    "hang_before_accept": Fault(
        When.BEFORE, "no answer for `seconds`, accepted only then", "Demora antes de aceitar", None, 60
    ),
    "drop_before_accept": Fault(When.BEFORE, "the connection breaks", "Conexão cai"),
    "proxy_before_accept": Fault(When.BEFORE, "a proxy's page, 502, 503 or 504", "Página 504 de um proxy", 504),
    "html_before_accept": Fault(When.BEFORE, "200 with a page instead of JSON", "Página HTML com 200"),
    "hang": Fault(When.AFTER, "accepted, no answer for `seconds`", "Demora a responder", None, 60),
    "drop_after_accept": Fault(When.AFTER, "accepted, the connection breaks", "Conexão cai"),
    "fail_after_accept": Fault(When.AFTER, "accepted, an error in Evolution's shape", "Erro 503", 503),
    "proxy_after_accept": Fault(When.AFTER, "accepted, a proxy's page, 502, 503 or 504", "Página 504 de um proxy", 504),
    "html_after_accept": Fault(When.AFTER, "accepted, 200 with a page instead of JSON", "Página HTML com 200"),
    "timed_out": Fault(
        When.AFTER,
        '400 `["Error: Timed Out"]`, and it has gone out; `kept: false` leaves it out of look-ups',
        "Tempo esgotado (400), mas saiu",
    ),
    "database_after_accept": Fault(
        When.AFTER,
        "400 with Prisma's words: it has gone out; not kept unless `kept: true`",
        "Banco falha ao guardar (400), mas saiu",
    ),
    "drip_status": Fault(
        When.AFTER, "accepted, a byte every `seconds` from the status line on", "Resposta a conta-gotas", None, 1
    ),
    "drip_headers": Fault(
        When.AFTER, "accepted, a byte every `seconds` from the headers on", "Cabeçalhos a conta-gotas", None, 1
    ),
    "drip_body": Fault(When.AFTER, "accepted, a byte every `seconds` of the body", "Corpo a conta-gotas", None, 1),
    "error_receipt": Fault(
        When.RECEIPTS, "201, then the receipt ERROR: WhatsApp refused it", "WhatsApp recusa (recibo de erro)"
    ),
    "never_acknowledged": Fault(When.RECEIPTS, "201, PENDING for ever: no receipt comes", "Nunca é confirmada"),
    "never_delivered": Fault(When.RECEIPTS, "201, SERVER_ACK and no more: the phone is off", "Celular desligado"),
    "not_kept": Fault(When.RECEIPTS, "201, look-ups find nothing, no receipts", "Gateway não guarda a mensagem"),
    "lid_with_alt": Fault(
        When.RECEIPTS, "kept under `@lid`, with the number in `remoteJidAlt`", "Guardada como @lid, com o número"
    ),
    "lid_without_alt": Fault(
        When.RECEIPTS, "kept under `@lid`, the number nowhere", "Guardada como @lid, sem o número"
    ),
    "large_answer": Fault(
        When.RECEIPTS, "201 with a link preview's thumbnail, over 100 kB of JSON", "Resposta com miniatura grande"
    ),
}


def listed() -> list[dict[str, Any]]:
    """The table as JSON, in its order."""
    return [{"how": how} | asdict(fault) for how, fault in FAULTS.items()]
