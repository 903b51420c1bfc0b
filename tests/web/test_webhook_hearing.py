"""From Evolution's webhook to what comes of it: owners' answers, clients' opt-outs, repeats, edits, and the rest."""

from __future__ import annotations

import datetime as dt
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import httpx
import psycopg
import pytest
import redis
from rq.job import Job

from proactive.app import Application
from proactive.campaigns.hearing_store import HearingStore
from proactive.gateways.phones import match_key
from proactive.jobs.attempt import work_item
from proactive.jobs.hear import JOB, HearJob, keep_hearing
from proactive.jobs.hearing import ConversationHearing
from proactive.model.task import Done
from proactive.pipeline.batch import Batch
from proactive.queue.rq_classes import JsonJob
from proactive.storage.redis import hearing_key
from proactive.web.app import create_app
from sandbox.stack import LocalStack
from tests.support.world import Business, World
from tests.web.conftest import served

Database = psycopg.Connection[dict[str, Any]]
PATH = "/webhooks/whatsapp/evolution"
OFFER = 'Campanha\n\n"Sentimos sua falta! 20% de desconto no próximo banho"\n\nEnvio?'
NEUTRAL = {"handled": False, "optOut": None, "luto": False}
HANDLED = NEUTRAL | {"handled": True}


@dataclass
class Shop:
    """A business with three clients, whose WhatsApp the test plays; `act` runs the jobs that wait."""

    business: Business
    database: Database
    http: httpx.Client
    secret: str
    application: Application
    _ids: int = 0
    clients: dict[str, UUID] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.organization = self.business.organization
        self.database.execute(
            "insert into aurora_proactive_campaign_settings (organization_id, accepted_by, legal_basis)"
            " values (%s, 'Ana', 'legitimate_interest')",
            [self.organization],
        )
        self.database.execute("update organizations set business_hours = null where id = %s", [self.organization])
        digits = int(uuid4().hex[:6], 16) % 900_000 + 100_000
        for n, (name, pet) in enumerate((("Maria", "Rex"), ("Joao", "Luna"), ("Bia", "Nina"))):
            id_, phone = uuid4(), f"1197{n}{digits}"
            self.clients[name] = id_
            self.database.execute(
                "insert into contacts (id, organization_id, name, phone, last_contact_at, created_at)"
                " values (%s, %s, %s, %s, now() - interval '60 days', now() - interval '90 days')",
                [id_, self.organization, name, phone],
            )
            self.database.execute(
                "insert into pets (organization_id, contact_id, name) values (%s, %s, %s)",
                [self.organization, id_, pet],
            )

    @property
    def owner(self) -> str:
        return f"55{self.business.phone}@s.whatsapp.net"

    def client(self, name: str) -> str:
        row = self.database.execute("select phone from contacts where id = %s", [self.clients[name]]).fetchone()
        assert row
        return f"55{row['phone']}@s.whatsapp.net"

    def tell(self, event: str, data: dict[str, Any] | list[Any], status: int = 200) -> Any:
        body = {"event": event, "instance": self.business.instance, "data": data, "date_time": None, "apikey": "x"}
        answer = self.http.post(PATH, json=body, headers={"Authorization": f"Bearer {self.secret}"})
        assert answer.status_code == status, answer.text
        return answer.json() if status == 200 else None

    def write(
        self, jid: str, text: str | dict[str, Any], *, quoting: str | None = None, ago: float = 0,
        id_: str | None = None, **key: Any,
    ) -> Any:  # fmt: skip
        """What the webhook of a message is answered."""
        self._ids += 1
        message = {"conversation": text} if isinstance(text, str) else text
        data = {
            "key": {"remoteJid": jid, "fromMe": False, "id": id_ or f"IN{self._ids}-{self.organization}"} | key,
            "message": message, "messageType": next(iter(message)), "messageTimestamp": int(time.time() - ago),
        }  # fmt: skip
        if quoting is not None:
            data["contextInfo"] = {"stanzaId": quoting, "participant": "x", "quotedMessage": {"conversation": "x"}}
        return self.tell("messages.upsert", data)

    def confirm(self, id_: str = "YES") -> None:
        """The owner's yes to a preview, which holds at any hour of the test."""
        self.write(self.owner, "ok")
        assert self.act()[0].startswith("📣 Prévia")
        assert self.write(self.owner, "ENVIAR", id_=id_) == HANDLED
        assert self.act()[0].startswith("✅ Combinado!")
        assert self.states() == ["confirmed"]

    def react(self, jid: str, emoji: str, quoted: str) -> Any:
        return self.write(jid, {"reactionMessage": {"key": {"id": quoted, "fromMe": True}, "text": emoji}})

    def offer(self, type_: str = "custom_campaign") -> str:
        """A message of Aurora's that asks something; the gateway's id of it."""
        facts = {"target_audience": "inactive"}
        return self.sent(type_, OFFER, {"occurrence": str(uuid4()), "facts": facts})

    def sent(self, type_: str, content: str, metadata: dict[str, Any], id_: UUID | None = None) -> str:
        gateway_id = f"3EB0{uuid4().hex[:18].upper()}"
        self.database.execute(
            "insert into aurora_proactive_messages (id, organization_id, owner_number_id, message_type, content,"
            " scheduled_for, status, sent_at, metadata) values (%s, %s, %s, %s, %s, now() at time zone 'utc', 'sent',"
            " (now() - interval '2 seconds') at time zone 'utc', %s)",
            [id_ or uuid4(), self.organization, self.business.owner, type_, content,
             json.dumps({"gateway_message_id": gateway_id} | metadata)],
        )  # fmt: skip
        return gateway_id

    def act(self) -> list[str]:
        """Run the jobs of what was heard; the answers to the owner, which are sent."""
        hearing = ConversationHearing.of(self.application)
        rows = self.database.execute(
            "select id from aurora_proactive_inbox where instance_name = %s order by received_at, id",
            [self.business.instance],
        ).fetchall()
        for row in rows:
            assert hearing.hear(str(self.business.instance), row["id"]) is None
        told = []
        for job in self.jobs("campaign_"):
            type_ = str(job.func_name).split(".")[2]
            told.append(job.kwargs["data"]["text"])
            self.sent(type_, told[-1], {"occurrence": job.kwargs["key"]}, UUID(job.id.partition("-")[2]))
            self.application.queue.remove(job)
        return told

    def jobs(self, prefix: str) -> list[Job]:
        found = [id_ for id_ in self.application.queue.get_job_ids() if id_.startswith(prefix)]
        return [JsonJob.fetch(id_, connection=self.application.redis) for id_ in found]

    def states(self) -> list[str]:
        query = "select status from aurora_proactive_campaigns where organization_id = %s order by created_at"
        return [row["status"] for row in self.database.execute(query, [self.organization]).fetchall()]

    def rows(self, table: str) -> list[dict[str, Any]]:
        query = f"select * from aurora_proactive_{table} where organization_id = %s"
        return self.database.execute(query, [self.organization]).fetchall()

    def inbox(self) -> int:
        query = "select count(*) as n from aurora_proactive_inbox where instance_name = %s"
        row = self.database.execute(query, [self.business.instance]).fetchone()
        assert row
        return int(row["n"])

    def campaign_to(self, name: str, *, days_ago: float = 0.5, pet: bool = True) -> str:
        """A campaign's message that went out to a client; the gateway's id of it."""
        gateway_id, campaign = f"3EB0{uuid4().hex[:18].upper()}", uuid4()
        self.database.execute(
            "insert into aurora_proactive_campaigns (id, organization_id, source, source_key, instance_name, status,"
            " valid_until) values (%s, %s, 'custom_campaign', %s, %s, 'done', now())",
            [campaign, self.organization, str(uuid4()), self.business.instance],
        )
        self.recipient(campaign, name, "sent", gateway_id, days_ago)
        return gateway_id

    def recipient(
        self, campaign: UUID, name: str, status: str = "pending", gateway_id: str | None = None, days_ago: float = 0
    ) -> UUID:
        id_, jid = uuid4(), self.client(name)
        key = match_key(jid.partition("@")[0])
        pets = self.database.execute(
            "select array_agg(id) as ids from pets where contact_id = %s", [self.clients[name]]
        ).fetchone()
        assert pets
        self.database.execute(
            "insert into aurora_proactive_campaign_recipients (id, campaign_id, organization_id, revision, position,"
            " contact_id, pets, phone_key, phone, warmth, status, content, sent_at, metadata)"
            " values (%s, %s, %s, 1, 1, %s, %s, %s, %s, 'warm', %s, 'Oi', now() - make_interval(secs => %s), %s)",
            [id_, campaign, self.organization, self.clients[name], pets["ids"], key, key, status, 86400 * days_ago,
             json.dumps({"gateway_message_id": gateway_id} if gateway_id else {})],
        )  # fmt: skip
        return id_


