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
from proactive.monitoring.condition import CHECKS, NEEDED, CheckName
from proactive.monitoring.connections import build_connections
from proactive.monitoring.health import Health, HealthReport, build_health
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
    """What is so of every part, by its name: whether it is fine, or a sentence on what is not and what to do.

    503 where a part is missing without which nothing is sent; one instance or one pause takes no process out of
    service.
    """
    report = monitoring.health.report()
    body: dict[str, Any] = {"status": "ready" if report.ready else "not ready", "at": report.at.isoformat()}
    body["checks"] = {name: _check(name, report) for name in CHECKS}
    return JSONResponse(body, 200 if report.ready else 503, {"Cache-Control": "no-store"})


def _check(name: CheckName, report: HealthReport) -> dict[str, Any]:
    conditions = report.of(name)
    return {
        "ok": not conditions, "needed": name in NEEDED,
        "reason": "; ".join(each.text for each in conditions) or None,
        "advice": " ".join(each.advice for each in conditions) or None,
    }  # fmt: skip
