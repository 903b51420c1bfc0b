"""The words of failures at the gateway, and of outcomes that are unknown."""

from __future__ import annotations

from collections.abc import Mapping

from proactive.model.failure_reasons import FailureReason
from proactive.model.words import CONNECT, Words

_FIX_PHONE = "Corrija o telefone do dono no cadastro da organização."
_CHECK_CHAT = "Veja na conversa do WhatsApp se ela chegou; reenvie só se não chegou."
_CHECK_GATEWAY = "Confira se o gateway está no ar e o endereço WHATSAPP_URL; depois reenvie a mensagem."
_SEE_LOG = "Veja o registro do gateway; se passar, reenvie a mensagem."

GATEWAY_WORDS: Mapping[FailureReason, Words] = {
    FailureReason.GATEWAY_KEY_REFUSED: Words(
        "the gateway did not take our API key",
        "o gateway não aceitou nossa chave",
        "Confira WHATSAPP_API_KEY e o banco de dados do gateway; as mensagens esperam e saem sozinhas.",
    ),
    FailureReason.GATEWAY_FORBIDDEN: Words(
        "the gateway does not allow us this",
        "o gateway não nos permite isto",
        "Confira as permissões da chave WHATSAPP_API_KEY no gateway; as mensagens esperam e saem sozinhas.",
    ),
    FailureReason.GATEWAY_NOT_LICENSED: Words(
        "the gateway is not licensed",
        "o gateway não está licenciado",
        "Ative a licença da Evolution API; as mensagens esperam e saem sozinhas.",
    ),
    FailureReason.GATEWAY_LACKS_INSTANCE: Words(
        "the gateway has no such instance",
        "o gateway não tem esta instância",
        "Confira instance_name em whatsapp_instances, ou crie a instância no gateway.",
    ),
    FailureReason.GATEWAY_DISCONNECTED: Words(
        "the instance is disconnected from WhatsApp", "a instância está desconectada do WhatsApp", CONNECT
    ),
    FailureReason.GATEWAY_NEVER_CONNECTED: Words(
        "the instance was never connected", "a instância nunca foi conectada", CONNECT
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
    FailureReason.GATEWAY_FAILED_WHILE_SENDING: Words(
        "the gateway failed while sending ({status}): {detail}",
        "o gateway falhou durante o envio ({status}): {detail}",
        _CHECK_CHAT,
    ),
    FailureReason.GATEWAY_PROXY_FAILED: Words(
        "something before the gateway gave up or failed ({status})",
        "algo antes do gateway desistiu ou falhou ({status})",
        _CHECK_CHAT,
    ),
    FailureReason.GATEWAY_REDIRECTS: Words(
        "the gateway redirects ({status}): check its address",
        "o gateway redireciona ({status}): confira o endereço dele",
        "Ponha em WHATSAPP_URL o endereço que responde sem redirecionar.",
    ),
    FailureReason.GATEWAY_IS_ANOTHER: Words(
        "something else answers at the gateway's address ({status})",
        "outra coisa responde no endereço do gateway ({status})",
        "Confira o endereço WHATSAPP_URL e o proxy antes do gateway; as mensagens esperam e saem sozinhas.",
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
    FailureReason.GATEWAY_ANSWER_UNUSABLE: Words(
        "the gateway's answer cannot be read: it is too large or wrongly packed",
        "a resposta do gateway não pode ser lida: é grande demais ou mal compactada",
        _CHECK_CHAT,
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
        "delivery unknown: no clear answer came and the gateway cannot be asked",
        "entrega desconhecida: não veio resposta clara e o gateway não pode ser consultado",
        _CHECK_CHAT,
    ),
    FailureReason.UNKNOWN_NOT_SHOWN: Words(
        "delivery unknown: no clear answer came and the gateway does not show the message",
        "entrega desconhecida: não veio resposta clara e o gateway não mostra a mensagem",
        _CHECK_CHAT,
    ),
    FailureReason.UNKNOWN_CANNOT_TELL: Words(
        "delivery unknown: the gateway does not show the message, and is not known to keep any",
        "entrega desconhecida: o gateway não mostra a mensagem, e não se sabe se ele guarda alguma",
        "Veja na conversa do WhatsApp se ela chegou; ligue DATABASE_SAVE_DATA_NEW_MESSAGE na Evolution API.",
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
