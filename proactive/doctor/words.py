"""The words of every finding of the doctor: those of settings and processes here, those of the parts beside it."""

from __future__ import annotations

from collections.abc import Mapping

from proactive.doctor.finding_words import FindingWords as W
from proactive.doctor.gateway_words import GATEWAY_FINDINGS
from proactive.doctor.redis_words import REDIS_FINDINGS
from proactive.doctor.supabase_words import SUPABASE_FINDINGS

WORDS: Mapping[str, W] = {
    "settings.ok": W("ok", "every setting can be read", "", "as configurações podem ser lidas", ""),
    "settings.wrong": W(
        "failed",
        "{problem}",
        "set it in the environment or in .env (.env.example has every setting)",
        "{problem}",
        "Ajuste no ambiente ou no .env (.env.example tem todas as configurações).",
    ),
    "sign_in.ok": W("ok", "somebody can sign in to pages and API", "", "alguém pode entrar nas páginas e na API", ""),
    "sign_in.nobody": W(
        "warning",
        "nobody can sign in: neither API_KEYS nor a way to verify Supabase's sessions is set",
        "run `aurora api-key` and put what it prints into API_KEYS",
        "ninguém pode entrar: não há API_KEYS nem como verificar as sessões do Supabase",
        "Rode `aurora api-key` e ponha o resultado em API_KEYS.",
    ),
    "webhook_secret.ok": W("ok", "WEBHOOK_SECRET is set", "", "WEBHOOK_SECRET está definido", ""),
    "webhook_secret.missing": W(
        "warning",
        "WEBHOOK_SECRET is not set: what WhatsApp tells of messages, and what people answer, is refused",
        "set it to what `openssl rand -hex 24` prints, and the same in Evolution's webhooks (docs/api.md)",
        "WEBHOOK_SECRET não está definido: o que o WhatsApp conta e o que as pessoas respondem é recusado",
        "Defina-o com o que `openssl rand -hex 24` imprime, e o mesmo nos webhooks da Evolution (docs/api.md).",
    ),
    "scheduler.ok": W("ok", "the scheduler beats", "", "o agendador está no ar", ""),
    "scheduler.away": W(
        "failed",
        "{reason}",
        "start it: `honcho start`, or `aurora schedule run` as a service of its own",
        "o agendador não está no ar: nada sai sozinho",
        "Inicie-o: `honcho start`, ou `aurora schedule run` como um serviço.",
    ),
    "workers.ok": W("ok", "{count} workers beat", "", "{count} workers no ar", ""),
    "workers.away": W(
        "failed",
        "no worker beats: nothing is sent",
        "start some: `honcho start`, or the worker line of the Procfile as a service",
        "nenhum worker no ar: nada é enviado",
        "Inicie-os: `honcho start`, ou a linha de worker do Procfile como um serviço.",
    ),
    "workers.suspended": W(
        "failed",
        "the workers are suspended: nothing is sent",
        "run `rq resume`",
        "os workers estão suspensos: nada é enviado",
        "Rode `rq resume`.",
    ),
    **{
        f"{part}.broken": W(
            "skipped", "this check failed by itself ({kind}): please report it", "", "a verificação falhou ({kind})", ""
        )
        for part in ("redis", "supabase", "gateway")
    },
    "processes.unknown": W(
        "skipped",
        "whether scheduler and workers run is not known: Redis cannot be asked",
        "",
        "não se sabe se agendador e workers estão no ar: o Redis não responde",
        "",
    ),
    "test_message.sent": W(
        "ok",
        "{instance} sent a test message, and the gateway accepted it",
        "look whether it arrived",
        "{instance} enviou uma mensagem de teste, e o gateway aceitou",
        "Veja se ela chegou.",
    ),
    "test_message.failed": W(
        "failed",
        "the test message was not sent: {reason}",
        "",
        "a mensagem de teste não foi enviada: {label}",
        "{todo}",
    ),
    **REDIS_FINDINGS,
    **SUPABASE_FINDINGS,
    **GATEWAY_FINDINGS,
}
