"""What is told of campaigns: an occurrence of its own, once, and a question that has its record's id."""

from __future__ import annotations

import datetime as dt
from typing import Any

import psycopg
import pytest
import redis

from proactive.campaigns.answers import AnswerName
from proactive.campaigns.outgoing_answers import Reply
from proactive.jobs.telling import task_of_reply, tell
from proactive.message_types.registry import MESSAGE_TYPES, check_data
from proactive.queue.rq_classes import JsonJob, JsonQueue
from proactive.storage.supabase import Database
from tests.campaigns.chat import Chat


@pytest.fixture
def chat(database: psycopg.Connection[dict[str, Any]], supabase: Database) -> Chat:
    chat = Chat(database, supabase)
    chat.client("Maria Silva", "11977770001", pet="Rex")
    return chat


def reply_to(chat: Chat, name: AnswerName = "T1", key: str = "3EB0AA:T1") -> Reply:
    return Reply(
        organization_id=chat.organization, owner_id=chat.owner, timezone="America/Sao_Paulo", key=key, name=name,
        text="✅ Combinado!\n\nPara cancelar ou parar, responda PARE.", campaign_ids=(chat.organization,), revision=2,
        at=chat.now, valid_until=chat.now + dt.timedelta(hours=24),
    )  # fmt: skip


def test_an_answer_is_told_once_however_often_it_is_asked_for(chat: Chat, redis_client: redis.Redis) -> None:
    queue, reply = JsonQueue(connection=redis_client), reply_to(chat)
    assert tell(queue, chat.store, [reply]) == tell(queue, chat.store, [reply])
    (id_,) = tell(queue, chat.store, [reply])
    job = JsonJob.fetch(f"campaign_answer-{id_}", connection=redis_client)
    assert job.kwargs["data"] == {"text": reply.text}
    asked = chat.connection.execute("select * from aurora_proactive_questions where id = %s", [id_]).fetchall()
    assert [(row["kind"], row["revision"], row["campaign_ids"]) for row in asked] == [("T1", 2, [chat.organization])]


def test_two_answers_to_one_reply_are_two_messages(chat: Chat, redis_client: redis.Redis) -> None:
    told = tell(JsonQueue(connection=redis_client), chat.store, [reply_to(chat), reply_to(chat, "T2", "3EB0AA:T2")])
    assert len(set(told)) == 2


@pytest.mark.parametrize(
    ("name", "type_"),
    [("T1", "campaign_answer"), ("T10", "campaign_answer"), ("T11", "campaign_report"), ("T13", "campaign_report"),
     ("T14", "campaign_report")],
)  # fmt: skip
def test_what_is_told_unasked_waits_for_the_morning(chat: Chat, name: AnswerName, type_: str) -> None:
    task = task_of_reply(reply_to(chat, name))
    assert task.type == type_
    checked = check_data(MESSAGE_TYPES[type_], task.data)
    assert {name: value for name, value in checked.items() if value is not None} == task.data
