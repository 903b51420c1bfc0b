"""A whole conversation with real processes: an offer, a yes, clients, an opt-out, a stop, a resume, the report.

What people write comes by the gateway's webhooks, each told twice and late; what the product answers is read from the
gateway's log.
"""

from __future__ import annotations

import datetime as dt
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import psycopg
import pytest
from psycopg.rows import dict_row

from proactive.gateways.phones import parse_phone
from proactive.queue.enqueue import enqueue
from proactive.queue.rq_classes import JsonQueue
from sandbox.demo.conversation import FOOTER, PACE
from sandbox.demo.midday import zone_where_it_is_day
from sandbox.processes import Processes
from sandbox.stack import LocalStack
from tests.support.tasks import summary
from tests.support.world import Business, World, eventually, fresh_redis

pytestmark = pytest.mark.timeout(240)

#: The next client would have it in five minutes: whatever is said meanwhile is said in time.
SLOW = {"CAMPAIGN_GAP_LEAST": "300", "CAMPAIGN_GAP_MOST": "300"}
NAMES = ("Ana Costa", "Bia Lima", "Caio Reis", "Davi Melo", "Eva Pires")


@dataclass
class Chat:
    """The owner of a business and its clients, all at their phones."""

    world: World
    business: Business
    owner: str
    clients: dict[str, str]
    connection: psycopg.Connection[dict[str, Any]]

    def writes(self, number: str, text: str, **more: Any) -> None:
        assert self.business.instance
        self.world.sandbox.write(self.business.instance, number, text, **more)

    def to(self, number: str) -> list[dict[str, Any]]:
        """What that number got, oldest first."""
        return [each for each in self.world.received(self.business) if each["number"] == number]

    def answer(self, begins: str) -> dict[str, Any]:
        """The owner's answer that begins so, once it is there."""

        def found() -> dict[str, Any] | None:
            return next((each for each in self.to(self.owner) if each["text"].startswith(begins)), None)

        deadline = time.monotonic() + 60
        while not (answer := found()):
            if time.monotonic() > deadline:
                pytest.fail(f"“{begins}…” did not come, but: {[each['text'] for each in self.to(self.owner)]}")
            threading.Event().wait(0.1)
        return answer

    def sent(self) -> list[dict[str, Any]]:
        """The campaign's messages, in the order in which the gateway took them."""
        return [each for each in self.world.received(self.business) if each["text"].endswith(FOOTER)]

    def rows(self, table: str) -> list[dict[str, Any]]:
        query = f"select * from aurora_proactive_{table} where organization_id = %s"
        return self.connection.execute(query, [self.business.organization]).fetchall()


@pytest.fixture(scope="module")
def told(world: World, stack: LocalStack, folder: Path) -> Iterator[Chat]:
    """The conversation, played to its end: what the tests below look at."""
    world.forget_the_past()
    client, zone = fresh_redis(stack.redis_url), zone_where_it_is_day(dt.datetime.now(dt.UTC))
    business = world.business(zone=zone)
    assert business.instance and business.phone
    with (
        psycopg.connect(stack.dsn, autocommit=True, row_factory=dict_row) as connection,
        Processes(folder, stack.environment() | PACE | SLOW, ("scheduler", "worker1", "worker2", "web")) as processes,
    ):
        numbers = [f"5511977{business.phone[-4:]}{place:02d}" for place in range(len(NAMES))]
        _celebrating(connection, business, zone, numbers)
        chat = Chat(
            world, business, parse_phone(business.phone).digits, dict(zip(numbers, NAMES, strict=True)), connection
        )
        world.sandbox.set_up(webhook_twice=True, webhook_late=0.2, read_after=0.3)
        url = f"{processes.web_url}/webhooks/whatsapp/evolution"
        world.sandbox.call(url, stack.webhook_secret, business.instance)
        task = summary(business).model_copy(update={"type": "birthdays", "timezone": zone, "key": _today(zone)})
        enqueue(JsonQueue(connection=client), task)
        _play(chat)
        yield chat
        world.sandbox.behave()


