"""The schedule in a real Redis: registered once, fired once, healed when hurt."""

from __future__ import annotations

import datetime as dt
import json
import threading
from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import redis
from rq.job import JOB_ID_PATTERN
from rq_scheduler import Scheduler

from proactive.message_types.registry import MESSAGE_TYPES
from proactive.queue.maintenance import QueueMaintenance
from proactive.queue.rq_classes import QUEUE_NAME, JsonJob, JsonQueue
from proactive.schedule.entries import CronEntry, entries_for
from proactive.schedule.scheduler import CronSchedule
from sandbox.stack import LocalStack

SP, MANAUS = "America/Sao_Paulo", "America/Manaus"
#: A Monday, 12:00 in São Paulo, 11:00 in Manaus.
NOON = dt.datetime(2026, 11, 23, 15, tzinfo=dt.UTC)
SUMMARY = CronEntry("daily_summary", SP, "0 18 * * *")
SCHEDULED = "rq:scheduler:scheduled_jobs"


@pytest.fixture
def schedule(redis_client: redis.Redis) -> CronSchedule:
    return CronSchedule(redis_client)


def six(day: int = 23) -> dt.datetime:
    """18:00 in São Paulo."""
    return dt.datetime(2026, 11, day, 21, tzinfo=dt.UTC)


def contents(client: redis.Redis) -> dict[bytes, Any]:
    """Everything in Redis but RQ's own "when was this touched"."""
    kinds: dict[object, Callable[[Any], object]] = {
        b"zset": lambda key: client.zrange(key, 0, -1, withscores=True),
        b"hash": client.hgetall,
    }
    kinds |= {b"list": lambda key: client.lrange(key, 0, -1), b"set": client.smembers, b"string": client.get}
    return {key: kinds[client.type(key)](key) for key in client.scan_iter()}


def ticks(client: redis.Redis) -> list[dict[str, Any]]:
    """What is on the queue, in its order."""
    ids = JsonQueue(connection=client).get_job_ids()
    return [job.kwargs for job in JsonJob.fetch_many(ids, connection=client) if job]


def runs(client: redis.Redis, type_: str = "daily_summary") -> list[str]:
    return [tick["scheduled_for"] for tick in ticks(client) if tick["type"] == type_]


def test_a_zone_gets_an_entry_for_each_type_that_has_a_cron(schedule: CronSchedule) -> None:
    schedule.register([SP, MANAUS], NOON)
    planned = schedule.planned()
    assert {(str(p.entry.type), p.entry.timezone, p.entry.cron) for p in planned} == {
        (type_.name, zone, type_.cron) for type_ in MESSAGE_TYPES.values() if type_.cron for zone in (SP, MANAUS)
    }
    assert [p.next_run for p in planned] == sorted(p.next_run for p in planned)
    hours = {p.entry.timezone: p.next_run for p in planned if p.entry.type == "daily_summary"}
    assert hours == {SP: six(), MANAUS: six() + dt.timedelta(hours=1)}


def test_registering_again_changes_nothing_at_all(schedule: CronSchedule, redis_client: redis.Redis) -> None:
    schedule.register([SP, MANAUS], NOON)
    before = contents(redis_client)
    CronSchedule(redis_client).register([MANAUS, SP], NOON + dt.timedelta(hours=30))
    assert contents(redis_client) == before


def test_what_is_due_and_not_yet_fired_stays_due_when_it_is_registered_again(
    schedule: CronSchedule, redis_client: redis.Redis
) -> None:
    schedule.register([SP], NOON)
    late = six() + dt.timedelta(minutes=20)
    schedule.register([SP], late)
    assert schedule.fire_due(late) > 0
    assert runs(redis_client) == [six().isoformat()]


