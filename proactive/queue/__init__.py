"""The queue: how tasks get on it, what keeps it moving, and what can be seen of it."""

from proactive.queue.batches import Batches, Taken
from proactive.queue.dispatch import ATTEMPTS, enqueue, enqueue_page, job_id, retry_policy
from proactive.queue.rq_json import QUEUE_NAME, JsonJob, JsonQueue
from proactive.queue.upkeep import Upkeep
from proactive.queue.view import STATES, JobView, QueueView

__all__ = [
    "ATTEMPTS",
    "QUEUE_NAME",
    "STATES",
    "Batches",
    "JobView",
    "JsonJob",
    "JsonQueue",
    "QueueView",
    "Taken",
    "Upkeep",
    "enqueue",
    "enqueue_page",
    "job_id",
    "retry_policy",
]
