"""The pages over the real stack, with a month of messages of several businesses, and a browser to look at them."""

from __future__ import annotations

import datetime as dt
import os
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from unittest import mock
from uuid import UUID, uuid4

import httpx
import psycopg
import pytest
import redis
from fastapi import FastAPI
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from psycopg.types.json import Jsonb
from rq.worker import SimpleWorker

from proactive.app import Application, build
from proactive.model.occurrence import Occurrence
from proactive.model.recipient import Recipient
from proactive.monitoring.queue_snapshot import beat
from proactive.settings import Settings
from proactive.web.app import create_app
from proactive.web.auth.callers import Caller
from proactive.web.auth.sessions import COOKIE, LONGEST
from sandbox.stack import LocalStack
from tests.web.conftest import served

TYPES = (
    "birthdays", "inactive_clients", "opportunities", "low_occupancy",
    "daily_summary",
)  # fmt: skip
_FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--lang=pt-BR",
)  # fmt: skip
_TEXT = """Boa noite, Helena! ✨

Resumo de hoje na Patas & Cia:

📅 *Agendamentos:* 7
💰 *Faturamento:* R$ 1.450,00
👥 *Clientes novos:* 2

- Rex - Banho e tosa às 09:00
- Luna - Consulta veterinária às 10:30
- Thor - Banho às 14:00

Quer que eu envie uma mensagem para os clientes de amanhã?"""


@dataclass(frozen=True)
class Shop:
    """An organisation with an owner and the messages that it was sent, by status; newest first."""

    organization: UUID
    owner: UUID
    name: str
    messages: dict[str, list[UUID]]


@pytest.fixture(scope="module")
def application(stack: LocalStack) -> Application:
    with mock.patch.dict(os.environ, stack.environment()):
        return build(Settings(_env_file=None))


@pytest.fixture(scope="module")
def app(application: Application) -> FastAPI:
    return create_app(application)


@pytest.fixture(scope="module")
def address(app: FastAPI) -> Iterator[str]:
    with served(app) as url:
        yield url


def make_shop(
    stack: LocalStack, name: str, owner: str = "Helena", *, days: int = 30, zone: str = "America/Sao_Paulo"
) -> Shop:
    """A business with one message of each type a day, some failed, some answered; always the same ones."""
    chance, now = random.Random(name), dt.datetime.now(dt.UTC)
    shop = Shop(uuid4(), uuid4(), name, {"sent": [], "failed": []})
    with psycopg.connect(stack.dsn) as connection:
        connection.execute(
            "insert into organizations (id, name, timezone) values (%s, %s, %s)", [shop.organization, name, zone]
        )
        connection.execute(
            "insert into owner_numbers (id, organization_id, name, phone) values (%s, %s, %s, '11987654321')",
            [shop.owner, shop.organization, owner],
        )
        connection.execute(
            "insert into whatsapp_instances (organization_id, instance_name, status) values (%s, %s, %s)",
            [shop.organization, f"page-{shop.organization}", "connected" if chance.random() < 0.7 else "disconnected"],
        )
        for day in range(days):
            for hour, type_ in zip((12, 13, 18, 20, 21), TYPES, strict=True):
                due = (now - dt.timedelta(days=day)).replace(hour=hour, minute=0, second=0, microsecond=0)
                if due < now and ((fails := chance.random()) < 0.8 or day in (1, 2)):
                    failed = fails < 0.04 or (day in (1, 2) and type_ == "birthdays")
                    _insert(
                        connection,
                        shop,
                        Occurrence(shop.organization, Recipient.owner(shop.owner), type_, str(due.date())),
                        due,
                        chance,
                        failed=failed,
                    )
    return shop