def test_a_new_zone_gets_its_entries_and_one_that_nobody_uses_loses_them(schedule: CronSchedule) -> None:
    schedule.register([SP], NOON)
    schedule.register([SP, "America/Noronha"], NOON)
    assert {p.entry.timezone for p in schedule.planned()} == {SP, "America/Noronha"}
    schedule.register(["America/Noronha"], NOON)
    assert {p.entry.timezone for p in schedule.planned()} == {"America/Noronha"}
    schedule.register([], NOON)
    assert schedule.planned() == []


@pytest.mark.parametrize("nonsense", ["Nowhere/At_All", "", "../etc/passwd", "/etc/localtime", "São Paulo"])
def test_a_name_that_is_no_zone_is_ignored_and_the_others_are_not(schedule: CronSchedule, nonsense: str) -> None:
    schedule.register([nonsense, SP], NOON)
    assert {p.entry.timezone for p in schedule.planned()} == {SP}


def test_every_zone_of_the_world_has_an_id_of_its_own_that_rq_takes() -> None:
    zones = ["Etc/GMT+3", "Etc/GMT-3", "America/Port-au-Prince", "America/Argentina/ComodRivadavia", "UTC", "GMT+0"]
    entries = list(entries_for(zones))
    ids = {entry.id for entry in entries}
    assert len(ids) == len(entries) == 5 * len(zones)
    assert all(JOB_ID_PATTERN.fullmatch(entry_id) for entry_id in ids)


def test_a_changed_cron_is_rewritten_and_nothing_else_is(schedule: CronSchedule, redis_client: redis.Redis) -> None:
    schedule.register([SP], NOON)
    job = JsonJob.fetch(SUMMARY.id, connection=redis_client)
    job.meta["cron_string"] = "0 13 * * *"
    job.save_meta()
    redis_client.zadd(SCHEDULED, {SUMMARY.id: (NOON + dt.timedelta(hours=1)).timestamp()})
    before = contents(redis_client)
    schedule.register([SP], NOON)
    after = contents(redis_client)
    assert {p.entry: p.next_run for p in schedule.planned()}[SUMMARY] == six()
    changed = {key for key in before if before[key] != after.get(key)}
    assert changed == {SCHEDULED.encode(), JsonJob.key_for(SUMMARY.id).encode()}


def test_what_is_due_is_fired_with_its_own_instant_and_moves_to_its_next_run(
    schedule: CronSchedule, redis_client: redis.Redis
) -> None:
    schedule.register([SP], NOON)
    assert schedule.fire_due(six() - dt.timedelta(seconds=1)) == 1  # low occupancy at 17:00
    assert schedule.fire_due(six()) == 1
    assert schedule.fire_due(six() + dt.timedelta(seconds=1)) == 0
    assert ticks(redis_client)[-1] == {"type": "daily_summary", "timezone": SP, "scheduled_for": six().isoformat()}
    assert {p.entry: p.next_run for p in schedule.planned()}[SUMMARY] == six(24)


def test_a_tick_has_a_name_for_its_run_and_all_its_attempts(schedule: CronSchedule, redis_client: redis.Redis) -> None:
    schedule.register([SP], NOON)
    schedule.fire_due(six())
    (job,) = [job for job in JsonQueue(connection=redis_client).jobs if "daily_summary" in job.id]
    assert job.id == "tick-daily_summary-America--Sao_Paulo-20261123T2100"
    assert JOB_ID_PATTERN.fullmatch(job.id)
    assert job.func_name == "proactive.jobs.tick.run"
    assert job.retries_left == 2
    assert job.origin == QUEUE_NAME


def test_each_run_that_was_missed_is_fired_once_in_its_order(schedule: CronSchedule, redis_client: redis.Redis) -> None:
    schedule.register([SP], NOON)
    back = six(26) + dt.timedelta(hours=3)
    schedule.fire_due(back)
    assert runs(redis_client) == [six(day).isoformat() for day in (23, 24, 25, 26)]
    assert schedule.fire_due(back) == 0


