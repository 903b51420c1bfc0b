"""GET /metrics, /healthz and /readyz, for Prometheus and whatever supervises the process; no person's data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, cast

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import JSONResponse
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import CollectorRegistry

from proactive.app import Application
from proactive.monitoring.collector import AuroraCollector
from proactive.monitoring.connections import build_connections
from proactive.monitoring.health import Health, Remark, build_health
from proactive.web.services import CurrentServices

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True)
class Monitoring:
    """`app.state.monitoring`."""

    registry: CollectorRegistry
    health: Health


def build_monitoring(application: Application) -> Monitoring:
    """Build it once with the application; connects to nothing yet.

    Its Redis pool and its client of Supabase are its own, and give up after two seconds: a scraper does not wait.
    """
    connections = build_connections(application.settings)
    registry = CollectorRegistry(auto_describe=False)
    registry.register(AuroraCollector(connections))
    return Monitoring(registry, build_health(application.settings, connections))


async def _monitoring(request: Request) -> Monitoring:
    return cast(Monitoring, request.app.state.monitoring)


CurrentMonitoring = Annotated[Monitoring, Depends(_monitoring)]


@router.get("/metrics")
def metrics(request: Request, monitoring: CurrentMonitoring, services: CurrentServices) -> Response:
    """The metrics, in the format that the scraper prefers; 401 without METRICS_TOKEN, where it is set."""
    services.authenticator.admit_scraper(request.headers.get("authorization"))
    encode, content_type = choose_encoder(request.headers.get("accept", ""))
    return Response(encode(monitoring.registry), media_type=content_type)


@router.get("/healthz")
def alive() -> dict[str, str]:
    """That this process answers; no other part is checked."""
    return {"status": "alive"}


@router.get("/readyz")
def ready(monitoring: CurrentMonitoring) -> JSONResponse:
    """Whether every part is available: 200, or 503 with the reason of each part that is not; and what to remark."""
    reasons = monitoring.health.reasons()
    ok = {name: reason is None or isinstance(reason, Remark) for name, reason in reasons.items()}
    away = not all(ok.values())
    body: dict[str, Any] = {"status": "not ready" if away else "ready"}
    body["checks"] = {name: {"ok": ok[name], "reason": reason} for name, reason in reasons.items()}
    return JSONResponse(body, 503 if away else 200, {"Cache-Control": "no-store"})
