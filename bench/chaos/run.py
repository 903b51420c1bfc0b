"""One run of the harness: a workload, processes under trouble, then peace, and the checks."""

from __future__ import annotations

import random
import re
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from redis import Redis

from bench.chaos.checks import LIMIT, Checks, compare, unsettled
from bench.chaos.injector import Injector
from bench.chaos.plan import Plan
from bench.chaos.processes import ProcessGroup
from bench.chaos.recovery import Recovery, longest
from bench.chaos.trouble import Trouble, flooded
from bench.chaos.workload import Workload, build_workload
from proactive.failpoints import FAILPOINTS
from proactive.gateways.rate_limit import RateLimiter
from proactive.settings import Settings
from sandbox.gateway.client import Sandbox
from sandbox.stack import LocalStack

_INJECTED = re.compile(r"^fault injected: (.+)$", re.MULTILINE)
#: Steps that are visited tens of times in a run, not thousands, and how much likelier a kill is there.
_RARE, _RARELY = ("tick_started", "page_enqueued", "entry_due", "entry_fired"), 10


@dataclass
class Report:
    """What came of it.

    `recovery` is the longest (seconds) while all else was up, None where nothing was recovered then;
    `worst_recovery` the longest at all; `caught_recovery` that of the worker that was killed while nothing else failed,
    None where none was caught at work. `most_in_doubt` are the messages that were on their way when one worker died, at
    most; it may have `flights`.
    """

    checks: Checks
    injected: Counter[str]
    types: Counter[str]
    deaths: int
    recovery: float | None
    worst_recovery: float
    worst_of: str
    recoveries: int
    settled_after: float
    enqueued_twice: int
    caught_recovery: float | None
    most_in_doubt: int
    flights: int

    @property
    def clean(self) -> bool:
        """Whether everything that must hold did."""
        return self.checks.clean and self.most_in_doubt <= self.flights


def run(plan: Plan, keep_logs: Path | None = None) -> Report:
    """Run it all on a stack of its own; whatever happens, nothing of it is left running."""
    with (
        tempfile.TemporaryDirectory(prefix="aurora-faults-", ignore_cleanup_errors=True) as name,
        LocalStack(Path(name) / "stack") as stack,
    ):
        return _run_on(stack, plan, keep_logs or Path(name) / "processes")


def _run_on(stack: LocalStack, plan: Plan, logs: Path) -> Report:
    rng = random.Random(plan.seed)
    redis = Redis.from_url(stack.redis_url)
    RateLimiter(redis, limit=20, window=60, in_flight=1).mark_quiet()
    workload = build_workload(stack, plan.instances, rng)
    recovery = Recovery(stack.dsn, redis)
    environment = stack.environment() | {"QUIET_FROM": "00:00", "QUIET_UNTIL": "00:00"} | plan.environment
    faults = ",".join(f"kill:{step}:{plan.chance * (_RARELY if step in _RARE else 1):g}" for step in FAILPOINTS)
    flights = int(environment.get("SENDS_IN_FLIGHT", Settings.model_fields["sends_in_flight"].default))
    processes = ProcessGroup(logs, environment, plan.workers, plan.schedulers, recovery.died)
    injector = Injector(stack, processes, workload, plan.seed, plan.pace)
    recovery.start()
    try:
        with processes:
            trouble = Trouble(plan, workload, processes, recovery, injector, f"{faults};seed={plan.seed}")
            caught = trouble.make(redis, rng)
            processes.end_test_mode()
            settled_after = _settle(plan, workload, stack)
            injector.injected.update(_INJECTED.findall(processes.logs()))
    finally:
        recovery.stop()
    checks = compare(workload, Sandbox(stack.gateway_url, stack.environment()["WHATSAPP_API_KEY"]), stack.dsn)
    backlogged = {str(occurrence) for occurrence in workload.due_of(flooded(plan, workload))}
    calm, worst, whose = longest(recovery.samples, injector.disturbed, backlogged)
    return Report(
        checks, injector.injected, Counter(workload.type_of.values()), processes.deaths, calm, worst, whose,
        len(recovery.samples), settled_after, workload.enqueued_twice, recovery.longest_of(caught),
        recovery.most_in_doubt, flights,
    )  # fmt: skip


def _settle(plan: Plan, workload: Workload, stack: LocalStack) -> float:
    """Wait until everything due has a settled record; answer how long that took.

    At most `plan.settle` seconds, and what a flooded instance needs for its backlog at 20 a minute.
    """
    begin = time.monotonic()
    bound = plan.settle + 90.0 * (plan.burst // LIMIT + 1)
    while time.monotonic() - begin < bound and unsettled(workload, stack.dsn):
        time.sleep(1.0)
    return time.monotonic() - begin
