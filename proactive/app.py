"""The composition: the one place where real objects are built; nothing is created at import time."""

from __future__ import annotations

import datetime as dt
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar

from jinja2 import PackageLoader
from redis import Redis

from proactive.campaigns.acceptance import Acceptances
from proactive.campaigns.halts import Halts
from proactive.campaigns.options import CampaignOptions, campaign_options
from proactive.campaigns.people import People
from proactive.campaigns.pump_store import PumpStore
from proactive.campaigns.unread import ANSWERS_WITHIN, UnreadReader
from proactive.facts.organizations import Organizations
from proactive.facts.reader import FactsReader
from proactive.facts.recipients import Recipients
from proactive.gateways.back_off import BackOff
from proactive.gateways.base import Gateway
from proactive.gateways.breaker import BreakerRules
from proactive.gateways.evolution.gateway import EvolutionGateway
from proactive.gateways.rate_limit import RateLimiter
from proactive.model.durations import INSTANCE_REST, LEASE_FRESH, LEASE_MARGIN
from proactive.model.quiet_hours import QuietHours
from proactive.pipeline.delivery import Delivery
from proactive.pipeline.gateway_answers import GatewayAnswers
from proactive.pipeline.metrics_recorder import MetricsRecorder
from proactive.pipeline.pipeline import Pipeline
from proactive.pipeline.protection import InstanceProtection
from proactive.pipeline.reconciliation import Reconciler
from proactive.queue.inspection import QueueInspection
from proactive.queue.maintenance import QueueMaintenance
from proactive.queue.rq_classes import JsonQueue
from proactive.records.breakers import Breakers
from proactive.records.changes import ChangeLog
from proactive.records.gateway_memory import GatewayMemory
from proactive.records.instances import InstanceStates
from proactive.records.lately import LatelyQueries
from proactive.records.pauses import Pauses
from proactive.records.store import Records
from proactive.schedule.scheduler import CronSchedule
from proactive.settings import Settings, load_settings
from proactive.storage.redis import METRICS, connect_redis
from proactive.storage.supabase import Database, connect_database
from proactive.text.ai.client import AuroraService
from proactive.text.ai.line_writer import line_writer
from proactive.text.composer import Composer
from proactive.text.renderer import Renderer
from proactive.words.sending import MessageComposer

logger = logging.getLogger(__name__)

#: The gateways by their name in `WHATSAPP_GATEWAY`.
_GATEWAYS = {"evolution": EvolutionGateway}
_Made = TypeVar("_Made")


@dataclass(frozen=True, slots=True)
class Application:
    """Everything that workers, the scheduler and the scripts use, built once a process."""

    settings: Settings
    redis: Redis
    database: Database
    queue: JsonQueue
    inspection: QueueInspection
    queue_maintenance: QueueMaintenance
    schedule: CronSchedule
    facts: FactsReader
    recipients: Recipients
    organizations: Organizations
    renderer: Renderer
    composer: MessageComposer
    gateway: Gateway
    gateway_memory: GatewayMemory
    lately: LatelyQueries
    rate_limiter: RateLimiter
    records: Records
    pauses: Pauses
    changes: ChangeLog
    breakers: Breakers
    pipeline: Pipeline
    campaign_options: CampaignOptions
    unread: UnreadReader | None
    campaigns: PumpStore
    people: People
    acceptances: Acceptances

    def mark_quiet_limiter(self) -> None:
        """Tell a rate limiter that may have forgotten permits that nothing was sent lately, where the records say so.

        Raises:
            RateLimiterUnavailable, SupabaseError: Redis or Supabase is away; then messages wait for a whole window.
        """
        if not self.rate_limiter.remembers_all() and self.records.nothing_sent_for(self.rate_limiter.memory):
            self.rate_limiter.mark_quiet()


@lru_cache(maxsize=1)
def application() -> Application:
    """The objects of this process, built at the first call.

    Raises:
        SettingsError: a setting is missing or malformed.
    """
    return build(load_settings())


