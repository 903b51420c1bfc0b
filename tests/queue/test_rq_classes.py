"""Jobs and queues are JSON, whoever builds them."""

from __future__ import annotations

import json
import zlib

import redis
from rq import Queue
from rq.serializers import DefaultSerializer

from proactive.queue.rq_classes import QUEUE_NAME, JsonJob, JsonQueue


def test_what_redis_holds_of_a_job_is_json(redis_client: redis.Redis) -> None:
    job = JsonQueue(connection=redis_client).enqueue("os.getcwd", kind="birthdays")
    data = redis_client.hget(job.key, "data")
    assert isinstance(data, bytes)
    assert json.loads(zlib.decompress(data)) == ["os.getcwd", None, [], {"kind": "birthdays"}]


def test_a_serializer_that_somebody_hands_in_does_not_win(redis_client: redis.Redis) -> None:
    assert JsonJob("x", redis_client, DefaultSerializer).serializer is JsonJob("x", redis_client).serializer
    queue = JsonQueue("other", redis_client, serializer=DefaultSerializer)
    assert queue.serializer is JsonQueue(connection=redis_client).serializer
    assert isinstance(queue.create_job("os.getcwd"), JsonJob)


def test_the_queue_has_the_name_that_plain_workers_are_given(redis_client: redis.Redis) -> None:
    assert JsonQueue(connection=redis_client).key == Queue("aurora-proactive", connection=redis_client).key
    assert QUEUE_NAME == "aurora-proactive"