@pytest.fixture(scope="module")
def hearing(configure: Callable[..., Application]) -> Application:
    return configure(CAMPAIGN_JOINED_WITHIN="0", CAMPAIGN_DIRECT="30")


@pytest.fixture(scope="module")
def address(hearing: Application) -> Iterator[str]:
    with served(create_app(hearing)) as url:
        yield url


@pytest.fixture
def shop(
    world: World, database: Database, http: httpx.Client, stack: LocalStack, hearing: Application, queue: redis.Redis
) -> Shop:
    return Shop(world.business(), database, http, stack.webhook_secret, hearing)


def test_a_yes_confirms_once_whatever_is_told_again(shop: Shop) -> None:
    shop.offer()
    shop.write(shop.owner, "ok")
    shop.act()
    assert shop.write(shop.owner, "sim", id_="YES") == HANDLED
    assert shop.write(shop.owner, "sim", id_="YES") == HANDLED
    assert shop.states() == ["previewed"] and shop.inbox() == 1
    (answer,) = shop.act()
    assert answer.startswith("✅ Combinado!")
    assert shop.states() == ["confirmed"] and shop.inbox() == 0
    (reply,) = [row for row in shop.rows("replies") if row["gateway_message_id"] == "YES"]
    assert (reply["handled"], reply["outcome"], reply["heard"]) == (True, "T1", "sim")
    assert reply["reading"] == {"by": "text", "kind": "yes"}
    assert shop.write(shop.owner, "sim", id_="YES") == HANDLED
    assert shop.inbox() == 0 and shop.act() == [] and shop.states() == ["confirmed"]