def build(settings: Settings) -> Application:
    """Build every object of a process from settings; connects to nothing yet."""
    redis = connect_redis(settings)
    database = connect_database(settings)
    queue = JsonQueue(connection=redis)
    lease = settings.gateway_timeout + LEASE_MARGIN
    facts = FactsReader(database, settings.options())
    renderer = Renderer(PackageLoader("proactive", "message_types"))
    composer = MessageComposer(Composer(renderer, _of_ai(settings, settings.aurora_service_timeout, line_writer)))
    gateway = build_gateway(settings)
    rate_limiter = RateLimiter(
        redis, limit=settings.rate_limit, window=settings.rate_window, in_flight=lease,
        clients=settings.campaign_permits,
    )  # fmt: skip
    records, back_off, lately = Records(database, redis, lease), BackOff(redis), LatelyQueries(database)
    memory = GatewayMemory(gateway, lately, redis)
    reconciler = Reconciler(gateway, memory, back_off, rate_limiter, records, lease, INSTANCE_REST, _utc_now)
    answers = GatewayAnswers(back_off, rate_limiter, records, reconciler, INSTANCE_REST)
    breakers = Breakers(database, redis, _breaker_rules(settings), time.time)
    protection = InstanceProtection(breakers, InstanceStates(database), _utc_now)
    pipeline = Pipeline(
        facts=facts,
        composer=composer,
        records=records,
        reconciler=reconciler,
        delivery=Delivery(gateway, rate_limiter, records, reconciler, answers, protection, LEASE_FRESH, time.monotonic),
        recorder=MetricsRecorder(redis, METRICS),
        quiet=QuietHours(settings.quiet_from, settings.quiet_until),
        clock=_utc_now,
    )
    return Application(
        settings=settings,
        redis=redis,
        database=database,
        queue=queue,
        inspection=QueueInspection(queue),
        queue_maintenance=QueueMaintenance(queue),
        schedule=CronSchedule(redis),
        facts=facts,
        recipients=Recipients(database),
        organizations=Organizations(database),
        renderer=renderer,
        composer=composer,
        gateway=gateway,
        gateway_memory=memory,
        lately=lately,
        rate_limiter=rate_limiter,
        records=records,
        pauses=Pauses(database),
        changes=ChangeLog(database, redis, _utc_now),
        breakers=breakers,
        pipeline=pipeline,
        unread=_of_ai(settings, ANSWERS_WITHIN, UnreadReader),
        campaign_options=(options := campaign_options(settings, settings.slot_minutes, settings.vip_bookings)),
        campaigns=PumpStore(database, (halts := Halts(redis)), options),
        people=People(database, halts),
        acceptances=Acceptances(database),
    )


def build_gateway(settings: Settings, timeout: float | None = None) -> Gateway:
    """A gateway with connections of its own, for a thread; `timeout` (seconds) replaces GATEWAY_TIMEOUT."""
    return _GATEWAYS[settings.whatsapp_gateway](
        str(settings.whatsapp_url).rstrip("/"),
        settings.whatsapp_api_key.get_secret_value(),
        timeout or settings.gateway_timeout,
    )


def _of_ai(settings: Settings, timeout: float, made: Callable[[AuroraService], _Made]) -> _Made | None:
    if settings.aurora_service_url is None:
        return None
    key = settings.aurora_service_key.get_secret_value() if settings.aurora_service_key else None
    return made(AuroraService(str(settings.aurora_service_url), key, settings.aurora_service_model, timeout))


def _breaker_rules(settings: Settings) -> BreakerRules:
    return BreakerRules(
        settings.breaker_window, settings.breaker_refusals, settings.breaker_silences, settings.breaker_patience,
        3600 * settings.breaker_known_hours, 3600 * settings.breaker_new_hours,
    )  # fmt: skip


def _utc_now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)
