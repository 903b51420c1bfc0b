"""The live status of the panel: what is so now, the alerts, the queue, instances, pauses, and what goes out next.

Operators see all of it, a signed-in user only what concerns the own organisation.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID

from redis import Redis

from proactive.doctor.examination import examine_all
from proactive.errors import SupabaseError
from proactive.monitoring.condition import Condition
from proactive.monitoring.health import HealthReport, place
from proactive.monitoring.present import Present
from proactive.monitoring.queue_snapshot import QueueSnapshot
from proactive.monitoring.verdicts import of_alerts, of_present
from proactive.schedule.scheduler import CronSchedule
from proactive.storage.redis import ALERTS_RAISED
from proactive.web.auth.callers import Caller
from proactive.web.monitoring import Monitoring
from proactive.web.pages.checklist import ChecklistItem, checklist
from proactive.web.pages.condition_labels import ConditionView, condition_views
from proactive.web.pages.navigation import QUEUE_PAGE
from proactive.web.pages.page_services import PageServices
from proactive.web.pages.scope import Scope, scope_of, scope_without_records
from proactive.web.services import Services

#: Seconds that the doctor waits for an answer while the panel of an empty installation is shown.
_DOCTORS_PATIENCE = 2.0
_AHEAD = dt.timedelta(hours=24)
#: What a report says of all organisations together, and a page about one of them does not repeat.
_OF_ALL = ("instances", "delivery", "failures", "pauses")
_CAMPAIGNS = (("Ver as campanhas", "/campanhas"),)
#: Each alert's short name, and the pages behind it.
_ALERTS: Mapping[str, tuple[str, tuple[tuple[str, str], ...]]] = {
    "failure_rate": ("Taxa de falha", (("Ver as que falharam", "/mensagens?situacao=failed"),)),
    "pending_jobs": ("Fila", (("Ver a fila", QUEUE_PAGE),)),
    "silence": ("Silêncio", (("Ver as que esperam", "/mensagens?situacao=pending"),)),
    "undelivered_rate": ("Não entregues", (("Recusadas", "/mensagens?entrega=refused"),
                                           ("Sem confirmação", "/mensagens?entrega=silent"))),
    "stopped_instances": ("Instância parada", (("Ver as instâncias", "/instancias?situacao=stopped"),)),
    "campaigns_paused": ("Campanhas pausadas", _CAMPAIGNS),
    "campaigns_untold": ("Confirmação não entregue", _CAMPAIGNS),
    "campaigns_pumpless": ("Campanhas sem envio", _CAMPAIGNS),
    "holidays_stale": ("Feriados desatualizados", ()),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Alert:
    """A raised alert: its short name, its sentence, since when (aware), and the pages behind it."""

    title: str
    text: str
    since: dt.datetime
    links: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class UpcomingRun:
    """A run of the schedule within the next 24 hours, for at most so many `owners`: their facts are not read yet."""

    type: str
    timezone: str
    at: dt.datetime
    owners: int


@dataclass(frozen=True, slots=True)
class LiveStatus:
    """What the panel shows of `now` (aware). `queue` and `present` are None where they cannot be read, and `queue`,
    `alerts` and `unwatched` (why no absent alert is good news) are an operator's alone. `steps` is the checklist of an
    installation that has sent nothing yet.
    """

    now: dt.datetime
    scope: Scope
    operator: bool
    conditions: list[ConditionView]
    queue: QueueSnapshot | None
    present: Present | None
    alerts: tuple[Alert, ...]
    unwatched: list[ConditionView]
    upcoming_runs: list[UpcomingRun]
    steps: list[ChecklistItem]

    def found(self, *checks: str) -> list[ConditionView]:
        """What was found of some checks: the first one colours their line."""
        return [view for view in self.conditions if view.check in checks]


def live_status(
    caller: Caller, named: UUID | str | None, services: Services, pages: PageServices, monitoring: Monitoring,
    now: dt.datetime,
) -> LiveStatus:  # fmt: skip
    """What is so now for a caller who names an organisation, or none; Supabase may be away.

    Raises:
        redis.RedisError: Redis is away.
        Refusal, OtherPage: as `scope_of`.
    """
    report, app, operator = monitoring.health.report(), services.app, caller.kind == "service"
    scope, present = _read(caller, named, services, pages, report)
    queue = report.queue if operator else None
    started = present is None or present.any_message or scope.organization is not None
    views = _views(report, scope, present, operator=operator)
    unwatched = [each for each in (of_alerts(queue, now) if queue else ()) if each.code != "alert_raised"]
    alerts = tuple(raised_alerts(app.redis)) if operator else ()
    runs = upcoming_runs(app.schedule, present.owners if present else {}, now)
    steps = [] if started or not operator else checklist(examine_all(app, _DOCTORS_PATIENCE))
    return LiveStatus(
        now, scope, operator, views, queue, present, alerts, condition_views(unwatched, scope.zone), runs, steps
    )


def raised_alerts(redis: Redis) -> Iterator[Alert]:
    """The alerts that are raised, by name. Raises redis.RedisError where Redis is away."""
    raised = cast("dict[bytes, bytes]", redis.hgetall(ALERTS_RAISED))
    for name, raw in sorted(raised.items()):
        notice: dict[str, Any] = json.loads(raw)
        title, links = _ALERTS.get(name.decode(), (name.decode(), ()))
        yield Alert(title, notice["text"].partition(" - ")[2] or notice["text"], _moment(notice["at"]), links)


def upcoming_runs(schedule: CronSchedule, owners: Mapping[str, int], now: dt.datetime) -> list[UpcomingRun]:
    """The runs of the schedule within 24 hours from `now` (aware), soonest first, in the zones that have `owners`.

    Raises:
        redis.RedisError: Redis is away.
    """
    return [
        UpcomingRun(planned.entry.type, planned.entry.timezone, planned.next_run, owners[planned.entry.timezone])
        for planned in schedule.planned()
        if planned.next_run < now + _AHEAD and planned.entry.timezone in owners
    ]


def _read(
    caller: Caller, named: UUID | str | None, services: Services, pages: PageServices, report: HealthReport
) -> tuple[Scope, Present | None]:
    if report.present is None:
        return scope_without_records(caller, named), None
    try:
        scope = scope_of(caller, named, services, pages)
        return scope, report.present if scope.organization is None else pages.present.present(scope.organization)
    except SupabaseError:
        return scope_without_records(caller, named), None


def _views(report: HealthReport, scope: Scope, present: Present | None, *, operator: bool) -> list[ConditionView]:
    """What is so, the worst first; of all that sends a user is told only that nothing is sent."""
    of_all = [each for each in report.conditions if each.check in _OF_ALL]
    own: list[Condition] = list(of_present(present)) if present else of_all
    if operator:
        own += [each for each in report.conditions if each.check not in _OF_ALL]
        return condition_views(sorted(own, key=place), scope.zone, scope.organization)
    views = condition_views(sorted((each for each in own if each.code != "unheard"), key=place), scope.zone)
    if not report.ready:
        advice = "A equipe da Aurora cuida disso; o que espera sai depois."
        views.insert(0, ConditionView("workers", "bad", "Aurora", "O envio está parado no momento", advice))
    return views


def _moment(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).astimezone(dt.UTC)