def test_a_yes_that_cannot_be_taken_is_told_to_operators(shop: Shop, caplog: pytest.LogCaptureFixture) -> None:
    shop.offer()
    shop.database.execute("delete from aurora_proactive_campaign_settings")
    shop.write(shop.owner, "sim")
    (answer,) = shop.act()
    assert answer.startswith("Ainda não posso enviar para clientes: falta alguém da loja aceitar as condições")
    (line,) = [each.__dict__ for each in caplog.records if each.__dict__.get("action") == "campaign_hindered"]
    assert line["reason"] == "falta alguém da loja aceitar as condições em Ajustes de campanhas"
    assert line["organizationId"] == str(shop.business.organization)


def test_a_job_of_its_own_acts_on_what_was_heard(shop: Shop) -> None:
    shop.offer()
    shop.write(shop.owner, "sim", id_="ONE")
    (job,) = shop.jobs("hear-")
    assert job.id == HearJob(str(shop.business.instance), "ONE").id
    assert (job.func_name, job.kwargs) == (JOB, {"instance": shop.business.instance, "message": "ONE"})


@pytest.mark.parametrize("first", ["owner", "client"])
def test_what_is_told_together_has_its_jobs_whether_it_waits_for_more_or_not(shop: Shop, first: str) -> None:
    shop.offer()
    messages = {"owner": (shop.owner, "sim"), "client": (shop.client("Maria"), "SAIR")}
    told = [
        {
            "key": {"remoteJid": jid, "fromMe": False, "id": f"{who}-{shop.organization}"},
            "message": {"conversation": text}, "messageType": "conversation", "messageTimestamp": int(time.time()),
        }
        for who, (jid, text) in sorted(messages.items(), reverse=first == "owner")
    ]  # fmt: skip
    shop.tell("messages.upsert", told)
    assert len(shop.jobs("hear-")) == 2