def _play(chat: Chat) -> None:
    eventually(lambda: chat.to(chat.owner), 40, "the offer is there")
    chat.writes(chat.owner, "sim, menos a Eva")
    chat.answer("📣 Prévia")
    chat.writes(chat.owner, "ENVIAR")
    chat.answer("✅ Combinado! Começo")
    _until(lambda: len(chat.sent()) == 1, "the first client has it")
    first = chat.sent()[0]
    chat.writes(first["number"], "SAIR", quote=first["gateway_message_id"])
    chat.writes(chat.owner, "PARE")
    stopped = time.time()
    chat.answer("Parei a campanha")
    _until(lambda: _left_alone(chat, first["number"]), "who wants no more is let go")
    second = next(number for number in chat.clients if number != first["number"])
    chat.writes(second, "oi, vocês abrem amanhã?")
    # WhatsApp tells whole seconds, and of one second the stop would win: nobody writes again so fast
    _until(lambda: int(time.time()) > int(stopped), "another second than the stop's")
    chat.writes(chat.owner, "CONTINUAR")
    chat.answer("✅ Combinado! Retomo")
    chat.writes(chat.owner, "CANCELAR")
    chat.answer("⏹️ Campanha encerrada")
    _until(
        lambda: all(_read(row) for row in chat.rows("campaign_recipients") if row["status"] == "sent"), "all read it"
    )


def _until(condition: Callable[[], Any], what: str) -> None:
    eventually(condition, 60, what)


def _left_alone(chat: Chat, number: str) -> bool:
    return any(each["text"].startswith("Pronto!") for each in chat.to(number))


def _read(row: dict[str, Any]) -> bool:
    return bool(row["metadata"].get("delivery") == "read")


def _today(zone: str) -> str:
    return dt.datetime.now(ZoneInfo(zone)).date().isoformat()


def _celebrating(
    connection: psycopg.Connection[dict[str, Any]], business: Business, zone: str, numbers: list[str]
) -> None:
    """Five tutors whose pets have their birthday today, and a business that may write to them."""
    connection.execute(
        "insert into aurora_proactive_campaign_settings (organization_id, accepted_by, legal_basis, business_name,"
        " used_since) values (%s, 'Ana', 'legitimate_interest', 'Patas & Cia', current_date - 400)",
        [business.organization],
    )
    for name, number in zip(NAMES, numbers, strict=True):
        row = connection.execute(
            "insert into contacts (organization_id, name, phone, last_contact_at)"
            " values (%s, %s, %s, now() - interval '5 days') returning id",
            [business.organization, name, number],
        ).fetchone()
        assert row
        connection.execute(
            "insert into pets (organization_id, contact_id, name, birthday)"
            " values (%s, %s, %s, %s::date - interval '4 years')",
            [business.organization, row["id"], f"Rex de {name[:3]}", _today(zone)],
        )


def test_of_those_who_were_to_get_it_one_got_it_once(told: Chat) -> None:
    got = Counter(told.clients[each["number"]] for each in told.sent())
    assert list(got.values()) == [1]
    assert "Eva Pires" not in got
    rows = told.rows("campaign_recipients")
    assert sorted(row["status"] for row in rows) == ["sent", "skipped", "skipped", "skipped"]


def test_an_answer_comes_once_however_often_its_question_is_told(told: Chat) -> None:
    begins = [each["text"].split("\n")[0].split(":")[0] for each in told.to(told.owner)[1:]]
    assert begins == [
        "📣 Prévia", "✅ Combinado! Começo agora", 'Parei a campanha "aniversariantes"',
        "✅ Combinado! Retomo agora", "⏹️ Campanha encerrada",
    ]  # fmt: skip


def test_who_writes_sair_is_out_and_told_so_once(told: Chat) -> None:
    out = told.sent()[0]["number"]
    assert [each["text"] for each in told.to(out)[1:]] == [
        "Pronto! Você não vai mais receber promoções de Patas & Cia por aqui. Para agendar ou tirar dúvidas, é só "
        "chamar. Se mudar de ideia, responda VOLTAR."
    ]
    [row] = told.rows("opt_outs")
    assert (row["level"], row["source"]) == ("sure", "reply")


def test_an_everyday_question_is_answered_by_nobody_of_ours(told: Chat) -> None:
    got = {each["number"] for each in told.world.received(told.business)}
    assert got == {told.owner, told.sent()[0]["number"]}


def test_the_report_says_what_the_gateways_log_says(told: Chat) -> None:
    report = told.answer("⏹️ Campanha encerrada")["text"]
    assert f"Enviadas: {len(told.sent())} de 4" in report
    [campaign] = told.rows("campaigns")
    assert (campaign["status"], campaign["frozen"], campaign["ended_by"]) == ("stopped", 4, "owner")
    assert campaign["confirmation"]["via"] == "whatsapp"