def test_a_schedule_that_was_away_for_months_does_not_fire_hundreds(
    schedule: CronSchedule, redis_client: redis.Redis
) -> None:
    schedule.register([SP], NOON)
    schedule.fire_due(six() + dt.timedelta(days=200))
    fired = runs(redis_client)
    assert 7 <= len(fired) <= 8
    assert fired[-1] == (six() + dt.timedelta(days=200)).isoformat()


def test_an_entry_that_is_wholly_lost_is_caught_up_on_its_own_day_if_it_ever_ran(
    schedule: CronSchedule, redis_client: redis.Redis
) -> None:
    schedule.register([SP], six() + dt.timedelta(minutes=5), lambda entry: entry == SUMMARY)
    planned = {p.entry: p.next_run for p in schedule.planned()}
    assert planned[SUMMARY] == six()
    assert all(due > six() for entry, due in planned.items() if entry != SUMMARY)


def test_two_schedules_that_fire_at_once_put_one_tick_on_the_queue(
    stack: LocalStack, redis_client: redis.Redis
) -> None:
    CronSchedule(redis_client).register([SP, MANAUS, "America/Noronha", "America/Rio_Branco"], NOON)
    late = six() + dt.timedelta(hours=2, minutes=30)
    schedules = [CronSchedule(redis.Redis.from_url(stack.redis_url)) for _ in range(4)]
    together = threading.Barrier(len(schedules))

    def fire(schedule: CronSchedule) -> None:
        together.wait()
        for _ in range(20):  # who loses a race sees what is left at its next look
            schedule.fire_due(late)

    threads = [threading.Thread(target=fire, args=[schedule]) for schedule in schedules]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    fired = [json.dumps(tick) for tick in ticks(redis_client)]
    assert sorted(fired) == sorted(set(fired))
    assert len([tick for tick in fired if "daily_summary" in tick]) == 4


def test_a_tick_and_the_entrys_next_run_are_written_as_one(
    stack: LocalStack, schedule: CronSchedule, redis_client: redis.Redis
) -> None:
    schedule.register([SP], NOON)
    redis_client.zadd(SCHEDULED, {SUMMARY.id: NOON.timestamp()})
    with redis.Redis.from_url(stack.redis_url).monitor() as monitor:
        schedule.fire_due(NOON)
        redis_client.echo("over")
        seen = []
        for command in monitor.listen():
            seen.append(command["command"])
            if command["command"].startswith("ECHO over"):
                break
    writes = ("HSET", "HMSET", "RPUSH", "LPUSH", "ZADD", "SADD", "EXPIRE", "ZREM", "DEL", "PERSIST")
    positions = [place for place, command in enumerate(seen) if command.split(" ")[0].upper() in writes]
    begin, end = (next(p for p, c in enumerate(seen) if c.upper().startswith(word)) for word in ("MULTI", "EXEC"))
    assert any(seen[place].startswith("RPUSH") for place in positions)
    assert any(seen[place].startswith(f"ZADD {SCHEDULED}") for place in positions)
    assert all(begin < place < end for place in positions)