def _insert(
    connection: psycopg.Connection, shop: Shop, occurrence: Occurrence, due: dt.datetime, chance: random.Random,
    *, failed: bool,
) -> None:  # fmt: skip
    status, message = "failed" if failed else "sent", occurrence.id
    shop.messages[status].append(message)
    sent = due + dt.timedelta(seconds=chance.lognormvariate(1.2, 0.8)) if status == "sent" else None
    facts = {"date": str(due.date()), "bookings": 7, "revenue": "1450.00", "new_clients": 2, "pending": 1,
             "listed": [str(uuid4()) for _ in range(7)]}  # fmt: skip
    receipts = {"delivered_at": due.isoformat(), "read_at": due.isoformat()} if sent and chance.random() < 0.5 else {}
    metadata = {"facts": facts, "composer": "layout", "attempts": 1, "receipts": receipts, "occurrence": occurrence.key,
                "timezone": "America/Sao_Paulo"}  # fmt: skip
    metadata |= {"gateway_message_id": f"3EB0{message.hex[:16].upper()}"} if sent else {}
    connection.execute(
        """insert into aurora_proactive_messages
             (id, organization_id, owner_number_id, message_type, content, scheduled_for, status, sent_at,
              error_message, metadata, created_at) values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)""",
        [message, shop.organization, shop.owner, occurrence.type, _TEXT, due.replace(tzinfo=None), status,
         sent and sent.replace(tzinfo=None), None if sent else "the instance is not connected", Jsonb(metadata),
         (due + dt.timedelta(seconds=0.3)).replace(tzinfo=None)],
    )  # fmt: skip
    if sent and chance.random() < 0.3:
        connection.execute(
            "insert into aurora_proactive_replies values ('page', %s, %s, %s, %s, %s)",
            [uuid4().hex, shop.organization, shop.owner, sent + dt.timedelta(minutes=4), message],
        )


@pytest.fixture(scope="module")
def ours(stack: LocalStack) -> Shop:
    return make_shop(stack, "Patas & Cia")


@pytest.fixture(scope="module")
def theirs(stack: LocalStack) -> Shop:
    return make_shop(stack, "Bicho Mimado", "Rui")


@pytest.fixture
def queue(application: Application, stack: LocalStack) -> Iterator[redis.Redis]:
    """Redis with nothing in it but the schedule, its beat and three idle workers."""
    application.redis.flushdb()
    application.schedule.register(["America/Sao_Paulo"], dt.datetime.now(dt.UTC))
    beat(application.redis, application.schedule.now())
    for number in range(3):
        SimpleWorker([application.queue], name=f"worker-{number}", connection=application.redis).register_birth()
    yield application.redis


Visit = Callable[[Shop | None], str]


@pytest.fixture
def sign_in(app: FastAPI, queue: redis.Redis) -> Visit:
    """Opens a session, of a business's user or (None) of a service, past the form; answers the cookie's value."""

    def opened(shop: Shop | None) -> str:
        service = Caller("service", "key:test")
        caller = Caller("user", "user:test", shop.organization, shop.owner) if shop else service
        cookie: str = app.state.services.sessions.open(caller, LONGEST)
        return cookie

    return opened


@pytest.fixture
def visitor(address: str, sign_in: Visit) -> Iterator[Callable[..., httpx.Client]]:
    """A client that is signed in as a business's user, as a service (None), or not at all (`anonymous`)."""
    clients: list[httpx.Client] = []

    def client(shop: Shop | None = None, *, anonymous: bool = False) -> httpx.Client:
        cookies = {} if anonymous else {COOKIE: sign_in(shop)}
        clients.append(httpx.Client(base_url=address, cookies=cookies, trust_env=False, timeout=20))
        return clients[-1]

    yield client
    for one in clients:
        one.close()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The machine's own Chromium; CHROMIUM_BIN says where another one is."""
    program = Path(os.environ.get("CHROMIUM_BIN") or "/usr/bin/chromium")
    if not program.exists():
        missing = f"no browser at {program}: install chromium, or set CHROMIUM_BIN"
        if os.environ.get("CI"):
            pytest.fail(missing)
        pytest.skip(missing)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, args=list(_FLAGS))
        yield chromium
        chromium.close()


@dataclass
class Looker:
    """A page of the browser; `complaints` are what it wrote to its console."""

    page: Page
    complaints: list[str]

    def go(self, path: str) -> None:
        """To a path, until everything of it is there and has run."""
        self.page.goto(path)


@pytest.fixture
def look(browser: Browser, address: str, sign_in: Visit) -> Iterator[Callable[..., Looker]]:
    """Opens a browser page, signed in like `visitor`."""
    contexts: list[BrowserContext] = []

    def opened(shop: Shop | None = None, *, anonymous: bool = False, width: int = 1280, dark: bool = False) -> Looker:
        context = browser.new_context(
            base_url=address, viewport={"width": width, "height": 844 if width < 500 else 900}, locale="pt-BR",
            color_scheme="dark" if dark else "light", timezone_id="America/Sao_Paulo",
        )  # fmt: skip
        contexts.append(context)
        if not anonymous:
            context.add_cookies([{"name": COOKIE, "value": sign_in(shop), "url": address}])
        looker = Looker(context.new_page(), [])
        looker.page.on("console", lambda said: looker.complaints.append(said.text) if said.type == "error" else None)
        looker.page.on("pageerror", lambda error: looker.complaints.append(str(error)))
        return looker

    yield opened
    for context in contexts:
        context.close()
