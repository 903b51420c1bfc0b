"""Collects what Prometheus scrapes: computed at that moment from what all processes share, so it outlives them."""

from __future__ import annotations

import logging
import math
from collections.abc import Callable, Iterator
from itertools import product
from typing import TypeVar

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector
from redis import RedisError

from proactive.errors import SupabaseError
from proactive.gateways.faults import GatewayFault
from proactive.message_types.registry import MESSAGE_TYPES
from proactive.model import metrics
from proactive.model.ai import AiResult, LineRefusal, Slot
from proactive.monitoring.alerts import NAMES
from proactive.monitoring.campaign_metrics import by, campaign_metrics
from proactive.monitoring.connections import MonitoringConnections
from proactive.monitoring.queue_snapshot import QueueSnapshot
from proactive.monitoring.records_snapshot import RecordsSnapshot

logger = logging.getLogger(__name__)

Read = TypeVar("Read")
Counted = dict[str, float]
STATUSES = ("sent", "failed")


class AuroraCollector(Collector):
    """Every value of a label is one of a few known words. What cannot be read is left out; `aurora_up` says so."""

    def __init__(self, connections: MonitoringConnections) -> None:
        self._connections = connections

    def collect(self) -> Iterator[Metric]:
        """This moment's metrics; never raises because something is away."""
        queue, records = (
            _unless_away(self._connections.queue.snapshot),
            _unless_away(self._connections.records.snapshot),
        )
        counted = _unless_away(self._connections.queue.counted)
        up = GaugeMetricFamily("aurora_up", "Whether what the worker needs could be read (1) or not.", labels=["part"])
        up.add_metric(["redis"], queue is not None)
        up.add_metric(["supabase"], records is not None)
        yield up
        if counted is not None:
            yield from _counters(counted)
            yield from _ai(counted)
            yield _histogram(counted)
        if queue is not None:
            yield from _queue(queue)
        if records is not None:
            yield from _records(records)
            found = records.campaigns
            pumpless = _unless_away(lambda: self._connections.queue.pumpless(found.instances))
            yield from campaign_metrics(found, pumpless)


def _counters(counted: Counted) -> Iterator[Metric]:
    messages = CounterMetricFamily("aurora_messages", "Messages that were sent or failed.", labels=["type", "status"])
    attempts = CounterMetricFamily("aurora_attempts", "Attempts by how they ended.", labels=["type", "outcome"])
    errors = CounterMetricFamily("aurora_gateway_errors", "What the WhatsApp gateway answered ill.", labels=["kind"])
    for kind in MESSAGE_TYPES:
        for status in STATUSES:
            messages.add_metric([kind, status], counted.get(metrics.messages(kind, status), 0))
        for outcome in metrics.OUTCOMES:
            attempts.add_metric([kind, outcome], counted.get(metrics.attempts(kind, outcome), 0))
    for fault in GatewayFault:
        errors.add_metric([fault], counted.get(metrics.faults(fault), 0))
    yield from (messages, attempts, errors)


def _ai(counted: Counted) -> Iterator[Metric]:
    requests = CounterMetricFamily(
        "aurora_ai_requests", "Questions to the AI by how they ended.", labels=["type", "result"]
    )
    tokens = CounterMetricFamily("aurora_ai_tokens", "Tokens that the AI read and wrote.", labels=["type", "direction"])
    fallbacks = CounterMetricFamily(
        "aurora_ai_fallbacks", "Lines that the AI was asked for in vain.", labels=["type", "slot", "reason"]
    )
    for kind in MESSAGE_TYPES:
        for result in AiResult:
            requests.add_metric([kind, result], counted.get(metrics.ai_requests(kind, result), 0))
        for direction in metrics.TOKENS:
            tokens.add_metric([kind, direction], counted.get(metrics.ai_tokens(kind, direction), 0))
        for slot, reason in product(Slot, LineRefusal):
            fallbacks.add_metric([kind, slot, reason], counted.get(metrics.fallbacks(kind, slot, reason), 0))
    yield from (requests, tokens, fallbacks)


def _histogram(counted: Counted) -> Metric:
    text = "Seconds of an attempt by stage; wait is from when the message was due until the attempt that hands it over."
    family = HistogramMetricFamily("aurora_processing_seconds", text, labels=["type", "stage"])
    bounds = [*(str(bound) for bound in metrics.BUCKETS), "+Inf"]
    for kind in MESSAGE_TYPES:
        for stage in metrics.STAGES:
            total, buckets = 0.0, []
            for index, bound in enumerate(bounds):
                total += counted.get(metrics.bucket(kind, stage, index), 0)
                buckets.append((bound, total))
            family.add_metric([kind, stage], buckets, counted.get(metrics.seconds(kind, stage), 0))
    return family


def _queue(snapshot: QueueSnapshot) -> Iterator[Metric]:
    yield by("aurora_queue_jobs", "Jobs by state.", "state", snapshot.jobs)
    yield GaugeMetricFamily(
        "aurora_queue_pending_jobs", "Jobs that wait or come back in five minutes.", snapshot.pending
    )
    yield GaugeMetricFamily(
        "aurora_queue_oldest_waiting_seconds",
        "How long the first job in the queue has waited.",
        snapshot.oldest_age or 0.0,
    )
    yield by("aurora_workers", "Workers that beat, by state.", "state", snapshot.workers)
    age = math.inf if snapshot.scheduler_age is None else snapshot.scheduler_age
    yield GaugeMetricFamily("aurora_scheduler_heartbeat_age_seconds", "Since the scheduler's last beat.", age)
    yield GaugeMetricFamily("aurora_records_unwritten", "Records that wait in Redis for Supabase.", snapshot.unwritten)
    raised = {str(name): int(name in snapshot.raised) for name in NAMES}
    yield by("aurora_alert_raised", "Whether an alert is raised (1) or not.", "alert", raised)


def _records(snapshot: RecordsSnapshot) -> Iterator[Metric]:
    yield by("aurora_instances", "WhatsApp instances of active organisations by state.", "state", snapshot.instances)
    text = "Messages that the gateway accepted in the last 70 minutes, by what is known of them since."
    yield by("aurora_recent_deliveries", text, "delivery", snapshot.deliveries)
    text = "Messages of the last hour, older than ten minutes, of instances that tell receipts: all, or undelivered."
    family = GaugeMetricFamily("aurora_judged_deliveries", text, labels=["which"])
    family.add_metric(["all"], snapshot.judged)
    family.add_metric(["undelivered"], snapshot.undelivered)
    yield family
    yield by("aurora_stopped_instances", "Instances that may not send now, by the cause.", "cause", snapshot.stopped)
    yield GaugeMetricFamily("aurora_records_pending", "Messages that are begun and not settled.", snapshot.pending)
    age = math.inf if snapshot.last_sent_age is None else snapshot.last_sent_age
    yield GaugeMetricFamily("aurora_last_sent_age_seconds", "Since the last message sent; +Inf if none ever was.", age)
    yield GaugeMetricFamily(
        "aurora_message_due", "Whether something was due (1) in the silence that the alert allows.", int(snapshot.due)
    )


def _unless_away(read: Callable[[], Read]) -> Read | None:
    try:
        return read()
    except (RedisError, SupabaseError) as error:
        logger.warning("A part of the metrics is missing: %s", type(error).__name__, extra={"action": "scrape_partial"})
        return None
