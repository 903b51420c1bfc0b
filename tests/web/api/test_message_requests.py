"""What is wrong in the body of a request is named, and never repeated."""

from __future__ import annotations

import json
from typing import Any

import pytest
import redis

from tests.support.world import Business
from tests.web.conftest import Client, assert_problem, named

CAMPAIGN = {"campaignType": "promocional", "targetAudience": "vip", "message": "Olá!"}


def body(kind: str, business: Business, **more: Any) -> dict[str, Any]:
    data = CAMPAIGN if kind == "custom_campaign" else {}
    return {"type": kind, "data": data, **named(business), **more}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"type": "weekly_summary"}, "type"),
        ({"type": None}, "type"),
        ({"data": {"days": 0}}, "data.days"),
        ({"data": {"days": "forty"}}, "data.days"),
        ({"data": {"days": 5, "tage": 6}}, "data.tage"),
        ({"data": []}, "data"),
        ({"extra": 1}, "extra"),
        ({"campaignId": "x"}, "campaignId"),
        ({"organizationId": None}, "organizationId"),
        ({"ownerNumberId": None}, "ownerNumberId"),
        ({"organizationId": "11999998888"}, "organizationId"),
        ({"organizationId": "3f1e9c6a-0d2b-4c57-9a55-0c1f6a8f2b11"}, "organizationId"),
        ({"ownerNumberId": "3f1e9c6a-0d2b-4c57-9a55-0c1f6a8f2b11"}, "ownerNumberId"),
        ({"data": {"11 99999-8888": 1}}, "data.?"),
        ({"type": "custom_campaign", "data": {}}, "data.campaignType"),
        ({"type": "custom_campaign", "data": {**CAMPAIGN, "targetAudience": "11999998888"}}, "data.targetAudience"),
        ({"type": "custom_campaign", "data": {**CAMPAIGN, "message": "11999998888\x00"}}, "body"),
        ({"type": "custom_campaign", "data": {**CAMPAIGN, "message": "x" * 1501}}, "data.message"),
    ],
)
def test_what_is_wrong_is_named_and_never_repeated(
    service: Client, ours: Business, queue: redis.Redis, changes: dict[str, Any], field: str
) -> None:
    document = assert_problem(service.post("", body("inactive_clients", ours) | changes), 422)
    fields = [error["field"] for error in document["errors"]]
    assert field in fields or (field == "type" and fields == ["body"])
    assert all(error["detail"] for error in document["errors"])
    assert "99999" not in json.dumps(document)
    assert queue.llen("rq:queue:aurora-proactive") == 0
