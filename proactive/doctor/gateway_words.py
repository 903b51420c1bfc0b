"""The words of what the doctor finds about the gateway."""

from __future__ import annotations

from collections.abc import Mapping

from proactive.doctor.finding_words import FindingWords as W

GATEWAY_FINDINGS: Mapping[str, W] = {
    "gateway.ok": W("ok", "Evolution API {version} answers", "", "a Evolution API {version} responde", ""),
    "gateway.nameless": W(
        "warning",
        "something answers at the gateway's address that does not call itself Evolution API",
        "check WHATSAPP_URL: it should be where Evolution API v2 answers, without /manager",
        "algo responde no endereço do gateway, mas não se apresenta como Evolution API",
        "Confira WHATSAPP_URL: deve ser onde a Evolution API v2 responde, sem /manager.",
    ),
    "gateway.old": W(
        "failed",
        "the gateway is Evolution API {version}: version 2 is needed",
        "update Evolution API to 2.3 or newer",
        "o gateway é a Evolution API {version}: é preciso a versão 2",
        "Atualize a Evolution API para 2.3 ou mais nova.",
    ),
    "gateway.away": W(
        "failed",
        "the gateway cannot be asked: {reason}",
        "look whether it runs, and check WHATSAPP_URL",
        "o gateway não pode ser consultado: {label}",
        "{todo}",
    ),
    "gateway_key.ok": W("ok", "it takes the key", "", "ele aceita a chave", ""),
    "gateway_key.refused": W(
        "failed",
        "it does not take the key: {reason}",
        "set WHATSAPP_API_KEY to the server's AUTHENTICATION_API_KEY",
        "ele não aceita a chave: {label}",
        "Ponha em WHATSAPP_API_KEY a AUTHENTICATION_API_KEY do servidor.",
    ),
    "instances.ok": W(
        "ok", "{count} instances of the product are open", "", "{count} instâncias do produto conectadas", ""
    ),
    "instances.none": W(
        "warning",
        "the product names no instance in whatsapp_instances: nothing can be sent",
        "add a row for each number, with the instance's name at the gateway and its status",
        "o produto não tem instâncias em whatsapp_instances: nada pode ser enviado",
        "Inclua uma linha por número, com o nome da instância no gateway e o status.",
    ),
    "instances.unknown": W(
        "failed",
        "the gateway does not know {count} of the product's instances: {names}",
        "create them at the gateway under these names, or mend whatsapp_instances.instance_name",
        "o gateway não conhece {count} instâncias do produto: {names}",
        "Crie-as no gateway com esses nomes, ou corrija whatsapp_instances.instance_name.",
    ),
    "instances.closed": W(
        "warning",
        "{count} instances that the product calls connected are not open: {names}",
        "connect them by QR code in the gateway's manager",
        "{count} instâncias que o produto dá como conectadas não estão: {names}",
        "Conecte-as pelo QR code no gateway.",
    ),
    "gateway_memory.ok": W(
        "ok", "it keeps the messages that it accepted", "", "ele guarda as mensagens que aceitou", ""
    ),
    "gateway_memory.none": W(
        "failed",
        "it keeps no messages: what became of one whose answer was lost can never be known",
        "set DATABASE_SAVE_DATA_NEW_MESSAGE=true for Evolution API, and restart it",
        "ele não guarda mensagens: não dá para saber se uma sem resposta saiu",
        "Ponha DATABASE_SAVE_DATA_NEW_MESSAGE=true na Evolution API e reinicie-a.",
    ),
    "gateway_memory.unknown": W(
        "skipped",
        "whether it keeps messages shows when the first ones were sent",
        "",
        "se ele guarda mensagens, só se vê depois das primeiras",
        "",
    ),
    "webhooks.ok": W(
        "ok",
        "every open instance has a webhook that leads here, and {heard} were heard from",
        "",
        "toda instância conectada tem um webhook para cá, e {heard} já contaram algo",
        "",
    ),
    "webhooks.missing": W(
        "warning",
        "{count} instances have no webhook that leads to this worker ({names}): receipts and answers are not heard",
        "set it as docs/api.md says, to <address of web>/webhooks/whatsapp/evolution; if the product's bot has it,"
        " let the bot forward what it gets",
        "{count} instâncias não têm webhook para este worker ({names}): recibos e respostas não são ouvidos",
        "Configure como diz docs/api.md, em <endereço do web>/webhooks/whatsapp/evolution; se o robô do produto já"
        " usa o webhook, ele deve repassar o que recebe.",
    ),
    "webhooks.events": W(
        "warning",
        "the webhook of {count} instances lacks events: {names}",
        "add them to its events: docs/api.md has the list of all",
        "o webhook de {count} instâncias não tem todos os eventos: {names}",
        "Inclua-os: docs/api.md tem a lista.",
    ),
    "webhooks.silent": W(
        "warning",
        "the webhooks are set, and nothing was ever heard through one",
        "send a message to one of the numbers; if this stays, look whether the gateway reaches `web`, and at"
        " WEBHOOK_SECRET",
        "os webhooks estão configurados, mas nada foi ouvido por eles",
        "Mande uma mensagem para um dos números; se isto ficar, veja se o gateway alcança o `web`, e o WEBHOOK_SECRET.",
    ),
    "gateway_clock.ok": W(
        "ok", "its clock is this machine's ({seconds} s)", "", "o relógio está certo ({seconds} s)", ""
    ),
    "gateway_clock.off": W(
        "warning",
        "its clock and this machine's differ by {seconds} s: sent messages are looked up by their time",
        "let NTP set both clocks (timedatectl set-ntp true)",
        "o relógio do gateway e o desta máquina diferem em {seconds} s: mensagens são procuradas pelo horário",
        "Deixe o NTP acertar os dois relógios (timedatectl set-ntp true).",
    ),
    "gateway.skipped": W(
        "skipped",
        "instances and webhooks were not looked at: the product's instances cannot be read",
        "",
        "instâncias e webhooks não foram conferidos: as instâncias do produto não podem ser lidas",
        "",
    ),
}
