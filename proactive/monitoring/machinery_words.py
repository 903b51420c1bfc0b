"""The words of what is so of Redis, Supabase, the gateway, the workers and the scheduler."""

from __future__ import annotations

from collections.abc import Mapping

from proactive.monitoring.condition_words import ConditionWords

_MIGRATE = "Run `aurora migrate`, which applies what is missing; nothing is lost meanwhile."
_MIGRATE_PT = "Rode aurora migrate, que aplica o que falta; nada se perde enquanto isso."

MACHINERY_WORDS: Mapping[str, ConditionWords] = {
    "unknown": ConditionWords(
        "unknown", "not known: {part} cannot be asked", "See what is said of {part}.",
        "não se sabe: {part} não responde", "Resolva antes o que se diz de {part}.",
    ),
    "redis_away": ConditionWords(
        "bad", "Redis cannot be asked: {why}", "Start Redis, or correct REDIS_URL; everything goes on by itself then.",
        "O Redis não responde: nada é enviado", "Suba o Redis ou corrija REDIS_URL; depois tudo continua sozinho.",
    ),
    "redis_unfit": ConditionWords(
        "bad", "Redis is not usable: {why}", "Use a Redis as docs/operations.md describes it.",
        "O Redis de REDIS_URL não serve para o worker", "Veja em /readyz o que lhe falta.",
    ),
    "redis_dangerous": ConditionWords(
        "warn", "{why}", "Set maxmemory-policy noeviction and appendonly yes.",
        "O Redis pode esquecer o que guarda", "Configure nele maxmemory-policy noeviction e appendonly yes.",
    ),
    "supabase_away": ConditionWords(
        "bad", "Supabase cannot be read: {why}",
        "See whether the project is up or paused, and whether SUPABASE_URL is right; messages wait.",
        "O Supabase não responde: as mensagens esperam",
        "Veja se o projeto está no ar (ou pausado) e se SUPABASE_URL está certo; depois tudo sai sozinho.",
    ),
    "supabase_key": ConditionWords(
        "bad", "Supabase cannot be read: {why}",
        "Set SUPABASE_SERVICE_ROLE_KEY to the project's secret or service_role key, and restart.",
        "O Supabase não aceita a chave SUPABASE_SERVICE_ROLE_KEY",
        "Ponha em SUPABASE_SERVICE_ROLE_KEY a chave secreta do projeto e reinicie os processos.",
    ),
    "supabase_refused": ConditionWords(
        "bad", "Supabase cannot be read: {why}", "Look at the project's own log.",
        "O Supabase recusa o que pedimos", "Veja o registro do projeto no Supabase; o motivo está em /readyz.",
    ),
    "migration_missing": ConditionWords(
        "bad", "the database lacks functions or tables of this version: the migration is missing or stopped half way",
        _MIGRATE, "A migração do banco de dados falta ou parou no meio", _MIGRATE_PT,
    ),
    "migration_old": ConditionWords(
        "bad", "the database has the migration {found}, this version needs {needed}", _MIGRATE,
        "O banco de dados tem a migração {found}, e esta versão precisa da {needed}", _MIGRATE_PT,
    ),
    "gateway_away": ConditionWords(
        "bad", "the gateway cannot be reached: {why}",
        "See whether Evolution API runs, and whether WHATSAPP_URL is right; messages wait.",
        "O gateway do WhatsApp não responde: as mensagens esperam",
        "Veja se a Evolution API está no ar e se WHATSAPP_URL está certo; depois tudo sai sozinho.",
    ),
    "gateway_failing": ConditionWords(
        "bad", "the gateway answers with status {status}", "Look at Evolution API's own log.",
        "O gateway do WhatsApp falha (status {status})", "Veja o registro da Evolution API.",
    ),
    "gateway_key": ConditionWords(
        "bad", "{why}", "Correct WHATSAPP_API_KEY (Evolution's AUTHENTICATION_API_KEY) and restart; messages wait.",
        "O gateway não aceita a chave WHATSAPP_API_KEY: as mensagens esperam",
        "Ponha em WHATSAPP_API_KEY a AUTHENTICATION_API_KEY da Evolution API e reinicie os processos; "
        "o que espera sai sozinho.",
    ),
    "gateway_forgets": ConditionWords(
        "warn", "the gateway keeps no messages: what became of one whose answer is lost stays unknown",
        "Set DATABASE_SAVE_DATA_NEW_MESSAGE=true for Evolution API and restart it.",
        "O gateway não guarda as mensagens que envia",
        "Ligue DATABASE_SAVE_DATA_NEW_MESSAGE=true na Evolution API e reinicie-a.",
    ),
    "workers_none": ConditionWords(
        "bad", "no worker beats", "Start the workers (`honcho start`, or your service manager).",
        "Nenhum worker está ativo: nada é enviado",
        "Inicie os workers: honcho start, ou o seu gerenciador de serviços. O que espera sai sozinho.",
    ),
    "workers_suspended": ConditionWords(
        "bad", "the workers are suspended: `rq resume` lets them go on", "Run `rq resume`, or use the panel's button.",
        "Os workers estão suspensos: nada é enviado", "Alguém usou rq suspend. Se já pode continuar, retome.",
    ),
    "scheduler_never": ConditionWords(
        "bad", "no scheduler has ever run", "Start it: python scripts/schedule.py (the Procfile does).",
        "O agendador nunca rodou: nada é enviado no horário", "Inicie-o: honcho start, ou python scripts/schedule.py.",
    ),
    "scheduler_silent": ConditionWords(
        "bad", "the scheduler's last beat was {seconds} seconds ago",
        "Start it again: python scripts/schedule.py (the Procfile does).",
        "O agendador parou: sem sinal desde {since}",
        "Inicie-o de novo: honcho start, ou python scripts/schedule.py. O que era de hoje ele recupera.",
    ),
}  # fmt: skip
