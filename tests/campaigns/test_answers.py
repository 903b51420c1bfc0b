"""The answers of Aurora, letter by letter: each variant that the product's rules name, singular, plural and empty."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from proactive.campaigns.answers import AnswerName, answer_text
from proactive.campaigns.outgoing_answers import _DEFAULTS

_EXAMPLE = {
    "name": "Maria",
    "text": "Oi, Maria! Aqui é Patas & Cia 🐾\n\nVem!\n\nNão quer receber promoções? Responda SAIR.",
}
_ASKS = (
    'Responda ENVIAR para confirmar, NÃO para cancelar, ou diga o que mudar (ex.: "só os 20 primeiros", "tira a Ana", '
    '"15%", "amanhã às 9", "muda o texto para ...").'
)
_PREVIEW = {
    "name": "clientes inativos", "number": 118, "left_out_number": 14,
    "left_out": "9 sem conversa no WhatsApp, 3 pediram para não receber, 2 receberam promoção há pouco",
    "start": "hoje às 14:05", "pace": "cerca de 40 por dia, até quinta (26/11)", "example": _EXAMPLE, "link": False,
    "declined_by": None,
}  # fmt: skip
_SHOWN = (
    "📣 Prévia: clientes inativos\n🎯 Vão receber: 118 clientes\n"
    "🚫 Ficam de fora: 14 (9 sem conversa no WhatsApp, 3 pediram para não receber, 2 receberam promoção há pouco)\n"
    "⏰ Início: hoje às 14:05 · cerca de 40 por dia, até quinta (26/11)\n"
    f'💬 Exemplo (Maria):\n"{_EXAMPLE["text"]}"\n'
)
_ALONE = _PREVIEW | {"number": 1, "left_out_number": 0, "left_out": "", "pace": "tudo hoje", "name": "aniversariantes"}
_SHOWN_ALONE = (
    "📣 Prévia: aniversariantes\n🎯 Vão receber: 1 cliente\n⏰ Início: hoje às 14:05 · tudo hoje\n"
    f'💬 Exemplo (Maria):\n"{_EXAMPLE["text"]}"\n'
)


def said(answer: AnswerName, **values: Any) -> str:
    return answer_text(answer, **_DEFAULTS.get(answer, {}) | values)


_T1 = [
    ({"start": "em 2 minutos", "number": 3, "pace": "tudo hoje"}, "Começo em 2 minutos: 3 clientes, tudo hoje."),
    ({"start": "amanhã às 9h", "number": 1, "pace": "tudo amanhã"}, "Começo amanhã às 9h: 1 cliente, tudo amanhã."),
    (
        {"start": "agora", "number": 1234, "pace": "cerca de 40 por dia, até quinta (26/11)", "resumed": True},
        "Retomo agora: 1.234 clientes, cerca de 40 por dia, até quinta (26/11).",
    ),
]


@pytest.mark.parametrize(("values", "first"), _T1)
def test_t1_says_when_to_how_many_and_how_fast(values: dict[str, Any], first: str) -> None:
    assert said("T1", **values) == f"✅ Combinado! {first}\nPara cancelar ou parar, responda PARE."


def test_t1_of_a_direct_yes_shows_the_example_before_its_last_line() -> None:
    assert said("T1", start="em 2 minutos", number=3, pace="tudo hoje", example=_EXAMPLE) == (
        "✅ Combinado! Começo em 2 minutos: 3 clientes, tudo hoje.\n"
        f'💬 Exemplo (Maria):\n"{_EXAMPLE["text"]}"\nPara cancelar ou parar, responda PARE.'
    )


_T2 = [
    ([_PREVIEW], False, _SHOWN + _ASKS),
    ([_ALONE], False, _SHOWN_ALONE + _ASKS),
    ([_PREVIEW, _ALONE], False, f"{_SHOWN}\n{_SHOWN_ALONE}{_ASKS}"),
    ([_ALONE], True, f"{_SHOWN_ALONE}Ainda não envio imagens, só o texto.\n{_ASKS}"),
    (
        [_ALONE | {"link": True, "declined_by": "Paula tinha dito que não."}], False,
        _SHOWN_ALONE.replace("💬", "⚠️ O texto tem um link: o WhatsApp desconfia de links em promoções.\n"
                                          "ℹ️ Paula tinha dito que não.\n💬") + _ASKS,
    ),
    (
        [_PREVIEW | {"number": 2345, "left_out_number": 1234, "left_out": "1.234 pediram para não receber"}], False,
        _SHOWN.replace("118", "2.345").replace(_SHOWN[_SHOWN.index("🚫") : _SHOWN.index("⏰")],
            "🚫 Ficam de fora: 1.234 (1.234 pediram para não receber)\n") + _ASKS,
    ),
]  # fmt: skip


@pytest.mark.parametrize(("campaigns", "pictured", "text"), _T2)
def test_t2_shows_everything_that_would_go_out(campaigns: list[dict[str, Any]], pictured: bool, text: str) -> None:
    assert said("T2", campaigns=campaigns, no_images=pictured) == text


_GOES_ON = "Responda CONTINUAR para retomar ou CANCELAR para encerrar."
_WHOLE: list[tuple[AnswerName, dict[str, Any], str]] = [
    ("T3", {}, "Tudo bem, não envio. 👍"),
    ("T4", {"until": "quarta às 10:00"},
     "Sem problema! A campanha fica guardada até quarta às 10:00. Quando quiser, é só responder a esta mensagem."),
    ("T5", {"name": "clientes inativos"}, 'Cancelei a campanha "clientes inativos". Ninguém recebeu nada. 👍'),
    ("T6", {"detail": "Vão receber: 3 clientes."},
     "Ainda não enviei nada. Vão receber: 3 clientes. Responda ENVIAR para confirmar ou NÃO para cancelar."),
    ("T7", {"asks": "which", "choices": ["aniversariantes", "clientes inativos"]},
     "São 2 campanhas esperando você: 1) aniversariantes 2) clientes inativos. Qual delas?"),
    ("T7", {"asks": "day"}, "A 2ª da lista ou segunda-feira? Responda 2 ou SEGUNDA-FEIRA."),
    ("T7", {"asks": "who", "name": "Ana", "choices": ["Ana C. (Max)", "Ana P. (Nina)"]},
     "Tenho 2 clientes com o nome Ana: 1) Ana C. (Max) 2) Ana P. (Nina). Qual?"),
    ("T7", {"asks": "who", "name": "Bia"}, "Não achei Bia nessa lista."),
    ("T7", {"asks": "text"}, "Qual texto? Escreva como o cliente vai ler. Use {nome} e {pet} onde quiser."),
    ("T7", {"asks": "text", "problem": "braces", "name": "cupom"},
     "Não sei preencher {cupom}, só {nome} e {pet}. Pode escrever de novo?"),
    ("T7", {"asks": "text", "problem": "length", "length": 812},
     "Esse texto tem 812 letras; cabem de 10 a 700. Pode escrever de novo?"),
    ("T7", {"asks": "text", "problem": "length", "length": 1},
     "Esse texto tem 1 letra; cabem de 10 a 700. Pode escrever de novo?"),
    ("T7", {"asks": "text", "problem": "length", "length": 1812},
     "Esse texto tem 1.812 letras; cabem de 10 a 700. Pode escrever de novo?"),
    ("T7", {"asks": "percent", "problem": "none"}, "Esse texto não tem desconto para mudar."),
    ("T7", {"asks": "percent", "problem": "several", "choices": ["10%", "20%"]},
     "Esse texto tem 2 descontos: 10% e 20%. Qual muda?"),
    ("T7", {"asks": "percent", "problem": "several", "choices": ["10%", "20%", "30%"]},
     "Esse texto tem 3 descontos: 10%, 20% e 30%. Qual muda?"),
    ("T7", {"asks": "percent", "problem": "much", "percent": 60}, "60% de desconto, é isso mesmo?"),
    ("T7", {"asks": "audio"}, "Ainda não ouço áudios 🙈 Pode escrever? Nada foi enviado."),
    ("T7", {"asks": "audio", "live": "x"},
     "Ainda não ouço áudios 🙈 Pode escrever? Para parar a campanha, responda PARE."),
    ("T7", {}, "Não entendi 🤔 Nada foi enviado. Responda SIM, NÃO ou diga o que mudar."),
    ("T7", {"live": "começa às 14:05"}, "Não entendi 🤔 A campanha começa às 14:05. Para parar, responda PARE."),
    ("T7", {"live": "continua: 34 de 120"},
     "Não entendi 🤔 A campanha continua: 34 de 120. Para parar, responda PARE."),
    ("T8", {"day": "segunda (23/11)", "redoable": False}, "Essa sugestão era de segunda (23/11) e já venceu."),
    ("T8", {"day": "segunda (23/11)", "redoable": True},
     "Essa sugestão era de segunda (23/11) e já venceu. Quer que eu refaça com os números de hoje?"),
    ("T9", {"name": "clientes inativos", "standing": "está em andamento: 34 de 120"},
     'A campanha "clientes inativos" está em andamento: 34 de 120.'),
    ("T9", {"name": "clientes inativos", "standing": "está em andamento: 34 de 120", "removed": "Tirei Ana da lista."},
     'Tirei Ana da lista. A campanha "clientes inativos" está em andamento: 34 de 120.'),
    ("T9", {"name": "clientes inativos", "standing": "está em andamento: 34 de 120", "removed": "Ana já recebeu."},
     'Ana já recebeu. A campanha "clientes inativos" está em andamento: 34 de 120.'),
    ("T10", {"name": "clientes inativos", "began": True, "sent": 34, "left": 86},
     f'Parei a campanha "clientes inativos": 34 receberam, 86 não. {_GOES_ON}'),
    ("T10", {"name": "clientes inativos", "began": True, "sent": 1, "left": 119},
     f'Parei a campanha "clientes inativos": 1 recebeu, 119 não. {_GOES_ON}'),
    ("T10", {"name": "clientes inativos", "began": True, "sent": 1034, "left": 2086},
     f'Parei a campanha "clientes inativos": 1.034 receberam, 2.086 não. {_GOES_ON}'),
    ("T10", {"name": "clientes inativos", "began": False, "sent": 0, "left": 120},
     f'Parei a campanha "clientes inativos" antes de começar. Ninguém recebeu nada. {_GOES_ON}'),
    ("T12", {"why": "Ainda não posso enviar para clientes: o WhatsApp da loja está desconectado."},
     "Ainda não posso enviar para clientes: o WhatsApp da loja está desconectado. Nada foi enviado."),
    ("T12", {"why": "Ninguém dessa lista pode receber agora (2 pediram para não receber)."},
     "Ninguém dessa lista pode receber agora (2 pediram para não receber). Nada foi enviado."),
    ("T15", {}, "A mensagem sai do WhatsApp da própria loja. Ainda não enviei nada."),
    ("T15", {"cost": "Cada envio custa R$ 0,10.", "live": True},
     "A mensagem sai do WhatsApp da própria loja. Cada envio custa R$ 0,10."),
    ("T15", {"cost": "Cada envio custa R$ 0,10."},
     "A mensagem sai do WhatsApp da própria loja. Cada envio custa R$ 0,10. Ainda não enviei nada."),
    ("T16", {"business": "Patas & Cia"},
     "Pronto! Você não vai mais receber promoções de Patas & Cia por aqui. Para agendar ou tirar dúvidas, é só chamar. "
     "Se mudar de ideia, responda VOLTAR."),
    ("T17", {"business": "Patas & Cia"}, "Combinado! Você volta a receber as novidades de Patas & Cia."),
]  # fmt: skip


@pytest.mark.parametrize(("answer", "values", "text"), _WHOLE)
def test_each_answer_is_worded_to_the_letter(answer: AnswerName, values: dict[str, Any], text: str) -> None:
    assert said(answer, **values) == text


@pytest.mark.parametrize(
    ("cause", "goes_on"),
    [
        ("o WhatsApp limitou o número", "Retomo amanhã às 9h."),
        ("o WhatsApp desconectou", "Retomo assim que der."),
        ("as mensagens não estão chegando", "Retomo amanhã às 9h."),
        ("muitos números não têm WhatsApp", _GOES_ON),
        ("muitos pediram para sair", _GOES_ON),
        ("os envios da loja estão pausados", "Retomo assim que der."),
    ],
)
def test_t11_says_why_it_pauses_and_how_it_goes_on(cause: str, goes_on: str) -> None:
    values = {"name": "clientes inativos", "sent": 34, "number": 1120, "cause": cause, "next": goes_on}
    assert said("T11", **values) == f'Pausei a campanha "clientes inativos" em 34 de 1.120: {cause}. {goes_on}'


_FIGURES = {"name": "clientes inativos", "sent": 112, "number": 120, "not_sent": 8, "unknown": 0, "answered": 9}


@pytest.mark.parametrize(
    ("values", "text"),
    [
        (
            {"complete": True, "reasons": "4 já agendaram, 3 sem WhatsApp, 1 pediu para sair"},
            "✅ Campanha concluída: clientes inativos\n📨 Enviadas: 112 de 120\n"
            "🚫 Não enviadas: 8 (4 já agendaram, 3 sem WhatsApp, 1 pediu para sair)\n"
            "❓ Sem confirmação: 0\n💬 Responderam até agora: 9",
        ),
        (
            {"complete": False, "reasons": "", "not_sent": 0, "sent": 1120, "number": 1120, "answered": 1034},
            "⏹️ Campanha encerrada: clientes inativos\n📨 Enviadas: 1.120 de 1.120\n🚫 Não enviadas: 0\n"
            "❓ Sem confirmação: 0\n💬 Responderam até agora: 1.034",
        ),
    ],
)
def test_t13_is_one_line_a_figure(values: dict[str, Any], text: str) -> None:
    assert said("T13", **_FIGURES | values) == text


@pytest.mark.parametrize(
    ("sent", "answered", "booked", "value", "out", "text"),
    [
        (112, 31, 9, "720", 2, "31 dos 112 responderam, 9 agendaram em até 7 dias (R$ 720,00), 2 pediram para sair."),
        (112, 1, 1, "80.5", 1, "1 dos 112 respondeu, 1 agendou em até 7 dias (R$ 80,50), 1 pediu para sair."),
        (1, 1, 0, "0", 0, "1 de 1 respondeu, 0 agendaram em até 7 dias (R$ 0,00), 0 pediram para sair."),
        (3000, 1034, 1200, "72000", 1100,
         "1.034 dos 3.000 responderam, 1.200 agendaram em até 7 dias (R$ 72.000,00), 1.100 pediram para sair."),
    ],
)  # fmt: skip
def test_t14_tells_what_came_of_it(sent: int, answered: int, booked: int, value: str, out: int, text: str) -> None:
    values = {"name": "clientes inativos", "sent": sent, "answered": answered, "booked": booked, "opted_out": out}
    told = said("T14", **values, value=Decimal(value))
    assert told == f'📊 Uma semana depois da campanha "clientes inativos": {text}'
