"""Look-ups against the sandbox: whatever name a message is kept under, and only the one that is looked for."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from proactive.gateways.evolution.gateway import EvolutionGateway
from proactive.gateways.evolution.lookups import EvolutionLookups
from proactive.gateways.faults import GatewayError
from proactive.gateways.message_ids import new_message_id
from proactive.gateways.phones import parse_phone
from sandbox.gateway.client import Sandbox

PHONE = parse_phone("31999998888")
OTHER = parse_phone("11999998888")
TEXT = "Olá! Aqui está o resumo do seu dia 📊"
LONG_AGO = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
SINCE = dt.datetime(2026, 11, 25, 12, tzinfo=dt.UTC)
ID = "3EB0" + "A" * 18


def gateway(sandbox: Sandbox) -> EvolutionGateway:
    return EvolutionGateway(sandbox.url, sandbox.api_key, 5)


@pytest.fixture(autouse=True)
def usual_server(sandbox: Sandbox) -> None:
    sandbox.set_up()


@pytest.mark.parametrize("addressing", ["pn", "lid_with_alt", "lid_without_alt"])
@pytest.mark.parametrize("version", ["2.3.7", "2.4.0"])
def test_a_message_is_found_however_it_is_kept(sandbox: Sandbox, addressing: str, version: str) -> None:
    sandbox.set_up(addressing=addressing, version=version)
    client, since, ours = gateway(sandbox), dt.datetime.now(dt.UTC), new_message_id()
    sent = client.send("pet-shop", PHONE, TEXT, ours)
    assert (sent.gateway_message_id == ours) == (version == "2.4.0")
    for ids in ((), (ours,), (new_message_id(), ours)):
        [found] = client.find_sent("pet-shop", PHONE, TEXT, since, ids)
        assert found.gateway_message_id == sent.gateway_message_id


def test_a_message_of_the_evolution_channel_is_found_under_bare_digits(sandbox: Sandbox) -> None:
    sandbox.set_up(integration="EVOLUTION")
    client, since = gateway(sandbox), dt.datetime.now(dt.UTC)
    sent = client.send("pet-shop", PHONE, TEXT)
    assert [found.gateway_message_id for found in client.find_sent("pet-shop", PHONE, TEXT, since)] == [
        sent.gateway_message_id
    ]


def test_a_server_that_keeps_nothing_shows_nothing(sandbox: Sandbox) -> None:
    sandbox.set_up(keeps_messages=False, version="2.4.0")
    client, since, ours = gateway(sandbox), dt.datetime.now(dt.UTC), new_message_id()
    sent = client.send("pet-shop", PHONE, TEXT, ours)
    assert client.find_sent("pet-shop", PHONE, TEXT, since, (ours,)) == []
    assert not client.shows("pet-shop", sent.gateway_message_id)


def test_a_message_is_shown_by_the_id_it_was_accepted_under(sandbox: Sandbox) -> None:
    client = gateway(sandbox)
    sent = client.send("pet-shop", PHONE, TEXT)
    assert client.shows("pet-shop", sent.gateway_message_id)
    assert not client.shows("pet-shop", new_message_id())


@pytest.mark.parametrize("version", ["2.3.7", "2.4.0"])
def test_the_servers_version_is_known(sandbox: Sandbox, version: str) -> None:
    sandbox.set_up(version=version)
    assert gateway(sandbox).version() == version


class Wire:
    """Answers `findMessages` with records, whatever is asked for; keeps what was asked."""

    def __init__(self, *records: Any) -> None:
        self.records, self.asked = records, [dict[str, Any]()]
        self.asked.clear()

    def ask(self, method: str, path: str, instance: str | None, body: Any = None, text: str = "") -> Any:
        self.asked.append(body["where"])
        return {"messages": {"total": len(self.records), "pages": 1, "currentPage": 1, "records": list(self.records)}}


def record(key: dict[str, Any], text: str = TEXT, at: dt.datetime = SINCE) -> dict[str, Any]:
    named = {"id": "3EB0F", "fromMe": True} | key
    return {"key": named, "message": {"conversation": text}, "messageTimestamp": int(at.timestamp())}


def sent(*records: Any, ids: tuple[str, ...] = ()) -> list[str]:
    lookups = EvolutionLookups(Wire(*records))  # type: ignore[arg-type]  # only `ask` is used
    return [found.gateway_message_id for found in lookups.sent("shop", PHONE, TEXT, SINCE, ids)]


@pytest.mark.parametrize(
    "key",
    [
        {"remoteJid": "5531999998888@s.whatsapp.net"},
        {"remoteJid": "553199998888@s.whatsapp.net"},
        {"remoteJid": "553199998888:12@s.whatsapp.net"},
        {"remoteJid": "5531999998888"},
        {"remoteJid": "553199998888"},
        {"remoteJid": "99887766554433@lid", "remoteJidAlt": "5531999998888@s.whatsapp.net"},
        {"remoteJid": "99887766554433@lid", "remoteJidAlt": "553199998888@s.whatsapp.net"},
        {"remoteJid": "553199998888@s.whatsapp.net", "remoteJidAlt": "99887766554433@lid"},
        {"remoteJid": "99887766554433@lid"},
        {"remoteJid": "99887766554433@lid", "remoteJidAlt": None},
        {"remoteJid": "99887766554433@lid", "remoteJidAlt": ""},
        {"remoteJid": "99887766554433@lid", "remoteJidAlt": "99887766554433@lid"},
    ],
)
def test_a_record_under_any_name_of_the_number_is_found(key: dict[str, Any]) -> None:
    assert sent(record(key)) == ["3EB0F"]


@pytest.mark.parametrize(
    "other",
    [
        record({"remoteJid": "5511999998888@s.whatsapp.net"}),
        record({"remoteJid": "99887766554433@lid", "remoteJidAlt": "5511999998888@s.whatsapp.net"}),
        record({"remoteJid": "5531999998888@s.whatsapp.net", "fromMe": False}),
        record({"remoteJid": "5531999998888@s.whatsapp.net", "fromMe": None}),
        record({"remoteJid": "5531999998888@s.whatsapp.net"}, TEXT + "!"),
        record({"remoteJid": "99887766554433@lid"}, "outra"),
        record({"remoteJid": "5531999998888@s.whatsapp.net"}, at=SINCE - dt.timedelta(seconds=1)),
        record({"remoteJid": "5531999998888@g.us"}),
        record({"remoteJid": ""}),
        record({"id": None, "remoteJid": "5531999998888@s.whatsapp.net"}),
        {"key": None},
        {},
        None,
        "a page",
    ],
)
def test_a_record_of_something_else_is_not_taken_for_it(other: Any) -> None:
    assert sent(other) == []


def test_the_record_with_our_own_id_is_the_only_one_whatever_it_says() -> None:
    mine = record({"id": ID, "remoteJid": "1@lid"}, "shown in another way")
    assert sent(mine, record({"remoteJid": "5531999998888@s.whatsapp.net"}), ids=("3EB0B", ID)) == [ID]


def test_the_number_beats_a_hidden_address_with_the_same_text() -> None:
    hidden, named = {"id": "H", "remoteJid": "1@lid"}, {"id": "N", "remoteJid": "5531999998888@s.whatsapp.net"}
    assert sent(record(hidden), record(named)) == ["N"]


def test_a_look_up_asks_by_id_number_hidden_number_and_time() -> None:
    wire = Wire()
    EvolutionLookups(wire).sent("shop", PHONE, TEXT, SINCE, (ID,))  # type: ignore[arg-type]  # only `ask` is used
    names = ["5531999998888", "553199998888"]
    jids = [f"{name}@s.whatsapp.net" for name in names]
    assert wire.asked == [
        {"key": {"id": ID}},
        *[{"key": {"remoteJid": jid, "fromMe": True}} for jid in (*jids, *names)],
        *[{"key": {"remoteJidAlt": jid, "fromMe": True}} for jid in jids],
        {
            "key": {"fromMe": True},
            "messageTimestamp": {"gte": "2026-11-25T12:00:00.000Z", "lte": "2026-11-29T12:00:00.000Z"},
        },
    ]


@pytest.mark.parametrize(
    "answer",
    [
        None,
        [],
        "<html>",
        {},
        {"messages": None},
        {"messages": {"records": [], "pages": None}},
        {"messages": {"pages": 1}},
    ],
)
def test_an_answer_of_another_shape_says_that_the_gateway_could_not_be_asked(answer: Any) -> None:
    class Odd(Wire):
        def ask(self, *_: Any, **__: Any) -> Any:
            return answer

    with pytest.raises(GatewayError, match="could not be looked up"):
        EvolutionLookups(Odd()).sent("shop", PHONE, TEXT, SINCE, ())  # type: ignore[arg-type]  # only `ask` is used