@pytest.mark.parametrize(
    "text", ["oi, tem horário amanhã?", "qual o preço do banho?", "me liga", "bom dia, confirma o banho do Rex?"]
)
def test_chatter_is_nobodys_and_keeps_no_word(shop: Shop, text: str) -> None:
    assert shop.write(shop.client("Maria"), text) == NEUTRAL
    assert shop.inbox() == 0 and shop.jobs("hear-") == []
    assert shop.write(shop.owner, text) == NEUTRAL
    shop.act()
    assert shop.inbox() == 0
    kept = json.dumps(shop.rows("replies"), default=str)
    assert text not in kept and len(shop.rows("replies")) == 2


def test_a_stop_acts_and_makes_an_older_yes_void(shop: Shop) -> None:
    shop.offer()
    assert shop.write(shop.owner, "para!", id_="STOP") == HANDLED
    assert shop.act() == ["Tudo bem, não envio. 👍"]
    shop.offer()
    shop.write(shop.owner, "sim", id_="OLDER", ago=120)
    assert shop.act() == []
    assert "confirmed" not in shop.states()


@pytest.mark.parametrize("change", ["edit", "edit-update", "delete", "delete-edited", "reaction"])
def test_a_yes_that_is_changed_or_taken_back_stops(shop: Shop, change: str) -> None:
    offer, preview = shop.offer(), ""
    if change == "reaction":
        shop.write(shop.owner, "ok", quoting=offer)
        shop.act()
        (row,) = [row for row in shop.rows("messages") if row["message_type"] == "campaign_answer"]
        preview = row["metadata"]["gateway_message_id"]
        assert shop.react(shop.owner, "👍", preview) == HANDLED
        shop.act()
        assert shop.states() == ["confirmed"]
    else:
        shop.confirm("YES")
    if change == "edit":
        data = {"key": {"id": "YES", "fromMe": True, "remoteJid": "x"}, "type": 14,
                "editedMessage": {"conversation": "sim, mas amanhã não"}}  # fmt: skip
        assert shop.tell("messages.edited", data) == HANDLED
    elif change == "edit-update":
        message = {"editedMessage": {"message": {"conversation": "deixa eu ver"}}}
        shop.tell("messages.update", {"keyId": "YES", "remoteJid": shop.owner, "fromMe": False, "status": "SERVER_ACK",
                                      "message": message}, 204)  # fmt: skip
    elif change == "delete":
        assert shop.tell("messages.delete", {"id": "YES", "remoteJid": shop.owner, "fromMe": False}) == HANDLED
    elif change == "delete-edited":
        assert shop.tell("messages.edited", {"key": {"id": "YES", "fromMe": True}, "type": "REVOKE"}) == HANDLED
    else:
        assert shop.react(shop.owner, "", preview) == HANDLED
    (answer,) = shop.act()
    assert answer.startswith("Cancelei a campanha") and shop.states() == ["declined"]


def test_an_edit_into_a_yes_makes_a_preview_only(shop: Shop) -> None:
    shop.offer()
    shop.write(shop.owner, "quem vai receber?", id_="ASK")
    shop.act()
    data = {"key": {"id": "ASK"}, "type": 14, "editedMessage": {"conversation": "sim"}}
    assert shop.tell("messages.edited", data) == HANDLED
    (answer,) = shop.act()
    assert answer.startswith("📣 Prévia") and shop.states() == ["previewed"]


def test_a_yes_deleted_before_anybody_acted_is_none(shop: Shop) -> None:
    shop.offer()
    shop.write(shop.owner, "sim", id_="YES")
    shop.tell("messages.delete", {"id": "YES", "remoteJid": shop.owner, "fromMe": False})
    assert shop.act() == [] and shop.states() == [] and shop.inbox() == 0


