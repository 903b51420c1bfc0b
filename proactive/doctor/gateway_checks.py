"""What the doctor looks at at the gateway: version, key, instances, what it keeps, where its webhooks lead."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Mapping

import httpx
import requests

from proactive.app import Application
from proactive.deadline.session import BoundedSession
from proactive.doctor.clocks import clock_of_answer
from proactive.doctor.finding import Finding, finding
from proactive.doctor.rest import SupabaseRest
from proactive.doctor.supabase_checks import named
from proactive.errors import SupabaseError
from proactive.gateways.evolution.setup import NEEDED_EVENTS, EvolutionSetup
from proactive.gateways.faults import GatewayError, GatewayFault

#: Instances whose webhook is asked for: an answer is wanted within seconds.
_ASKED = 20
_CONNECTED, _OPEN = "connected", "open"


def gateway_findings(app: Application, rest: SupabaseRest, patience: float) -> list[Finding]:
    """Everything about the gateway; where it cannot be asked, why."""
    settings = app.settings
    url, key = str(settings.whatsapp_url).rstrip("/"), settings.whatsapp_api_key.get_secret_value()
    setup = EvolutionSetup(url, key, patience)
    try:
        clock = _clock(url, patience)
        version = _version(app.gateway.version())
        if version.state == "failed":
            return [version]
        instances = setup.instances()
        return [version, finding("gateway_key.ok"), *_of_instances(app, rest, setup, instances), *clock]
    except GatewayError as error:
        words = {"reason": error.failure.text, "label": error.failure.label, "todo": error.failure.advice}
        refused = error.fault is GatewayFault.UNAUTHORIZED
        return [finding("gateway_key.refused" if refused else "gateway.away", **words)]
    except (requests.RequestException, httpx.HTTPError) as error:
        kind = type(error).__name__
        todo = "Confira se ele está no ar e o endereço WHATSAPP_URL."
        return [finding("gateway.away", reason=kind, label=kind, todo=todo)]


def _version(told: str) -> Finding:
    if not re.match(r"\d+\.", told):
        return finding("gateway.nameless")
    return finding("gateway.ok" if int(told.split(".")[0]) >= 2 else "gateway.old", version=told)


def _clock(url: str, patience: float) -> list[Finding]:
    asked = time.time()
    with BoundedSession() as session:
        answer = session.ask("GET", url, seconds=patience, largest=1024 * 1024)
    return clock_of_answer("gateway_clock", answer.headers.get("Date"), asked, time.time())


def _of_instances(
    app: Application, rest: SupabaseRest, setup: EvolutionSetup, instances: Mapping[str, str]
) -> Iterator[Finding]:
    try:
        columns = ("id", "instance_name", "status")
        rows = app.database.select(
            "whatsapp_instances", columns, lambda row: (str(row["instance_name"]), row["status"])
        )
    except SupabaseError:
        yield finding("gateway.skipped")
        return
    product = dict(rows)
    unknown = sorted(name for name in product if name not in instances)
    closed = sorted(name for name, status in product.items()
                    if status == _CONNECTED and instances.get(name, _OPEN) != _OPEN)  # fmt: skip
    opened = sorted(name for name in product if instances.get(name) == _OPEN)
    if not product:
        yield finding("instances.none")
    if unknown:
        yield finding("instances.unknown", count=len(unknown), names=named(unknown))
    if closed:
        yield finding("instances.closed", count=len(closed), names=named(closed))
    if product and not unknown and not closed:
        yield finding("instances.ok", count=len(opened))
    keeps = app.gateway_memory.keeps("")
    yield finding({"yes": "gateway_memory.ok", "no": "gateway_memory.none"}.get(keeps, "gateway_memory.unknown"))
    yield from _webhooks(setup, opened, _heard(rest))


def _webhooks(setup: EvolutionSetup, opened: list[str], heard: set[str]) -> Iterator[Finding]:
    """Where the webhooks of open instances lead; one that is heard of may be forwarded by the product's own bot."""
    missing, lacking = list[str](), dict[str, list[str]]()
    for name in opened[:_ASKED]:
        webhook = setup.webhook(name)
        if webhook is None or not webhook.leads_here:
            missing += [] if name in heard else [name]
        elif lack := sorted(NEEDED_EVENTS - webhook.events):
            lacking[name] = lack
    if missing:
        yield finding("webhooks.missing", count=len(missing), names=named(missing))
    if lacking:
        events = named([f"{name} ({', '.join(lack)})" for name, lack in lacking.items()])
        yield finding("webhooks.events", count=len(lacking), names=events)
    if opened and not missing and not lacking:
        yield finding("webhooks.ok", heard=len(heard)) if heard else finding("webhooks.silent")


def _heard(rest: SupabaseRest) -> set[str]:
    """The instances whose webhooks told of a message, as far as can be read."""
    answer = rest.get("aurora_proactive_instances", select="instance_name", acknowledged_at="not.is.null", limit="1000")
    rows = answer.body if isinstance(answer.body, list) else []
    return {str(row["instance_name"]) for row in rows if isinstance(row, dict) and "instance_name" in row}
