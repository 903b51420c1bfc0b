"""Why a message failed, in Portuguese: records have it in English, in the words of the documents."""

from __future__ import annotations

import re

#: What a reason may be made of; what is not here (a gateway's own words) stays as it is. The longer ones come first.
_PHRASES = {
    "WhatsApp instance disconnected: the organisation has none":
        "WhatsApp desconectado: a organização não tem instância",
    "WhatsApp instance disconnected: its state is": "WhatsApp desconectado: o estado da instância é",
    "the instance is disconnected from WhatsApp": "a instância está desconectada do WhatsApp",
    "the instance is not connected": "a instância não está conectada",
    "the instance was never connected": "a instância nunca foi conectada",
    "WhatsApp is throttling the instance": "o WhatsApp está limitando a instância",
    "WhatsApp reported that it was not delivered": "o WhatsApp informou que não foi entregue",
    "the gateway has no such instance": "o gateway não tem esta instância",
    "the gateway did not take our API key": "o gateway não aceitou nossa chave",
    "the gateway does not allow us this": "o gateway não nos permite isto",
    "the gateway says that we send too fast": "o gateway diz que enviamos rápido demais",
    "the gateway gave up waiting": "o gateway desistiu de esperar",
    "the gateway failed before, and now": "o gateway já tinha falhado, e agora",
    "the gateway failed": "o gateway falhou",
    "the gateway refused": "o gateway recusou",
    "the gateway redirects": "o gateway redireciona",
    "the gateway cannot be reached": "o gateway não pode ser alcançado",
    "the gateway did not answer in time": "o gateway não respondeu a tempo",
    "the gateway did not say the instance's state": "o gateway não disse o estado da instância",
    "the gateway accepted without naming the message": "o gateway aceitou sem dar o número da mensagem",
    "the gateway answered": "o gateway respondeu",
    "which says nothing": "o que não diz nada",
    "check its address": "confira o endereço dele",
    "no secure connection to the gateway": "sem conexão segura com o gateway",
    "check its certificate": "confira o certificado dele",
    "the connection broke before the gateway answered": "a conexão caiu antes da resposta do gateway",
    "the connection was lost and the gateway cannot be asked":
        "a conexão se perdeu e o gateway não pode ser consultado",
    "the connection was lost and the gateway does not show the message":
        "a conexão se perdeu e o gateway não mostra a mensagem",
    "the number is not on WhatsApp": "o número não está no WhatsApp",
    "delivery unknown": "entrega desconhecida",
    "an earlier attempt was interrupted, and now": "uma tentativa anterior foi interrompida, e agora",
    "and then:": "e depois:",
    "too late: it was about": "tarde demais: era sobre",
    "and there it is": "e lá já é",
    "too late: it could not be sent within 24 hours": "tarde demais: não pôde ser enviada em 24 horas",
    "too late: quiet hours": "tarde demais: o horário de silêncio",
    "had begun": "já tinha começado",
    "the organisation does not exist or is not active": "a organização não existe ou não está ativa",
    "the owner's number does not exist in this organisation": "o número do dono não existe nesta organização",
    "the owner has Aurora switched off": "o dono está com a Aurora desligada",
    "the owner has no usable phone": "o dono não tem telefone utilizável",
    "The phone number is missing.": "falta o número.",
    "The phone number is not valid: it needs a valid area code and all its digits.":
        "o número não é válido: precisa de um DDD válido e de todos os dígitos.",
    "The phone number is a service number (such as 0800 or 4004), not a person's.":
        "é um número de serviço (como 0800 ou 4004), não de uma pessoa.",
    "The phone number is not a phone number.": "não é um número de telefone.",
}  # fmt: skip
_ANY = re.compile("|".join(re.escape(phrase) for phrase in sorted(_PHRASES, key=len, reverse=True)))
_DAY = re.compile(r"\b(\d{4})-(\d\d)-(\d\d)( now)?")


def failure_reason(text: str) -> str:
    """A record's `error_message`, or the word for a refused receipt, as the pages say it."""
    said = _ANY.sub(lambda found: _PHRASES[found[0]], text)
    if said == text:
        return text
    return _DAY.sub(r"\3/\2/\1", said)