def test_a_hidden_sender_is_known_by_what_it_quotes_and_then_by_its_name(shop: Shop) -> None:
    offer, lid = shop.offer(), f"{uuid4().int % 10**14:015d}@lid"
    assert shop.write(lid, "sim") == NEUTRAL and shop.inbox() == 0
    assert shop.write(lid, "ok", quoting=offer) == HANDLED
    assert shop.act()[0].startswith("📣 Prévia")
    assert shop.write(lid, "ENVIAR") == HANDLED
    assert shop.act()[0].startswith("✅ Combinado!")


def test_what_was_missed_for_an_hour_makes_a_preview_only(shop: Shop) -> None:
    shop.offer()
    assert shop.write(shop.owner, "sim", ago=3000) == HANDLED
    assert shop.act()[0].startswith("📣 Prévia") and shop.states() == ["previewed"]


def test_after_the_products_bot_an_unquoted_yes_is_not_ours(shop: Shop) -> None:
    offer = shop.offer()
    bot = {"key": {"remoteJid": shop.owner, "fromMe": True, "id": uuid4().hex}, "status": "PENDING",
           "message": {"conversation": "Confirma o banho do Rex?"}, "messageTimestamp": int(time.time())}  # fmt: skip
    shop.tell("send.message", bot, 204)
    assert shop.write(shop.owner, "sim") == NEUTRAL
    assert shop.act() == [] and shop.states() == []
    assert shop.write(shop.owner, "sim", quoting=offer) == HANDLED


def test_what_aurora_itself_wrote_is_not_of_others(shop: Shop) -> None:
    offer = shop.offer()
    told = {"key": {"remoteJid": shop.owner, "fromMe": True, "id": offer}, "status": "PENDING",
            "message": {"conversation": OFFER}, "messageTimestamp": int(time.time()) + 1}  # fmt: skip
    shop.tell("send.message", told, 204)
    # the gateway tells of it before its answer, and so the id, is known
    shop.tell("send.message", told | {"key": told["key"] | {"id": "UNKNOWN"}}, 204)  # type: ignore[operator]
    heard = shop.database.execute(
        "select * from aurora_proactive_heard where instance_name = %s", [shop.business.instance]
    ).fetchall()
    assert [row["others_wrote_at"] for row in heard] == []
    assert shop.write(shop.owner, "sim") == HANDLED


def test_sair_takes_effect_before_the_webhook_is_answered_and_is_answered_once(shop: Shop) -> None:
    quoted = shop.campaign_to("Maria")
    pending = shop.recipient(uuid4(), "Maria")
    jid, key = shop.client("Maria"), match_key(shop.client("Maria").partition("@")[0])
    assert shop.write(jid, "SAIR", id_="OUT") == HANDLED | {"optOut": "sure"}
    assert shop.application.redis.exists(f"aurora:campaign:recipient:{pending}:halt")
    (row,) = shop.rows("opt_outs")
    assert (row["key"], row["level"], row["source"], row["contact_id"]) == (key, "sure", "reply", shop.clients["Maria"])
    assert [entry["kind"] for entry in shop.rows("consents")] == ["objection"]
    shop.act()
    shop.write(jid, "SAIR", id_="OUT")
    assert shop.write(jid, "quero sair", quoting=quoted) == NEUTRAL | {"optOut": "sure"}
    shop.act()
    (answer,) = shop.rows("client_answers")
    assert answer["content"].startswith("Pronto! Você não vai mais receber promoções de Pet shop por aqui.")
    assert len(shop.jobs("client_answer-")) == 1 and len(shop.rows("consents")) == 1
    recipients = {row["status"]: row for row in shop.rows("campaign_recipients")}
    assert recipients["sent"]["opted_out_at"] is not None and recipients["sent"]["answered_at"] is None
    assert shop.write(jid, "VOLTAR") == HANDLED
    shop.act()
    assert shop.rows("opt_outs") == []
    assert sorted(row["kind"] for row in shop.rows("client_answers")) == ["T16", "T17"]
    assert not shop.application.redis.exists(f"aurora:campaign:recipient:{pending}:halt")


