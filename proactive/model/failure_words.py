"""The words of every failure reason: English for logs, Portuguese for pages, and an operator's advice."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from proactive.model.failure_reasons import FailureReason


class Words(NamedTuple):
    """The words of a reason. `{name}` stands for a detail, `{0}` for the first cause.

    `text` is English, for logs and `error_message`; `label` and `advice` (what an operator does) are Portuguese.
    """

    text: str
    label: str
    advice: str


_CONNECT = "Conecte a instância pelo QR code no gateway e reenvie a mensagem."
_FIX_PHONE = "Corrija o telefone do dono no cadastro da organização."
_CHECK_CHAT = "Veja na conversa do WhatsApp se ela chegou; reenvie só se não chegou."
_CHECK_GATEWAY = "Confira se o gateway está no ar e o endereço WHATSAPP_URL; depois reenvie a mensagem."
_SEE_LOG = "Veja o registro do gateway; se passar, reenvie a mensagem."
_NOTHING = "Nada a fazer: ela não faria mais sentido."

WORDS: Mapping[FailureReason, Words] = {
    FailureReason.ORGANIZATION_INACTIVE: Words(
        "the organisation does not exist or is not active",
        "a organização não existe ou não está ativa",
        "Ative a organização no produto, se ela ainda é cliente.",
    ),
    FailureReason.OWNER_MISSING: Words(
        "the owner's number does not exist in this organisation",
        "o número do dono não existe nesta organização",
        "Cadastre o dono em owner_numbers.",
    ),
    FailureReason.AURORA_SWITCHED_OFF: Words(
        "the owner has Aurora switched off",
        "o dono está com a Aurora desligada",
        "Nada a fazer: foi o dono quem escolheu.",
    ),
    FailureReason.OWNER_PHONE_UNUSABLE: Words(
        "the owner has no usable phone: {0}", "o dono não tem telefone utilizável: {0}", _FIX_PHONE
    ),
    FailureReason.PHONE_MISSING: Words("The phone number is missing.", "falta o número.", _FIX_PHONE),
    FailureReason.PHONE_NOT_A_NUMBER: Words(
        "The phone number is not a phone number.", "não é um número de telefone.", _FIX_PHONE
    ),
    FailureReason.PHONE_INVALID: Words(
        "The phone number is not valid: it needs a valid area code and all its digits.",
        "o número não é válido: precisa de um DDD válido e de todos os dígitos.",
        _FIX_PHONE,
    ),
    FailureReason.PHONE_SERVICE_NUMBER: Words(
        "The phone number is a service number (such as 0800 or 4004), not a person's.",
        "é um número de serviço (como 0800 ou 4004), não de uma pessoa.",
        _FIX_PHONE,
    ),
    FailureReason.TOO_LATE_DAY_OVER: Words(
        "too late: it was about {day}, and there it is {today} now",
        "tarde demais: era sobre {day}, e lá já é {today}",
        _NOTHING,
    ),
    FailureReason.TOO_LATE_LIFETIME_OVER: Words(
        "too late: it could not be sent within {hours} hours",
        "tarde demais: não pôde ser enviada em {hours} horas",
        "Se a campanha ainda valer, peça-a de novo.",
    ),
    FailureReason.TOO_LATE_QUIET_HOURS: Words(
        "too late: quiet hours ({start}-{end}) had begun",
        "tarde demais: o horário de silêncio ({start}-{end}) já tinha começado",
        _NOTHING,
    ),
    FailureReason.NO_INSTANCE: Words(
        "WhatsApp instance disconnected: the organisation has none",
        "WhatsApp desconectado: a organização não tem instância",
        "Crie e conecte uma instância para a organização.",
    ),
    FailureReason.INSTANCE_DISCONNECTED: Words(
        "WhatsApp instance disconnected: its state is {state}",
        "WhatsApp desconectado: o estado da instância é {state}",
        _CONNECT,
    ),
    FailureReason.GATEWAY_KEY_REFUSED: Words(
        "the gateway did not take our API key",
        "o gateway não aceitou nossa chave",
        "Confira WHATSAPP_API_KEY e reinicie os workers; depois reenvie a mensagem.",
    ),
    FailureReason.GATEWAY_FORBIDDEN: Words(
        "the gateway does not allow us this",
        "o gateway não nos permite isto",
        "Confira as permissões da chave WHATSAPP_API_KEY no gateway; depois reenvie a mensagem.",
    ),
    FailureReason.GATEWAY_LACKS_INSTANCE: Words(
        "the gateway has no such instance",
        "o gateway não tem esta instância",
        "Confira instance_name em whatsapp_instances, ou crie a instância no gateway.",
    ),
    FailureReason.GATEWAY_DISCONNECTED: Words(
        "the instance is disconnected from WhatsApp", "a instância está desconectada do WhatsApp", _CONNECT
    ),
    FailureReason.GATEWAY_NEVER_CONNECTED: Words(
        "the instance was never connected", "a instância nunca foi conectada", _CONNECT
    ),
    FailureReason.WHATSAPP_THROTTLES: Words(
        "WhatsApp is throttling the instance",
        "o WhatsApp está limitando a instância",
        "Espere: a instância descansa e a mensagem sai sozinha.",
    ),
    FailureReason.GATEWAY_THROTTLES: Words(
        "the gateway says that we send too fast",
        "o gateway diz que enviamos rápido demais",
        "Espere; se repetir, diminua RATE_LIMIT.",
    ),
    FailureReason.NOT_ON_WHATSAPP: Words("the number is not on WhatsApp", "o número não está no WhatsApp", _FIX_PHONE),
    FailureReason.GATEWAY_GAVE_UP: Words(
        "the gateway gave up waiting (408)", "o gateway desistiu de esperar (408)", _SEE_LOG
    ),
    FailureReason.GATEWAY_FAILED: Words(
        "the gateway failed ({status}): {detail}", "o gateway falhou ({status}): {detail}", _SEE_LOG
    ),
    FailureReason.GATEWAY_REFUSED: Words(
        "the gateway refused ({status}): {detail}", "o gateway recusou ({status}): {detail}", _SEE_LOG
    ),
    FailureReason.GATEWAY_REDIRECTS: Words(
        "the gateway redirects ({status}): check its address",
        "o gateway redireciona ({status}): confira o endereço dele",
        "Ponha em WHATSAPP_URL o endereço que responde sem redirecionar.",
    ),
    FailureReason.GATEWAY_UNINTELLIGIBLE: Words(
        "the gateway answered {status}, which says nothing",
        "o gateway respondeu {status}, o que não diz nada",
        _CHECK_GATEWAY,
    ),
    FailureReason.GATEWAY_UNREACHABLE: Words(
        "the gateway cannot be reached", "o gateway não pode ser alcançado", _CHECK_GATEWAY
    ),
    FailureReason.GATEWAY_TLS: Words(
        "no secure connection to the gateway: check its certificate",
        "sem conexão segura com o gateway: confira o certificado dele",
        "Renove o certificado do gateway; depois reenvie a mensagem.",
    ),
    FailureReason.GATEWAY_TIMED_OUT: Words(
        "the gateway did not answer in time", "o gateway não respondeu a tempo", _CHECK_CHAT
    ),
    FailureReason.GATEWAY_CONNECTION_BROKE: Words(
        "the connection broke before the gateway answered", "a conexão caiu antes da resposta do gateway", _CHECK_CHAT
    ),
    FailureReason.GATEWAY_NAMED_NO_MESSAGE: Words(
        "the gateway accepted without naming the message", "o gateway aceitou sem dar o número da mensagem", _CHECK_CHAT
    ),
    FailureReason.GATEWAY_HID_STATE: Words(
        "the gateway did not say the instance's state", "o gateway não disse o estado da instância", _CHECK_GATEWAY
    ),
    FailureReason.LOOKUP_FAILED: Words(
        "sent messages could not be looked up: {0}", "as mensagens enviadas não puderam ser consultadas: {0}", ""
    ),
    FailureReason.LOOKUP_UNINTELLIGIBLE: Words(
        "sent messages could not be looked up: not an answer of Evolution API",
        "as mensagens enviadas não puderam ser consultadas: não é uma resposta da Evolution API",
        _CHECK_GATEWAY,
    ),
    FailureReason.UNKNOWN_AFTER_INTERRUPTION: Words(
        "delivery unknown: an earlier attempt was interrupted, and now: {0}",
        "entrega desconhecida: uma tentativa anterior foi interrompida, e agora: {0}",
        _CHECK_CHAT,
    ),
    FailureReason.UNKNOWN_GATEWAY_AWAY: Words(
        "delivery unknown: the connection was lost and the gateway cannot be asked",
        "entrega desconhecida: a conexão se perdeu e o gateway não pode ser consultado",
        _CHECK_CHAT,
    ),
    FailureReason.UNKNOWN_NOT_SHOWN: Words(
        "delivery unknown: the connection was lost and the gateway does not show the message",
        "entrega desconhecida: a conexão se perdeu e o gateway não mostra a mensagem",
        _CHECK_CHAT,
    ),
    FailureReason.UNKNOWN_AFTER_FAILURE: Words(
        "delivery unknown: the gateway failed before, and now: {0}",
        "entrega desconhecida: o gateway já tinha falhado, e agora: {0}",
        _CHECK_CHAT,
    ),
    FailureReason.UNKNOWN_LOOKUP_FAILED: Words(
        "delivery unknown: {0}, and then: {1}", "entrega desconhecida: {0}, e depois: {1}", _CHECK_CHAT
    ),
    FailureReason.WHATSAPP_DID_NOT_DELIVER: Words(
        "WhatsApp reported that it was not delivered",
        "o WhatsApp informou que não foi entregue",
        "Não reenvie: o dono pode ter bloqueado o número. Fale com ele por outro meio.",
    ),
}
