"""The words of everything that can be wrong with a feed, in Portuguese: for the page and for the API's answers."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple


class FaultWords(NamedTuple):
    """What is wrong, and what the business can do about it."""

    label: str
    advice: str


_AGAIN = "Nada a fazer agora: tento de novo sozinha."
_COPY = "Copie de novo o endereço iCal na sua agenda, apague esta e adicione outra vez."
_OPERATOR = "Avise quem cuida da instalação."
_SMALLER = "Assine uma agenda menor, só com o que importa para a loja."

#: Why an address or a feed is not added.
REFUSALS: Mapping[str, str] = MappingProxyType({
    "address_form": "Isto não parece um endereço: copie o link inteiro, que começa com https://",
    "address_webcal": "Troque webcal:// por https:// no começo do endereço.",
    "address_not_https": "O endereço tem de começar com https://",
    "address_user": "O endereço não pode ter usuário e senha antes do nome do site.",
    "address_port": "O endereço não pode ter uma porta (um número depois de dois-pontos).",
    "address_host": "O nome do site neste endereço não está certo: copie o link inteiro.",
    "address_not_public": "Este endereço não é de um site público.",
    "known": "Esta agenda já está na lista.",
    "too_many": "A loja já tem 3 agendas: apague uma para adicionar outra.",
    "no_key": "Ainda não dá para assinar agendas: falta a chave CALENDAR_KEY na instalação. " + _OPERATOR,
    "purpose": "Diga para que serve a agenda: dias fechados ou horários ocupados.",
    "label": "O nome da agenda pode ter até 40 letras.",
})  # fmt: skip

#: Faults of a read.
FAULTS: Mapping[str, FaultWords] = MappingProxyType({
    "no_key": FaultWords("Falta na instalação a chave que abre o endereço", _OPERATOR),
    "address_unreadable": FaultWords("O endereço guardado não pode mais ser aberto: a chave mudou", _COPY),
    "address_not_public": FaultWords("O endereço leva a uma rede que não é pública", _COPY),
    "not_found_host": FaultWords("O site deste endereço não existe ou não responde", _AGAIN),
    "unreachable": FaultWords("Não consegui falar com o site da agenda", _AGAIN),
    "certificate": FaultWords("O site da agenda não provou que é ele mesmo (certificado)", _AGAIN),
    "too_slow": FaultWords("O site da agenda demorou demais", _AGAIN),
    "denied": FaultWords("O site da agenda não deixou ler: o endereço pode ter mudado", _COPY),
    "not_found": FaultWords("A agenda não está mais neste endereço", _COPY),
    "server": FaultWords("O site da agenda está com defeito", _AGAIN),
    "status": FaultWords("O site da agenda respondeu algo inesperado", _COPY),
    "redirects": FaultWords("O endereço manda para outros lugares sem parar", _COPY),
    "redirect_refused": FaultWords("O endereço manda para um lugar que não posso abrir", _COPY),
    "encoded": FaultWords("A agenda veio compactada, e eu não a abro", _COPY),
    "too_large": FaultWords("A agenda é grande demais", _SMALLER),
    "too_many_components": FaultWords("A agenda tem eventos demais", _SMALLER),
    "too_many_instances": FaultWords("A agenda tem mais de 2.000 eventos nos próximos 60 dias", _SMALLER),
    "too_heavy": FaultWords("A agenda é pesada demais para ler", _SMALLER),
    "not_a_calendar": FaultWords("O endereço não leva a uma agenda (iCal), e sim a outra coisa", _COPY),
    "cut": FaultWords("A agenda veio cortada, sem o fim", _AGAIN),
    "failed": FaultWords("Não consegui ler a agenda", _AGAIN),
})  # fmt: skip

#: Why a series is refused, or something of a file is left out.
REASONS: Mapping[str, str] = MappingProxyType({
    "frequency": "repete a cada hora, minuto ou segundo",
    "interval": "repete com um intervalo que não existe",
    "exrule": "usa uma regra antiga (EXRULE)",
    "by_list": "a regra de repetição é comprida demais",
    "by_time": "repete vezes demais no mesmo dia",
    "too_many_steps": "começou há tempo demais para contar as repetições",
    "too_heavy": "a repetição é pesada demais para calcular",
    "unreadable": "está escrito de um jeito que não se lê",
    "too_long": "dura mais de 60 dias",
    "zone": "o fuso horário do arquivo não pode ser usado: vale o da loja",
})  # fmt: skip

PURPOSES: Mapping[str, str] = MappingProxyType({
    "closures": "Dias fechados: cada evento de dia inteiro fecha a loja",
    "busy": "Horários ocupados: cada evento ocupa o seu horário",
})  # fmt: skip


def fault_words(code: str) -> FaultWords:
    """The words of a fault; of one that this version does not know, those of `failed`."""
    return FAULTS.get(code, FAULTS["failed"])


def reason_words(code: str) -> str:
    """The words of a reason; of one that this version does not know, those of `unreadable`."""
    return REASONS.get(code, REASONS["unreadable"])
