"""The words of what the doctor finds about Supabase."""

from __future__ import annotations

from collections.abc import Mapping

from proactive.doctor.finding_words import FindingWords as W

_CONTRACT = "docs/your-schema.md has every table and column with its type, and how views stand in for others"
_CONTRACT_PT = "docs/your-schema.md tem cada tabela e coluna com seu tipo, e como usar views no lugar."

SUPABASE_FINDINGS: Mapping[str, W] = {
    "supabase.ok": W("ok", "Supabase answers at {host}", "", "o Supabase responde em {host}", ""),
    "supabase.away": W(
        "failed",
        "Supabase cannot be read: {reason}",
        "check SUPABASE_URL, and in Supabase's dashboard whether the project is paused",
        "o Supabase não pode ser lido: {reason}",
        "Confira SUPABASE_URL e, no painel do Supabase, se o projeto está pausado.",
    ),
    "supabase_key.ok": W("ok", "the key ({kind}) opens what it should", "", "a chave ({kind}) abre o que deve", ""),
    "supabase_key.refused": W(
        "failed",
        "Supabase does not take the key ({kind})",
        "copy the secret key (sb_secret_...) or the service_role key of this project into SUPABASE_SERVICE_ROLE_KEY",
        "o Supabase não aceita a chave ({kind})",
        "Copie a chave secreta (sb_secret_...) ou a service_role deste projeto para SUPABASE_SERVICE_ROLE_KEY.",
    ),
    "supabase_key.public": W(
        "failed",
        "the key ({kind}) may do nothing of what the worker does",
        "copy the secret key (sb_secret_...) or the service_role key of this project into SUPABASE_SERVICE_ROLE_KEY",
        "a chave ({kind}) não pode fazer nada do que o worker faz",
        "Copie a chave secreta (sb_secret_...) ou a service_role deste projeto para SUPABASE_SERVICE_ROLE_KEY.",
    ),
    "migrations.ok": W("ok", "the database is migrated ({version})", "", "o banco está migrado ({version})", ""),
    "migrations.missing": W(
        "failed",
        "the migrations were never applied: the database has nothing of Aurora's",
        "run `aurora migrate` with DATABASE_URL set (or `supabase db push`)",
        "as migrações nunca foram aplicadas: o banco não tem nada da Aurora",
        "Rode `aurora migrate` com DATABASE_URL definido (ou `supabase db push`).",
    ),
    "migrations.incomplete": W(
        "failed",
        "the database lacks {count} of Aurora's objects ({names}): a migration is missing or was applied in part",
        "run `aurora migrate` with DATABASE_URL set: applying again changes nothing that is there",
        "faltam no banco {count} objetos da Aurora ({names}): uma migração falta ou foi aplicada pela metade",
        "Rode `aurora migrate` com DATABASE_URL definido: aplicar de novo não muda o que já está lá.",
    ),
    "migrations.hidden": W(
        "skipped",
        "which of Aurora's objects the database has cannot be listed: its API does not describe itself",
        "run `aurora migrate --dry-run` with DATABASE_URL set",
        "não dá para listar o que o banco tem da Aurora: a API dele não se descreve",
        "Rode `aurora migrate --dry-run` com DATABASE_URL definido.",
    ),
    "product_tables.ok": W(
        "ok",
        "every table and column of the product that is read is there, with its type",
        "",
        "todas as tabelas e colunas do produto que são lidas existem, com seus tipos",
        "",
    ),
    "product_tables.schema": W(
        "failed",
        "the schema of PRODUCT_SCHEMA cannot be read: {reason}",
        "add it to the exposed schemas of the project's API, and `grant usage on schema ... to service_role`"
        " (docs/your-schema.md)",
        "o schema de PRODUCT_SCHEMA não pode ser lido: {reason}",
        "Inclua-o nos schemas expostos da API do projeto e dê `grant usage on schema ... to service_role`"
        " (docs/your-schema.md).",
    ),
    "product_tables.missing": W(
        "failed",
        "the product's database lacks {names}",
        _CONTRACT,
        "faltam no banco do produto: {names}",
        _CONTRACT_PT,
    ),
    "product_tables.types": W(
        "failed",
        "columns of the product have other types than the worker reads: {names}",
        _CONTRACT,
        "colunas do produto têm tipos que o worker não lê: {names}",
        _CONTRACT_PT,
    ),
    "row_counts.ok": W("ok", "the product has {counts}", "", "o produto tem {counts}", ""),
    "row_counts.nobody": W(
        "warning",
        "there is nobody to write to: the product has {counts}",
        "an owner needs a row in owner_numbers with aurora_enabled, of an organisation with is_active",
        "não há a quem escrever: o produto tem {counts}",
        "Um dono precisa de uma linha em owner_numbers com aurora_enabled, de uma organização com is_active.",
    ),
    "time_zones.ok": W(
        "ok",
        "every active organisation has a time zone that exists",
        "",
        "toda organização ativa tem um fuso que existe",
        "",
    ),
    "time_zones.wrong": W(
        "warning",
        "{count} active organisations have a time zone that is none ({ids}): America/Sao_Paulo counts for them",
        "set organizations.timezone to an IANA name such as America/Manaus",
        "{count} organizações ativas têm um fuso que não existe ({ids}): vale America/Sao_Paulo",
        "Ponha em organizations.timezone um nome IANA, como America/Manaus.",
    ),
    "odd_values.ok": W("ok", "no value of the product is odd", "", "nenhum valor do produto é estranho", ""),
    "odd_values.found": W(
        "warning",
        "values of the product count as not there: {values}",
        "the scheduler's log says once a day in which organisations (odd_value)",
        "valores do produto que não valem: {values}",
        "O log do agendador diz uma vez por dia em quais organizações (odd_value).",
    ),
    "supabase_clock.ok": W(
        "ok", "its clock is this machine's ({seconds} s)", "", "o relógio está certo ({seconds} s)", ""
    ),
    "supabase_clock.off": W(
        "warning",
        "its clock and this machine's differ by {seconds} s",
        "let NTP set this machine's clock (timedatectl set-ntp true)",
        "o relógio do Supabase e o desta máquina diferem em {seconds} s",
        "Deixe o NTP acertar o relógio desta máquina (timedatectl set-ntp true).",
    ),
}