@pytest.mark.parametrize(
    ("text", "quotes", "days", "level"),
    [
        ("me tira da lista", False, 30, "sure"), ("STOP", False, 30, "sure"), ("quero sair", False, 30, "sure"),
        ("não quero mais receber promoções", False, 30, "sure"), ("pare de me mandar isso", False, 30, "sure"),
        ("não quero mas receber", False, 30, "sure"), ("chega de propaganda", False, 30, "sure"),
        ("PARA", False, 1, "sure"), ("PARAR", True, 30, "sure"), ("obrigado, pode parar", False, 1, "sure"),
        ("PARA", False, 30, None), ("REMOVER", False, 4, None),
        ("não quero", False, 1, "probable"), ("cancela", True, 30, "probable"), ("chega", False, 1, "probable"),
        ("cancela", False, 30, None), ("me deixa em paz", False, 1, "probable"), ("engano", False, 1, "probable"),
        ("número errado", False, 30, None), ("não", True, 1, None), ("não, obrigado", True, 1, None),
        ("posso sair com ele às 15h?", True, 1, None), ("tem como parar a coceira?", True, 1, None),
        ("preciso cancelar o banho", True, 1, None), ("não quero sair da lista", True, 1, None),
    ],
)  # fmt: skip
def test_what_clients_write_is_heard_by_rule(shop: Shop, text: str, quotes: bool, days: float, level: Any) -> None:
    quoted = shop.campaign_to("Joao", days_ago=days)
    answer = shop.write(shop.client("Joao"), text, quoting=quoted if quotes else None)
    assert answer == {"handled": level == "sure", "optOut": level, "luto": False}
    shop.act()
    assert [row["level"] for row in shop.rows("opt_outs")] == ([level] if level else [])
    if level == "probable":
        (row,) = shop.rows("opt_outs")
        assert dt.timedelta(days=89) < row["until"] - dt.datetime.now(dt.UTC) < dt.timedelta(days=91)
    assert len(shop.rows("client_answers")) == (level == "sure")
    sent = next(row for row in shop.rows("campaign_recipients"))
    within = days <= 3
    assert (sent["answered_at"] is not None) == (level is None and within)
    assert shop.inbox() == 0


def test_a_booking_ahead_makes_cancelar_no_opt_out(shop: Shop) -> None:
    quoted = shop.campaign_to("Bia")
    shop.database.execute(
        "insert into bookings (organization_id, contact_id, start_time, status)"
        " values (%s, %s, now() + interval '1 day', 'confirmed')",
        [shop.organization, shop.clients["Bia"]],
    )
    assert shop.write(shop.client("Bia"), "cancelar", quoting=quoted) == NEUTRAL
    shop.act()
    assert shop.rows("opt_outs") == []


def test_the_answer_to_who_leaves_goes_out_once_with_its_record(shop: Shop, world: World) -> None:
    shop.campaign_to("Maria")
    shop.write(shop.client("Maria"), "SAIR")
    shop.act()
    (job,) = shop.jobs("client_answer-")
    shop.application.rate_limiter.mark_quiet()
    for _ in range(2):
        item = work_item("client_answer", job.kwargs, job.id, 2)
        actions = [result.outcome for result in shop.application.pipeline.run(Batch([item]))]
    assert actions == [Done("already_sent")]
    (row,) = shop.rows("client_answers")
    assert (row["status"], row["error_message"]) == ("sent", None)
    assert row["metadata"]["gateway_message_id"] and "claim" not in row["metadata"]
    told = [each["text"] for each in world.sandbox.messages(instance=shop.business.instance)]
    assert told == [row["content"]]


def test_sair_and_voltar_as_words_of_anothers_menu_are_not_for_us(shop: Shop) -> None:
    shop.campaign_to("Maria")
    menu = {"key": {"remoteJid": shop.client("Maria"), "fromMe": True, "id": uuid4().hex}, "status": "PENDING",
            "message": {"conversation": "1 - Banho\n0 - Sair"}, "messageTimestamp": int(time.time())}  # fmt: skip
    shop.tell("send.message", menu, 204)
    assert shop.write(shop.client("Maria"), "SAIR") == NEUTRAL
    shop.act()
    assert shop.rows("opt_outs") == []


