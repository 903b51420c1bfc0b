"""The words of what the doctor finds about Redis."""

from __future__ import annotations

from collections.abc import Mapping

from proactive.doctor.finding_words import FindingWords as W

REDIS_FINDINGS: Mapping[str, W] = {
    "redis.ok": W("ok", "Redis {version} answers", "", "o Redis {version} responde", ""),
    "redis.away": W(
        "failed",
        "Redis cannot be asked: {reason}",
        "look whether it runs, and check REDIS_URL (host, port, TLS, user and password)",
        "o Redis não responde: {reason}",
        "Confira se ele está no ar e o endereço REDIS_URL (host, porta, TLS, usuário e senha).",
    ),
    "redis.unfit": W(
        "failed",
        "Redis is not usable: {fault}",
        "docs/operations.md, 'Redis in other shapes', says which can be used",
        "este Redis não serve: {fault}",
        "docs/operations.md diz quais servem (Redis in other shapes).",
    ),
    "redis_rights.ok": W(
        "ok", "its user may use every command that is needed", "", "o usuário do Redis pode tudo o que é preciso", ""
    ),
    "redis_rights.missing": W(
        "failed",
        "its user may not use, or it does not have: {missing}",
        "give it: ACL SETUSER <user> ~rq:* ~aurora:* &rq:* +@all -@admin -@dangerous +info",
        "o usuário do Redis não pode usar: {missing}",
        "Dê a ele: ACL SETUSER <usuário> ~rq:* ~aurora:* &rq:* +@all -@admin -@dangerous +info",
    ),
    "redis_persistence.ok": W("ok", "appendonly is on", "", "appendonly está ligado", ""),
    "redis_persistence.off": W(
        "warning",
        "appendonly is off: a restart forgets what it was told since the last snapshot, or all of it",
        "set appendonly yes in redis.conf (or CONFIG SET appendonly yes, then CONFIG REWRITE)",
        "appendonly está desligado: ao reiniciar, o Redis esquece o que ouviu desde a última cópia, ou tudo",
        "Ponha appendonly yes no redis.conf (ou CONFIG SET appendonly yes e CONFIG REWRITE).",
    ),
    "redis_eviction.ok": W("ok", "it evicts nothing when it is full", "", "ele não descarta nada quando enche", ""),
    "redis_eviction.dangerous": W(
        "warning",
        "maxmemory-policy is {policy}: when it is full it forgets jobs and leases",
        "set maxmemory-policy noeviction in redis.conf, or in your service's settings",
        "maxmemory-policy é {policy}: quando enche, ele esquece tarefas e reservas",
        "Ponha maxmemory-policy noeviction no redis.conf, ou nas configurações do serviço.",
    ),
    "redis_clock.ok": W(
        "ok", "its clock is this machine's ({seconds} s)", "", "o relógio dele está certo ({seconds} s)", ""
    ),
    "redis_clock.off": W(
        "warning",
        "its clock and this machine's differ by {seconds} s: the schedule goes by Redis' clock",
        "let NTP set both clocks (timedatectl set-ntp true)",
        "o relógio dele e o desta máquina diferem em {seconds} s: a agenda segue o do Redis",
        "Deixe o NTP acertar os dois relógios (timedatectl set-ntp true).",
    ),
}
