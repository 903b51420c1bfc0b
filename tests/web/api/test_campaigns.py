"""Campaigns through the API: made, seen, changed, confirmed, stopped, with the states of the conversation."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from proactive.app import Application
from sandbox.stack import LocalStack
from tests.support.promoting import Promotion, make_promotion
from tests.web.conftest import Client, assert_problem

TEXT = "Saudades do {pet}, {nome}! Vem pro banho com 10% OFF"
NOBODY = str(UUID(int=7))


@pytest.fixture(scope="module")
def made(stack: LocalStack) -> Iterator[Promotion]:
    promotion = make_promotion(stack, "Patas & Cia", clients=6)
    yield promotion
    promotion.connection.close()


@pytest.fixture
def clean(made: Promotion, queue: object) -> Promotion:
    for table in ("campaigns", "campaign_recipients", "campaign_steps", "questions", "opt_outs"):
        made.run(f"truncate aurora_proactive_{table}")
    return made


def draft(made: Promotion, **fields: Any) -> dict[str, Any]:
    return {"organizationId": str(made.organization), "name": "banho", "text": TEXT, "audience": "all"} | fields


def created(service: Client, made: Promotion, **fields: Any) -> dict[str, Any]:
    answer = service.post("/campaigns", draft(made, **fields))
    assert answer.status_code == 201, answer.text
    campaign: dict[str, Any] = answer.json()
    return campaign


def test_a_campaign_goes_from_a_sketch_to_its_end(service: Client, clean: Promotion, application: Application) -> None:
    sketch = service.post("/campaign-preview", draft(clean)).json()
    assert (sketch["number"], sketch["leftOut"], len(sketch["examples"])) == (6, {}, 3)
    assert sketch["hindrance"] is None and "Responda SAIR" in sketch["examples"][0]["text"]
    assert service.get(f"/campaigns?organizationId={clean.organization}").json()["campaigns"] == []
    campaign = created(service, clean)
    path = f"/campaigns/{campaign['id']}"
    assert (campaign["status"], campaign["revision"], campaign["frozen"]) == ("previewed", 1, 6)
    changed = service.send("PATCH", path, {"revision": 1, "text": "Semana do banho para {pet}", "first": 2}).json()
    assert (changed["revision"], changed["frozen"], changed["text"]) == (2, 2, "Semana do banho para {pet}")
    assert_problem(service.post(f"{path}/confirm", {"revision": 1}), 409)
    for _ in range(2):
        confirmed = service.post(f"{path}/confirm", {"revision": 2})
        assert (confirmed.status_code, confirmed.json()["status"]) == (200, "confirmed")
    body = confirmed.json()
    assert (body["via"], body["heard"], body["confirmedByName"]) == ("api", "yes", "Helena")
    told = {job for job in application.queue.job_ids if job.startswith("campaign_answer")}  # the same message
    assert len(told) == 1
    assert service.post(f"{path}/pause").json()["status"] == "paused"
    assert service.post(f"{path}/resume").json()["status"] == "confirmed"
    ended = service.post(f"{path}/stop").json()
    assert (ended["status"], ended["endedBy"][:8]) == ("declined", "api:key:")
    assert service.post(f"{path}/stop").json() == service.get(path).json() == ended
    assert [step["became"] for step in ended["steps"]] == [
        "previewed", "previewed", "confirmed", "paused", "confirmed", "declined",
    ]  # fmt: skip
    assert_problem(service.post(f"{path}/resume"), 409)


def test_the_same_key_is_the_same_campaign(service: Client, clean: Promotion) -> None:
    key = str(uuid4())
    assert created(service, clean, key=key)["id"] == created(service, clean, key=key)["id"]
    assert_problem(service.post("/campaigns", draft(clean, key=key, text="Um texto bem diferente")), 409)


def test_a_list_has_pages(service: Client, clean: Promotion) -> None:
    ids = [str(clean.campaign("done")) for _ in range(5)] + [str(clean.campaign("running", 2))]
    seen: list[str] = []
    cursor = ""
    while True:
        page = service.get(f"/campaigns?organizationId={clean.organization}&limit=2{cursor}").json()
        seen += [campaign["id"] for campaign in page["campaigns"]]
        if page["nextCursor"] is None:
            break
        cursor = f"&cursor={page['nextCursor']}"
    assert sorted(seen) == sorted(ids) and len(seen) == 6
    running = service.get(f"/campaigns?organizationId={clean.organization}&status=running").json()["campaigns"]
    assert [campaign["id"] for campaign in running] == [ids[-1]]
    assert running[0]["counts"] == {"pending": 2}


def test_a_change_is_sketched_before_it_is_made(service: Client, clean: Promotion) -> None:
    campaign = created(service, clean)
    sketch = service.post(f"/campaigns/{campaign['id']}/preview", {"first": 1, "text": "Veja www.patas.com.br {pet}"})
    assert (sketch.json()["number"], sketch.json()["hasLink"]) == (1, True)
    assert service.get(f"/campaigns/{campaign['id']}").json()["revision"] == 1


def test_a_start_is_kept_or_taken_back(service: Client, clean: Promotion) -> None:
    start = (dt.datetime.now(dt.UTC) + dt.timedelta(days=9)).isoformat()
    campaign = created(service, clean, startsAt=start)
    path, first = f"/campaigns/{campaign['id']}", campaign["startsAt"]
    kept = service.send("PATCH", path, {"revision": 1, "first": 3}).json()
    assert kept["startsAt"] == first
    soon = service.send("PATCH", path, {"revision": 2, "startsAt": None}).json()
    assert soon["startsAt"] < first and soon["frozen"] == 3


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"text": "curto"}, 422),
        ({"text": "Use o cupom {cupom} hoje"}, 422),
        ({"text": "x" * 701}, 422),
        ({"text": "x" * 6000}, 422),
        ({"text": "nul \x00 aqui dentro do texto"}, 422),
        ({"text": None}, 422),
        ({"name": ""}, 422),
        ({"name": "x" * 81}, 422),
        ({"audience": "everybody"}, 422),
        ({"startsAt": "2026-11-26"}, 422),
        ({"startsAt": "2098-01-01T00:00:00Z"}, 422),
        ({"startsAt": "9999-12-31T23:59:59-14:00"}, 422),
        ({"first": 0}, 422),
        ({"first": 10**30}, 422),
        ({"first": 1.5}, 422),
        ({"without": ["x"]}, 422),
        ({"without": [NOBODY] * 1001}, 422),
        ({"key": "x"}, 422),
        ({"organizationId": None}, 422),
        ({"organizationId": NOBODY}, 422),
        ({"more": 1}, 422),
    ],
    ids=str,
)
@pytest.mark.parametrize("path", ["/campaigns", "/campaign-preview"])
def test_what_is_not_usable_is_refused_and_makes_nothing(
    service: Client, clean: Promotion, path: str, fields: dict[str, Any], status: int
) -> None:
    assert_problem(service.post(path, draft(clean, **fields)), status)
    assert service.get(f"/campaigns?organizationId={clean.organization}").json()["campaigns"] == []


@pytest.mark.parametrize(
    "body",
    [{}, {"revision": -1}, {"revision": 2**31}, {"revision": 10**40}, {"revision": "x"}, {"revision": None}, [], "x",
     {"revision": 1, "x": 1}],
    ids=str,
)  # fmt: skip
def test_a_yes_without_a_usable_revision_is_refused(service: Client, clean: Promotion, body: Any) -> None:
    campaign = created(service, clean)
    path = f"/campaigns/{campaign['id']}"
    assert_problem(service.post(f"{path}/confirm", body), 422)
    assert_problem(service.send("PATCH", path, body if body != {"revision": 1, "x": 1} else {}), 422)
    assert service.get(path).json()["status"] == "previewed"


ACTIONS = ("confirm", "decline", "pause", "resume", "stop", "preview")


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("id_", [NOBODY, "x", "%00", "' or 1=1 --", "１" * 36, "x" * 3000])
def test_an_odd_id_is_nobodys_campaign(service: Client, action: str, id_: str) -> None:
    body = {"confirm": {"revision": 1}, "preview": {}}.get(action)
    answer = service.post(f"/campaigns/{id_}/{action}", body)
    assert answer.status_code in (404, 422), answer.text


@pytest.mark.parametrize(("state", "action"), [("done", "pause"), ("previewed", "pause"), ("running", "decline")])
def test_what_a_state_does_not_allow_is_a_conflict_that_says_the_state(
    service: Client, clean: Promotion, state: str, action: str
) -> None:
    id_ = clean.campaign(state, 2)
    assert state in assert_problem(service.post(f"/campaigns/{id_}/{action}"), 409)["detail"]


def test_nothing_may_be_sent_before_the_terms_are_accepted(service: Client, stack: LocalStack) -> None:
    other = make_promotion(stack, "Sem Termos", clients=1)
    other.run("delete from aurora_proactive_campaign_settings where organization_id = %s", other.organization)
    assert "campaign-settings" in assert_problem(service.post("/campaigns", draft(other)), 409)["detail"]
    assert service.post("/campaign-preview", draft(other)).json()["hindrance"]
    other.connection.close()


@pytest.mark.parametrize("content_type", ["text/csv", "application/x-www-form-urlencoded", "", "multipart/form-data"])
@pytest.mark.parametrize(("method", "path"), [("POST", "/campaigns"), ("PATCH", f"/campaigns/{NOBODY}")])
def test_a_body_that_is_no_json_is_refused(
    http: httpx.Client, service: Client, content_type: str, method: str, path: str
) -> None:
    answer = service.send(method, path, headers={"content-type": content_type}, content=b"{}")
    assert_problem(answer, 415)


def test_a_session_makes_campaigns_of_its_own_organisation(
    as_user: Callable[..., Client], clean: Promotion, ours: Any
) -> None:
    user = as_user(ours)
    assert_problem(user.post("/campaigns", draft(clean)), 403)
    id_ = clean.campaign("running", 1)
    assert_problem(user.get(f"/campaigns/{id_}"), 404)
    assert user.get("/campaigns").json()["campaigns"] == []