@pytest.mark.parametrize(("text", "key"), [("o Rex morreu", "pet:"), ("minha cachorra faleceu ontem", "contact:")])
def test_a_pet_that_died_is_told_and_nothing_is_answered(shop: Shop, text: str, key: str) -> None:
    pending = shop.recipient(uuid4(), "Maria")
    assert shop.write(shop.client("Maria"), text) == NEUTRAL | {"luto": True}
    shop.act()
    (row,) = shop.rows("opt_outs")
    assert row["level"] == "luto" and row["key"].startswith(key) and row["contact_id"] == shop.clients["Maria"]
    assert shop.application.redis.exists(f"aurora:campaign:recipient:{pending}:halt")
    assert shop.rows("client_answers") == []


def test_a_hidden_client_who_leaves_is_kept_by_name_until_known(shop: Shop) -> None:
    lid = f"{uuid4().int % 10**14:015d}"
    assert shop.write(f"{lid}@lid", "SAIR")["optOut"] == "sure"
    shop.act()
    assert [row["key"] for row in shop.rows("opt_outs")] == [f"lid:{lid}"] and shop.rows("client_answers") == []
    shop.write(f"{lid}@lid", "oi", remoteJidAlt=shop.client("Joao"))
    key = match_key(shop.client("Joao").partition("@")[0])
    assert [row["key"] for row in shop.rows("opt_outs")] == [key]


def test_sair_of_an_owner_is_a_no_and_says_where_the_switch_is(shop: Shop) -> None:
    shop.offer()
    assert shop.write(shop.owner, "SAIR") == HANDLED | {"optOut": "sure"}
    declined, switch = shop.act()
    assert declined == "Tudo bem, não envio. 👍" and "chave da Aurora" in switch
    assert [row["level"] for row in shop.rows("opt_outs")] == ["sure"] and shop.rows("client_answers") == []


def test_what_is_written_within_eight_seconds_is_read_together_and_a_stop_waits_for_nothing(
    shop: Shop, configure: Callable[..., Application]
) -> None:
    shop.offer()
    patient = ConversationHearing.of(configure(CAMPAIGN_JOINED_WITHIN="8"))
    instance = str(shop.business.instance)
    for id_, text in (("A", "sim"), ("B", "menos a Maria")):
        shop.write(shop.owner, text, id_=id_)
        assert 0 < (patient.hear(instance, id_) or 0) <= 8
    shop.database.execute("update aurora_proactive_inbox set received_at = now() - interval '9 seconds'")
    assert patient.hear(instance, "A") is None and patient.hear(instance, "B") is None
    (answer,) = shop.act()
    assert answer.startswith("📣 Prévia") and "Vão receber: 2 clientes" in answer
    read = {row["gateway_message_id"]: row["reading"] for row in shop.rows("replies")}
    assert (read["A"]["as"], read["B"].get("as"), read["A"]["kind"]) == ("B", None, "except")
    shop.write(shop.owner, "sim", id_="C", ago=30)
    shop.write(shop.owner, "para!", id_="D")
    assert patient.hear(instance, "D") is None and shop.inbox() == 0
    assert shop.states() == ["declined"]


def test_one_person_is_acted_for_by_one_job_at_a_time(shop: Shop) -> None:
    shop.offer()
    shop.write(shop.owner, "ok", id_="A")
    key = hearing_key(str(shop.business.instance), match_key(shop.owner.partition("@")[0]))
    hearing = ConversationHearing.of(shop.application)
    with shop.application.redis.lock(key, timeout=10):
        assert hearing.hear(str(shop.business.instance), "A") == 1.0
    assert shop.inbox() == 1 and shop.states() == []
    assert hearing.hear(str(shop.business.instance), "A") is None
    assert shop.states() == ["previewed"] and hearing.hear(str(shop.business.instance), "A") is None


def test_after_six_answers_in_an_hour_that_change_nothing_aurora_is_silent(shop: Shop) -> None:
    shop.offer()
    for _ in range(6):
        shop.write(shop.owner, "talvez")
        assert len(shop.act()) == 1
    shop.write(shop.owner, "talvez")
    assert shop.act() == []
    shop.write(shop.owner, "ok")
    assert shop.act()[0].startswith("📣 Prévia")


