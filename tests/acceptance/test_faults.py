"""The fault harness in short: every kind of fault at least once, and nothing is sent twice, lost or too fast.

The long run is `python bench/faults.py`; its figures are in `docs/measurements`.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bench.chaos.injector import MISCHIEF, PROCESSES, STACK
from bench.chaos.plan import Plan
from bench.chaos.run import Report, run
from sandbox.errors import PartMissing
from tests.support.missing import missing

# the run is one fixture, which any of the tests may be the first to need
pytestmark = [pytest.mark.timeout(360), pytest.mark.long]
#: Every kind of fault once, in about a minute; the gateway's timeout is short so that looks come soon.
PLAN = Plan(
    seed=20261122,
    occurrences=120,
    instances=10,
    seconds=58.0,
    settle=120.0,
    chance=0.04,
    pace=0.12,
    calm_share=0.4,
    burst=23,
    bursts=(0.1,),
    environment={"GATEWAY_TIMEOUT": "5", "SUPABASE_TIMEOUT": "5", "SENDS_IN_FLIGHT": "4"},
)


@pytest.fixture(scope="module")
def report() -> Iterator[Report]:
    try:
        yield run(PLAN)
    except PartMissing as error:
        missing(str(error))


def test_every_kind_of_fault_happened(report: Report) -> None:
    kinds = {*PROCESSES, *STACK, *MISCHIEF}
    assert kinds <= set(report.injected)
    assert sum(count for kind, count in report.injected.items() if kind.startswith("kill at ")) > 0


def test_no_occurrence_is_sent_twice(report: Report) -> None:
    assert report.checks.due >= PLAN.occurrences
    assert report.checks.duplicates == []


def test_every_occurrence_that_was_due_is_sent_or_failed_with_a_reason(report: Report) -> None:
    assert report.checks.lost == []
    assert report.checks.sent + report.checks.failed.total() == report.checks.due
    assert report.checks.sent > report.checks.due * 0.8


def test_no_instance_sends_more_than_twenty_in_any_minute(report: Report) -> None:
    assert 0 < report.checks.largest_window <= 20


def test_a_killed_worker_leaves_in_doubt_at_most_what_was_at_the_gateway(report: Report) -> None:
    assert report.flights == 4
    assert report.most_in_doubt <= 4


def test_what_a_killed_worker_was_at_is_finished_by_another_within_a_minute(report: Report) -> None:
    assert report.caught_recovery is not None, "no worker was caught with a message, or it was not finished in 90 s"
    assert 0 < report.caught_recovery <= 60
