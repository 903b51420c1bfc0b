"""One run of the harness: a workload, processes under trouble, then peace, and the checks."""

from __future__ import annotations

import random
import re
import tempfile
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from redis import Redis

from bench.chaos.checks import LIMIT, Checks, compare, unsettled
from bench.chaos.injector import Injector
from bench.chaos.processes import ProcessGroup
from bench.chaos.recovery import Recovery, longest
from bench.chaos.workload import Business, Workload, build_workload
from proactive.failpoints import FAILPOINTS, VARIABLE
from proactive.gateways.rate_limit import RateLimiter
from proactive.message_types.registry import MESSAGE_TYPES
from sandbox.gateway.client import Sandbox
from sandbox.stack import LocalStack

_INJECTED = re.compile(r"^fault injected: (.+)$", re.MULTILINE)
#: Steps that are visited tens of times in a run, not thousands, and how much likelier a kill is there.
_RARE, _RARELY = ("tick_started", "page_enqueued", "entry_due", "entry_fired"), 10
#: Seconds in which a worker is surely caught with a message; in which another has surely finished it, if ever.
_CATCH_WITHIN, _RECOVERED_WITHIN, _LOOK = 30.0, 90.0, 0.005
_SCHEDULED = tuple(kind for kind in MESSAGE_TYPES if kind != "custom_campaign")


@dataclass(frozen=True)
class Plan:
    """What to run. `calm_share` of the trouble's time only our own processes suffer; `chance` is a step's.

    At each share of the time in `bursts` one instance gets `burst` campaigns at once: more than a minute's worth.
    """

    seed: int
    occurrences: int = 1000
    instances: int = 50
    seconds: float = 600.0
    settle: float = 300.0
    workers: int = 3
    schedulers: int = 2
    chance: float = 0.01
    pace: float = 1.0
    calm_share: float = 0.3
    burst: int = 45
    bursts: tuple[float, ...] = (0.2, 0.6)
    environment: dict[str, str] = field(default_factory=dict)


@dataclass
class Report:
    """What came of it.

    `recovery` is the longest (seconds) while all else was up, None where nothing was recovered then;
    `worst_recovery` the longest at all.
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

    @property
    def clean(self) -> bool:
        """Whether everything that must hold did."""
        return self.checks.clean


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
    processes = ProcessGroup(
        logs, environment | {VARIABLE: f"{faults};seed={plan.seed}"}, plan.workers, plan.schedulers, recovery.died
    )
    injector = Injector(stack, processes, workload, plan.seed, plan.pace)
    recovery.start()
    try:
        with processes:
            _trouble(plan, workload, processes, recovery, injector, redis, rng)
            processes.end_test_mode()
            settled_after = _settle(plan, workload, stack)
            injector.injected.update(_INJECTED.findall(processes.logs()))
    finally:
        recovery.stop()
    checks = compare(workload, Sandbox(stack.gateway_url, stack.environment()["WHATSAPP_API_KEY"]), stack.dsn)
    backlogged = {str(occurrence) for occurrence in workload.due_of(_flooded(plan, workload))}
    calm, worst, whose = longest(recovery.samples, injector.disturbed, backlogged)
    return Report(
        checks, injector.injected, Counter(workload.type_of.values()), processes.deaths, calm, worst, whose,
        len(recovery.samples), settled_after, workload.enqueued_twice,
    )  # fmt: skip


def _trouble(
    plan: Plan, workload: Workload, processes: ProcessGroup, recovery: Recovery, injector: Injector, redis: Redis,
    rng: random.Random,
) -> None:  # fmt: skip
    """Make everything due, evenly over the time, while the faults go on."""
    begin = time.monotonic()
    give_up = threading.Event()
    errands = threading.Thread(target=_make_due, args=(plan, workload, redis, rng, begin, give_up), daemon=True)
    errands.start()
    try:
        _kill_one_at_work(processes, recovery)
        injector.start("processes")
        time.sleep(max(0.0, begin + plan.seconds * plan.calm_share - time.monotonic()))
        injector.start("stack")
        injector.start("mischief")
        time.sleep(max(0.0, begin + plan.seconds - time.monotonic()))
    finally:
        injector.stop()
        errands.join(plan.settle)
        give_up.set()
        errands.join()


def _kill_one_at_work(processes: ProcessGroup, recovery: Recovery) -> None:
    """Kill a worker that surely holds a message, with all else up, and wait until another has settled it.

    Chance alone may kill only idle ones, or none while all else is up. Frozen first: what it holds then, it holds.
    """
    deadline = time.monotonic() + _CATCH_WITHIN
    while time.monotonic() < deadline:
        for member in processes.members:
            pid = member.service.pid
            if member.role != "worker" or pid is None or not recovery.at_work_on(pid):
                continue
            member.service.pause()
            if held := recovery.at_work_on(pid):
                member.service.kill()
                recovery.wait_for(held, _RECOVERED_WITHIN)
                return
            member.service.resume()
        time.sleep(_LOOK)


def _flooded(plan: Plan, workload: Workload) -> list[Business]:
    """The businesses that are asked for more messages at once than the limit lets through in a minute."""
    return [workload.businesses[-1 - place] for place in range(len(plan.bursts))]


def _make_due(
    plan: Plan, workload: Workload, redis: Redis, rng: random.Random, begin: float, give_up: threading.Event
) -> None:
    fires = [(zone, kind) for zone in workload.zones for kind in _SCHEDULED]
    fires += rng.sample(fires, len(fires) // 3)  # some come twice, as after a scheduler's restart
    busy = _flooded(plan, workload)
    others = workload.businesses[: -len(busy)] or workload.businesses
    campaigns = plan.occurrences - len(workload.businesses) * len(_SCHEDULED) - plan.burst * len(busy)
    errands: list[tuple[str, str] | Business] = [(kind, zone) for zone, kind in fires]
    errands += [others[number % len(others)] for number in range(max(0, campaigns))]
    rng.shuffle(errands)
    timed = [(begin + 3 + place * plan.seconds * 0.9 / len(errands), errand) for place, errand in enumerate(errands)]
    for share, business in zip(plan.bursts, busy, strict=True):
        timed += [(begin + share * plan.seconds, business)] * plan.burst
    for number, (due, errand) in enumerate(sorted(timed, key=lambda each: each[0])):
        if give_up.wait(max(0.0, due - time.monotonic())):
            return
        if isinstance(errand, Business):
            workload.campaign(redis, errand, number, give_up.is_set, times=2 if rng.random() < 0.1 else 1)
        else:
            workload.fire(redis, errand[1], errand[0], give_up.is_set)


def _settle(plan: Plan, workload: Workload, stack: LocalStack) -> float:
    """Wait until everything due has a settled record; answer how long that took.

    At most `plan.settle` seconds, and what a flooded instance needs for its backlog at 20 a minute.
    """
    begin = time.monotonic()
    bound = plan.settle + 90.0 * (plan.burst // LIMIT + 1)
    while time.monotonic() - begin < bound and unsettled(workload, stack.dsn):
        time.sleep(1.0)
    return time.monotonic() - begin