def test_a_kill_between_the_steps_leaves_the_run_due(
    schedule: CronSchedule, redis_client: redis.Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    schedule.register([SP], NOON)

    class Killed(BaseException):
        pass

    def die(*args: Any, **options: Any) -> None:
        raise Killed

    with monkeypatch.context() as dying:
        dying.setattr("redis.client.Pipeline.zadd", die)  # the last step before EXEC
        with pytest.raises(Killed):
            schedule.fire_due(six())
    assert ticks(redis_client) == []
    schedule.fire_due(six())
    assert runs(redis_client) == [six().isoformat()]


def test_an_entry_that_somebody_moved_meanwhile_is_not_fired(
    stack: LocalStack, schedule: CronSchedule, redis_client: redis.Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    schedule.register([SP], NOON)
    other = redis.Redis.from_url(stack.redis_url)
    watch: Callable[..., object] = redis.client.Pipeline.watch

    def move_first(pipe: redis.client.Pipeline, *names: Any) -> Any:
        answer = watch(pipe, *names)
        other.zadd(SCHEDULED, {SUMMARY.id: six(24).timestamp()})
        return answer

    monkeypatch.setattr("redis.client.Pipeline.watch", move_first)
    schedule.fire_due(six())
    assert runs(redis_client) == []


#: Entries that can be read and make no sense.
METAS = {
    "no cron": {"cron_string": "every evening"},
    "no zone": {"timezone": "Nowhere/At_All"},
    "misplaced": {"timezone": MANAUS},
}


@pytest.mark.parametrize("harm", ["gone", "garbled", "foreign", "another job", *METAS])
def test_a_broken_entry_stops_nobody_and_loses_no_run_when_it_is_mended(
    schedule: CronSchedule, redis_client: redis.Redis, harm: str
) -> None:
    schedule.register([SP], NOON)
    key = JsonJob.key_for(SUMMARY.id)
    job = JsonJob.fetch(SUMMARY.id, connection=redis_client)
    if harm in METAS:
        job.meta |= METAS[harm]
        job.save_meta()
    else:
        redis_client.delete(key)
    if harm == "garbled":
        redis_client.hset(key, mapping={"data": b"\x80\x04\xff", "created_at": "yesterday"})
    elif harm == "foreign":
        redis_client.set(key, "a string")
    elif harm == "another job":
        JsonJob.create("os.getcwd", id=SUMMARY.id, connection=redis_client).save()
    schedule.fire_due(six())
    assert [tick["type"] for tick in ticks(redis_client)] == ["low_occupancy"]
    schedule.register([SP], six())
    schedule.fire_due(six())
    assert runs(redis_client) == [six().isoformat()]


def test_what_others_keep_in_rq_scheduler_is_left_alone(schedule: CronSchedule, redis_client: redis.Redis) -> None:
    redis_client.zadd(SCHEDULED, {"theirs": NOON.timestamp()})
    schedule.register([SP], NOON)
    schedule.fire_due(six())
    schedule.register([], six())
    assert redis_client.zrange(SCHEDULED, 0, -1) == [b"theirs"]


def test_rq_schedulers_own_tools_see_the_entries(schedule: CronSchedule, redis_client: redis.Redis) -> None:
    schedule.register([SP], NOON)
    plain = Scheduler(queue_name=QUEUE_NAME, connection=redis_client, job_class=JsonJob, queue_class=JsonQueue)
    seen = {job.id: (job, moment) for job, moment in plain.get_jobs(with_times=True)}
    assert len(seen) == 5
    job, moment = seen[SUMMARY.id]
    assert moment == six().replace(tzinfo=None)
    assert job.meta["cron_string"] == "0 18 * * *"
    assert job.description == "daily_summary at 0 18 * * * in America/Sao_Paulo"
    assert SUMMARY.id in plain


def test_entries_stay_for_ever_and_housekeeping_does_not_touch_them(
    schedule: CronSchedule, redis_client: redis.Redis
) -> None:
    schedule.register([SP], NOON)
    schedule.fire_due(six())
    upkeep = QueueMaintenance(JsonQueue(connection=redis_client))
    upkeep.trim()
    upkeep.move_due()
    upkeep.recover()
    assert len(schedule.planned()) == 5
    assert {redis_client.ttl(JsonJob.key_for(p.entry.id)) for p in schedule.planned()} == {-1}


def test_the_schedules_clock_is_redis_own(schedule: CronSchedule, redis_client: redis.Redis) -> None:
    before = redis_client.time()[0]
    now = schedule.now()
    assert now.tzinfo is dt.UTC
    assert before <= now.timestamp() <= redis_client.time()[0] + 1


def test_an_entrys_zone_is_the_one_it_is_read_in() -> None:
    assert SUMMARY.zone == ZoneInfo(SP)
