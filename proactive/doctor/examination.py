"""The whole examination: settings, Redis and processes, Supabase, the gateway, each part beside the others."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from proactive.app import Application
from proactive.doctor.finding import CheckState, Finding, finding
from proactive.doctor.gateway_checks import gateway_findings
from proactive.doctor.redis_checks import redis_findings
from proactive.doctor.rest import SupabaseRest
from proactive.doctor.supabase_checks import supabase_findings
from proactive.settings import Settings
from proactive.storage.redis import connect_redis
from proactive.storage.supabase import connect_database

#: Seconds for each answer where a person waits at a terminal.
PATIENCE = 10.0


def examine_all(app: Application, patience: float = PATIENCE) -> list[Finding]:
    """Look at everything that the worker needs; answers the findings in a fixed order of parts, and changes nothing.

    Every answer has `patience` seconds; a part that is away delays no other. A check of ours that fails by itself is a
    finding of that part, so that this never raises.
    """
    settings = app.settings
    key = settings.supabase_service_role_key.get_secret_value()
    redis, database = connect_redis(settings, patience), connect_database(settings, patience)
    rest = SupabaseRest(str(settings.supabase_url), key, patience, settings.product_schema)
    host = settings.supabase_url.host or ""
    parts: dict[str, Callable[[], list[Finding]]] = {
        "redis": lambda: redis_findings(redis),
        "supabase": lambda: supabase_findings(rest, host, key, database),
        "gateway": lambda: gateway_findings(app, rest, patience),
    }
    with ThreadPoolExecutor(len(parts), "doctor") as pool:
        asked = {name: pool.submit(look) for name, look in parts.items()}
        answers = {name: _answer(name, future.exception()) or future.result() for name, future in asked.items()}
    rest.close()
    redis.close()
    return [*settings_findings(settings), *(each for name in parts for each in answers[name])]


def settings_findings(settings: Settings) -> list[Finding]:
    """What the settings leave out. (What is wrong about them ends every process at its start.)"""
    sign_in = settings.api_keys or settings.supabase_jwt_secret or settings.supabase_jwks_url
    return [
        finding("settings.ok"),
        finding("sign_in.ok" if sign_in else "sign_in.nobody"),
        finding("webhook_secret.ok" if settings.webhook_secret else "webhook_secret.missing"),
    ]


def worst(findings: list[Finding]) -> CheckState:
    """The state of all of them together: `failed` where one failed, then `warning`; else `ok`."""
    states = {each.state for each in findings}
    return next((state for state in (CheckState.FAILED, CheckState.WARNING) if state in states), CheckState.OK)


def _answer(part: str, error: BaseException | None) -> list[Finding]:
    return [finding(f"{part}.broken", kind=type(error).__name__)] if error else []
