"""The forwarding examples, in TypeScript and in Python: each event reaches Aurora as it came, and the bot obeys."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock
from uuid import uuid4

import httpx
import psycopg
import pytest

from sandbox.stack import LocalStack
from tests.support.listener import listening
from tests.support.node import ROOT, compile_strictly, node
from tests.support.world import Business, World, eventually
from tests.web.conftest import served

#: As tests/web/test_typescript.py.
pytestmark = pytest.mark.timeout(600)
EXAMPLES = ROOT / "examples" / "forwarding"
TOKEN = "the token of the product's own webhook"
NEUTRAL = {"handled": False, "optOut": None, "luto": False}


@dataclass
class Forwarder:
    """A running example; `said` is what its bot was given, in order."""

    url: str
    said: list[dict[str, Any]]

    def tell(self, body: bytes, token: str = TOKEN) -> int:
        """The status of what Evolution API is answered."""
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        return httpx.post(self.url, content=body, headers=headers, trust_env=False, timeout=20).status_code

    def heard(self, count: int) -> list[dict[str, Any]]:
        """What the bot was given, once it is so much."""
        eventually(lambda: len(self.said) >= count, 10, f"the bot heard {count}")
        return self.said


Start = Callable[[str, str], AbstractContextManager[Forwarder]]


@pytest.fixture(scope="module")
def script(tmp_path_factory: pytest.TempPathFactory) -> Path:
    node()
    out = compile_strictly(tmp_path_factory.mktemp("forwarding"), EXAMPLES / "forward.ts")
    return out / "examples" / "forwarding" / "forward.js"


def environment(aurora: str, secret: str) -> dict[str, str]:
    # patient: a machine that runs other tests as well may take seconds for what takes milliseconds
    patience = {"AURORA_PATIENCE": "20", "PORT": "0"}
    return {"AURORA_URL": aurora, "AURORA_SECRET": secret, "EVOLUTION_TOKEN": TOKEN} | patience


@pytest.fixture(params=["typescript", "python"])
def start(request: pytest.FixtureRequest) -> Start:
    """Starts an example in front of an Aurora."""
    if request.param == "python":
        return in_python
    path = request.getfixturevalue("script")
    return lambda aurora, secret: in_node(path, environment(aurora, secret))


@contextmanager
def in_node(script: Path, variables: dict[str, str]) -> Iterator[Forwarder]:
    log = script.with_name(f"{uuid4().hex}.log")
    with log.open("wb") as out:
        process = subprocess.Popen([node(), script], env={"PATH": os.environ["PATH"], **variables}, stdout=out)
    try:
        eventually(lambda: log.read_text().startswith("listening on port"), 20, "it listens")
        port = log.read_text().split()[3]
        yield Forwarder(f"http://127.0.0.1:{port}/", Lines(log))
    finally:
        process.terminate()
        process.wait(10)


class Lines(list[dict[str, Any]]):
    """The lines of a log that are JSON, as they come."""

    def __init__(self, log: Path) -> None:
        super().__init__()
        self._log = log

    def __len__(self) -> int:
        self[:] = [json.loads(line) for line in self._log.read_text().splitlines() if line.startswith("{")]
        return super().__len__()


@contextmanager
def in_python(aurora: str, secret: str) -> Iterator[Forwarder]:
    spec = importlib.util.spec_from_file_location("forward", EXAMPLES / "forward.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    said: list[dict[str, Any]] = []

    async def bot(event: dict[str, Any], verdict: dict[str, Any]) -> None:
        said.append({"bot": event["event"], "instance": event["instance"], **verdict})

    with mock.patch.dict(os.environ, environment(aurora, secret)):
        spec.loader.exec_module(module)
        module.bot = bot  # type: ignore[attr-defined]
        with served(module.app) as url:
            yield Forwarder(f"{url}/", said)


def event(name: str, instance: str | None, data: object) -> bytes:
    """An envelope as no serialiser of ours would write it: bytes that only a copy keeps."""
    text = json.dumps({"event": name, "instance": instance, "data": data, "apikey": "x"}, indent=3)
    return text.replace(": ", " :\t").encode() + b"\r\n "


def message(instance: str | None, text: str, number: str = "5511955554444") -> bytes:
    key = {"remoteJid": f"{number}@s.whatsapp.net", "fromMe": False, "id": uuid4().hex}
    written = {"message": {"conversation": text}, "messageType": "conversation"}
    data = {"key": key, "messageTimestamp": int(time.time())} | written
    return event("messages.upsert", instance, data)


def offered(database: psycopg.Connection[Any], business: Business) -> None:
    """The business accepts campaigns, has a client, and its owner was asked whether to write to such clients."""
    database.execute(
        "insert into aurora_proactive_campaign_settings (organization_id, accepted_by, legal_basis)"
        " values (%s, 'Ana', 'legitimate_interest')",
        [business.organization],
    )
    database.execute(
        "insert into contacts (organization_id, name, phone, last_contact_at) values (%s, 'Bia', '11955554444',"
        " now() - interval '60 days')",
        [business.organization],
    )
    facts = {"facts": {"target_audience": "inactive"}, "occurrence": str(uuid4()), "gateway_message_id": "3EB0OFFER"}
    database.execute(
        "insert into aurora_proactive_messages (organization_id, owner_number_id, message_type, content, scheduled_for,"
        " status, sent_at, metadata) values (%s, %s, 'custom_campaign', %s, now() at time zone 'utc', 'sent',"
        " (now() - interval '2 seconds') at time zone 'utc', %s)",
        [business.organization, business.owner, 'Campanha\n\n"Sentimos sua falta!"\n\nEnvio?', json.dumps(facts)],
    )


def test_the_bot_keeps_quiet_where_aurora_answers_and_only_there(
    start: Start, address: str, stack: LocalStack, world: World, queue: object
) -> None:
    business = world.business()
    with psycopg.connect(stack.dsn) as database:
        offered(database, business)
    spoken = {"bot": "messages.upsert", "instance": business.instance} | NEUTRAL
    with start(address, stack.webhook_secret) as forwarder:
        yes = message(business.instance, "ok", f"55{business.phone}")
        stop, hello = message(business.instance, "SAIR"), message(business.instance, "bom dia")
        assert [forwarder.tell(body) for body in (yes, yes, stop, hello)] == [204] * 4
        assert forwarder.heard(1) == [spoken]
        state = event("connection.update", business.instance, {"state": "open", "statusReason": 200})
        assert forwarder.tell(state) == 204
        assert forwarder.heard(2)[1] == spoken | {"bot": "connection.update"}
    with psycopg.connect(stack.dsn) as database:
        query = "select state from aurora_proactive_instances where instance_name = %s"
        assert database.execute(query, [business.instance]).fetchone() == ("open",)


def test_what_aurora_did_not_take_comes_again_byte_for_byte_and_the_bot_goes_on(start: Start) -> None:
    with listening() as aurora, start(aurora.url.removesuffix("/wh"), "one of its secrets") as forwarder:
        aurora.answers += [503, 204, 422]
        body, refused = message("shop", "olá, tudo bem? ção 🐶"), message("shop", "refused")
        assert forwarder.tell(body) == 204
        assert forwarder.heard(1) == [{"bot": "messages.upsert", "instance": "shop", **NEUTRAL}]
        aurora.wait(2)
        assert forwarder.tell(refused) == 204
        assert aurora.raw == [body, body, refused]
        path, headers, _ = aurora.came[0]
        assert path == "/webhooks/whatsapp/evolution"
        assert (
            headers["Authorization" if "Authorization" in headers else "authorization"] == "Bearer one of its secrets"
        )
        assert forwarder.tell(body, token="somebody else's") == 401
        assert len(forwarder.heard(2)) == 2
        assert len(aurora.raw) == 3


def test_nobody_waits_for_an_aurora_that_is_not_there(start: Start) -> None:
    with start("http://127.0.0.1:1", "x") as forwarder:
        assert forwarder.tell(message("shop", "oi")) == 204
        assert forwarder.heard(1) == [{"bot": "messages.upsert", "instance": "shop", **NEUTRAL}]
