"""The navigation of the pages: which there are for whom, and where the queue is shown."""

from __future__ import annotations

from proactive.web.auth.sessions import Session

#: Where the queue is shown.
QUEUE_PAGE = "/fila"
_EVERYBODYS = (
    ("/painel", "Painel"), ("/mensagens", "Mensagens"), ("/proximas", "Próximas"), ("/campanhas", "Campanhas"),
    ("/calendario", "Calendário"), ("/horarios", "Horários"), ("/textos", "Textos"), ("/engajamento", "Engajamento"),
    ("/instancias", "Instâncias"), ("/descadastros", "Descadastros"), ("/auditoria", "Quem fez o quê"),
)  # fmt: skip


def navigation(session: Session | None) -> list[tuple[str, str]]:
    """The addresses and titles of the pages that somebody may open; none for who is not signed in."""
    if session is None:
        return []
    operator = session.caller.kind == "service"
    return [*_EVERYBODYS, *([(QUEUE_PAGE, "Fila")] if operator else [])]
