"""The words of every failure reason, those of the gateway among them."""

from __future__ import annotations

from collections.abc import Mapping

from proactive.model.failure_reasons import FailureReason
from proactive.model.gateway_failure_words import GATEWAY_WORDS
from proactive.model.words import CONNECT, Words

_FIX_PHONE = "Corrija o telefone do dono no cadastro da organização."
_NOTHING = "Nada a fazer: ela não faria mais sentido."

WORDS: Mapping[FailureReason, Words] = {
    **GATEWAY_WORDS,
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
    FailureReason.TYPE_SWITCHED_OFF: Words(
        "the owner, or the organisation for its owners, has messages of this type switched off",
        "este tipo de mensagem está desligado para o dono",
        "Nada a fazer: foi escolhido assim, e dá para religar em /horarios.",
    ),
    FailureReason.SKIPPED: Words(
        "somebody skipped the message",
        "alguém pulou esta mensagem",
        "Nada a fazer: quem pulou está em Quem fez o quê. Para enviar mesmo assim, reenvie.",
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
    FailureReason.TOO_LATE_AFTER_WAITING: Words(
        "{0}; it had waited because {1}",
        "{0}; ela tinha esperado porque {1}",
        "Resolva a causa; a mensagem mesma não faria mais sentido.",
    ),
    FailureReason.NO_INSTANCE: Words(
        "WhatsApp instance disconnected: the organisation has none",
        "WhatsApp desconectado: a organização não tem instância",
        "Crie e conecte uma instância para a organização.",
    ),
    FailureReason.INSTANCE_CONNECTING: Words(
        "the instance is connecting to WhatsApp",
        "a instância está se conectando ao WhatsApp",
        "Espere: ao conectar, as mensagens saem sozinhas.",
    ),
    FailureReason.INSTANCE_DISCONNECTED: Words(
        "WhatsApp instance disconnected: its state is {state}",
        "WhatsApp desconectado: o estado da instância é {state}",
        CONNECT,
    ),
}
