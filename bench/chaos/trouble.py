"""The trouble of a run: one worker is killed at work, then everything is made due while everything fails in turn."""

from __future__ import annotations

import itertools
import random
import threading
import time
from dataclasses import dataclass

from redis import Redis

from bench.chaos.injector import Injector
from bench.chaos.plan import Plan
from bench.chaos.processes import ProcessGroup
from bench.chaos.recovery import Recovery
from bench.chaos.workload import Business, Workload
from proactive.message_types.registry import MESSAGE_TYPES

#: Seconds in which another worker has surely finished what a dead one held, if ever.
_RECOVERED_WITHIN = 90.0
#: A worker is caught with a few campaigns of every business, in so many rounds of so many seconds; far below the limit.
_CAMPAIGNS, _ROUNDS, _ROUND, _LOOK = 2, 5, 6.0, 0.005
_SCHEDULED = tuple(kind for kind, type_ in MESSAGE_TYPES.items() if type_.cron)


@dataclass(frozen=True)
class Trouble:
    """Everything that is made due, and the faults meanwhile; `faults` are those at named steps."""

    plan: Plan
    workload: Workload
    processes: ProcessGroup
    recovery: Recovery
    injector: Injector
    faults: str

    def make(self, redis: Redis, rng: random.Random) -> list[str]:
        """Make everything due, evenly over the time, while the faults go on; what the first worker was killed at."""
        caught = self._kill_one_at_work(redis)
        self.processes.begin_test_mode(self.faults)
        begin, plan = time.monotonic(), self.plan
        give_up = threading.Event()
        due = threading.Thread(target=_make_due, args=(plan, self.workload, redis, rng, begin, give_up), daemon=True)
        due.start()
        try:
            self.injector.start("processes")
            time.sleep(max(0.0, begin + plan.seconds * plan.calm_share - time.monotonic()))
            self.injector.start("stack")
            self.injector.start("mischief")
            time.sleep(max(0.0, begin + plan.seconds - time.monotonic()))
        finally:
            self.injector.stop()
            due.join(plan.settle)
            give_up.set()
            due.join()
        return caught

    def _kill_one_at_work(self, redis: Redis) -> list[str]:
        """Kill a worker that surely holds messages, while nothing else fails, and wait until others have settled them.

        Answers the occurrences; none where no worker was caught. Chance alone may kill only idle ones, or go on
        killing whoever would recover, or one whose message has to wait for the limit's next minute. So this comes
        before everything else, with campaigns of its own, which are due like any other.
        """
        numbers = itertools.count(10 * self.plan.occurrences)
        for _ in range(_ROUNDS):
            for business in _calm(self.plan, self.workload) * _CAMPAIGNS:
                self.workload.campaign(redis, business, next(numbers), lambda: False, times=1)
            deadline = time.monotonic() + _ROUND
            while time.monotonic() < deadline:
                if held := self._kill_a_holder():
                    self.recovery.wait_for(held, _RECOVERED_WITHIN)
                    return held
                time.sleep(_LOOK)
        return []

    def _kill_a_holder(self) -> list[str]:
        """Kill a worker that holds messages now, and answer them. Frozen first: what it holds then, it holds."""
        for member in self.processes.members:
            pid = member.service.pid
            if member.role != "worker" or pid is None or not self.recovery.at_work_on(pid):
                continue
            member.service.pause()
            if held := self.recovery.at_work_on(pid):
                member.service.kill()
                return held
            member.service.resume()
        return []


def flooded(plan: Plan, workload: Workload) -> list[Business]:
    """The businesses that are asked for more messages at once than the limit lets through in a minute."""
    return [workload.businesses[-1 - place] for place in range(len(plan.bursts))]


def _calm(plan: Plan, workload: Workload) -> list[Business]:
    """The businesses that are asked for no more than the limit lets through, where there are any."""
    return workload.businesses[: -len(plan.bursts)] or workload.businesses


def _make_due(
    plan: Plan, workload: Workload, redis: Redis, rng: random.Random, begin: float, give_up: threading.Event
) -> None:
    fires = [(zone, kind) for zone in workload.zones for kind in _SCHEDULED]
    fires += rng.sample(fires, len(fires) // 3)  # some come twice, as after a scheduler's restart
    busy, others = flooded(plan, workload), _calm(plan, workload)
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