def test_what_was_kept_and_lost_its_job_is_taken_up(shop: Shop, queue: redis.Redis) -> None:
    shop.offer()
    shop.write(shop.owner, "sim", id_="LOST")
    queue.flushdb()  # whoever was killed between the row and the job
    shop.database.execute(
        "update aurora_proactive_inbox set received_at = now() - interval '2 minutes' where instance_name = %s",
        [shop.business.instance],
    )
    assert keep_hearing(shop.application, dt.datetime.now(dt.UTC)) >= 1
    assert "LOST" in [job.kwargs["message"] for job in shop.jobs("hear-")]
    assert len(shop.act()) == 1 and shop.inbox() == 0


@pytest.mark.parametrize("known_as", ["claim", "doubt"])
def test_an_answer_to_what_is_not_settled_yet_waits_for_it_and_a_stop_does_not(shop: Shop, known_as: str) -> None:
    gateway_id = shop.offer()

    def settle(status: str, metadata: dict[str, Any]) -> None:  # as a worker that died left it, and as another ends it
        shop.database.execute(
            "update aurora_proactive_messages set status = %s, metadata = metadata || %s where organization_id = %s"
            " and metadata ->> 'gateway_message_id' = %s",
            [status, json.dumps(metadata), shop.organization, gateway_id],
        )

    settle("pending", {known_as: True})
    shop.write(shop.owner, "sim, menos a Maria", id_="EARLY")
    hearing = ConversationHearing.of(shop.application)
    assert hearing.hear(str(shop.business.instance), "EARLY") == pytest.approx(5)
    assert shop.inbox() == 1
    settle("sent", {})
    assert "Prévia" in shop.act()[0]
    settle("pending", {known_as: True})
    shop.write(shop.owner, "para", id_="STOP")
    assert hearing.hear(str(shop.business.instance), "STOP") is None


def test_what_never_settles_is_waited_for_three_minutes(shop: Shop) -> None:
    shop.offer()
    shop.database.execute(
        "update aurora_proactive_messages set status = 'pending', metadata = metadata || '{\"doubt\": true}'"
        " where organization_id = %s",
        [shop.organization],
    )
    shop.write(shop.owner, "sim", id_="EARLY")
    later = lambda: dt.datetime.now(dt.UTC) + dt.timedelta(minutes=4)  # noqa: E731
    assert ConversationHearing(shop.application, HearingStore(shop.application.database), later).hear(
        str(shop.business.instance), "EARLY"
    ) is None  # fmt: skip
    assert shop.inbox() == 0


def test_what_an_owner_chooses_is_written_and_then_echoed_and_the_bot_keeps_quiet(shop: Shop) -> None:
    assert shop.write(shop.owner, "não quero mais aniversários", id_="CHOICE") == HANDLED
    assert shop.act() == []
    (row,) = shop.rows("send_times")
    assert (row["message_type"], row["is_on"], row["via"], row["reply"]) == ("birthdays", False, "whatsapp", "CHOICE")
    (job,) = shop.jobs("choice_answer-")
    assert job.kwargs["data"]["text"].startswith("Combinado, não mando mais os aniversários.")
    assert job.kwargs["key"] == "CHOICE:H2"
    assert shop.write(shop.owner, "não quero mais aniversários", id_="CHOICE") == HANDLED
    shop.act()
    assert len(shop.jobs("choice_answer-")) == 1
    (kept,) = [each for each in shop.rows("replies") if each["gateway_message_id"] == "CHOICE"]
    assert (kept["handled"], kept["outcome"]) == (True, "H2")


def test_a_bare_stop_is_for_the_bot_where_the_bot_wrote_last(shop: Shop) -> None:
    assert shop.write(shop.owner, "o que você me manda?") == NEUTRAL
    shop.sent("daily_summary", "Resumo", {"occurrence": "2026-06-04"})
    assert shop.write(shop.owner, "o que você me manda?") == HANDLED
