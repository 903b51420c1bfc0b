"""Campaigns under kills in short, by the way of replies: no client twice, none lost, none without a yes.

The long run is `python bench/campaign_faults.py`.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bench.chaos.campaign_checks import CampaignReport
from bench.chaos.campaign_plan import CampaignPlan
from bench.chaos.campaigns import run_campaigns
from sandbox.errors import PartMissing
from tests.support.missing import missing

# the run is one fixture, which any of the tests may be the first to need
pytestmark = [pytest.mark.timeout(360), pytest.mark.long]
PLAN = CampaignPlan(
    seed=20261126, instances=8, recipients=8, chance=0.03, stops=3, special=0, trouble=40.0, settle=240.0, workers=2
)


@pytest.fixture(scope="module")
def report() -> Iterator[CampaignReport]:
    try:
        yield run_campaigns(PLAN)
    except PartMissing as error:
        missing(str(error))


def test_processes_died_and_campaigns_were_stopped(report: CampaignReport) -> None:
    assert report.injected.total() > 0
    assert report.stopped > 0


def test_no_client_is_written_to_twice_and_none_is_lost(report: CampaignReport) -> None:
    assert report.recipients == PLAN.instances * PLAN.recipients  # whom an owner left out is one more
    assert (report.twice, report.lost) == ([], [])
    assert report.statuses["sent"] > report.recipients / 2


def test_nobody_is_written_to_without_a_yes_or_after_a_halt(report: CampaignReport) -> None:
    assert (report.without_a_yes, report.after_a_halt) == ([], [])


def test_gaps_and_the_limit_are_kept(report: CampaignReport) -> None:
    assert report.too_close == []
    assert 0 < report.largest_window <= 20


def test_every_owner_is_answered_and_every_campaign_reported_once(report: CampaignReport) -> None:
    assert (report.unanswered, report.unreported) == ([], [])
