"""The words of the page about engagement: figures, why one is missing, times. Brazilian Portuguese."""

from __future__ import annotations

from proactive.records.engagement_figures import AnswerTime, EngagementFigure, Why
from proactive.web.pages import labels

FIGURES = {
    "delivered": "Entregues", "on_its_way": "A caminho", "refused": "Recusadas pelo WhatsApp",
    "silent": "Sem confirmação", "read": "Lidas", "answered": "Responderam", "yes": "Sim", "no": "Não",
    "stop": "Parar", "other": "Outra coisa",
}  # fmt: skip
#: What each figure counts, in one line.
MEANINGS = {
    "delivered": "enviadas há 24 horas ou mais", "read": "vistas até a meia-noite, por donos com leitura visível",
    "answered": "respondidas ou com reação em até 48 horas", "yes": "das respostas",
}  # fmt: skip
WHYS: dict[Why, str] = {
    "nothing_sent": "Nada foi enviado no período.",
    "window_open": "Ainda é cedo: o prazo dessas mensagens está aberto.",
    "no_receipts": "O WhatsApp da loja não deu nenhuma confirmação em 7 dias: não dá para saber.",
    "no_visible_readers": "Nenhum dono com leitura visível nos 90 dias antes.",
    "nobody_answered": "Ninguém respondeu.",
    "not_read": "As respostas são de antes de a Aurora olhar se eram sim ou não.",
    "too_few_answered": "Menos de um quarto respondeu.",
}
_SHARES = {"half": "metade respondeu em até", "quarter": "um quarto respondeu em até"}


def share(figure: EngagementFigure) -> str:
    """`62,5%`; a dash where nothing can be said."""
    return labels.NONE if figure.count is None else labels.percent(figure.count, figure.n)


def size(figure: EngagementFigure) -> str:
    """`15 de 24`; why there is nothing to say."""
    if figure.count is None:
        return why(figure.why)
    return f"{labels.number(figure.count)} de {labels.number(figure.n)}"


def why(reason: Why | None) -> str:
    """The sentence that says why a figure is missing; empty where it is not."""
    return WHYS[reason] if reason else ""


def time_to_answer(time: AnswerTime) -> str:
    """`12 min 05 s`; a dash where too few answered."""
    return labels.duration(time.seconds)


def time_share(time: AnswerTime) -> str:
    """`metade respondeu em até isso, de 24`; why there is nothing to say."""
    if time.share is None:
        return why(time.why)
    return f"{_SHARES[time.share]} isso, de {labels.number(time.n)}"
