"""What every endpoint of the API refuses in queries and bodies."""

from __future__ import annotations

import pytest

from tests.support.world import Business
from tests.web.conftest import Client, assert_problem, named


def test_unknown_parameters_are_refused_everywhere(service: Client, ours: Business) -> None:
    for path in ("/jobs", "/messages", "/schedule", "/pauses", f"/messages/{ours.owner}", "/jobs/x"):
        assert assert_problem(service.get(path + "?unknown=1"), 422)["errors"][0]["field"] == "query.unknown"
    for path in ("", "/preview", "/pause", "/resume"):
        body = {"type": "daily_summary", **(named(ours) if path in ("", "/preview") else {})}
        assert_problem(service.post(path + "?unknown=1", body), 422)


@pytest.mark.parametrize(
    "query",
    ["limit=0", "limit=201", "limit=x", "status=SENT", "type=x", "from=2026-02-30", "from=2026-01-01T10:00",
     "to=0001-01-01", "to=9999-12-31", "cursor=x", "cursor=MjAyNiB4", "organizationId=x", "cursor=%00"],
)  # fmt: skip
def test_bad_filters_are_named(service: Client, query: str) -> None:
    (error,) = assert_problem(service.get(f"/messages?{query}"), 422)["errors"]
    # NUL is refused wherever it is
    assert error["field"] == ("query" if "%00" in query else f"query.{query.partition('=')[0]}")
