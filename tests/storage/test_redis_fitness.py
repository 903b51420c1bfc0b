"""What a Redis must be for the worker: each thing that is wrong is a sentence, and Redis being away is none of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import redis

from proactive.errors import RedisUnfit
from proactive.storage.redis import connect
from proactive.storage.redis_fitness import examine, require_fit
from tests.support.redis_servers import HOST, certificate, free_port, sentinels, server, tls_in_front
from tests.support.world import eventually

FIT = ("--appendonly", "yes")


def test_the_stacks_own_is_fit(redis_client: redis.Redis) -> None:
    assert require_fit(redis_client) == ()
    assert redis_client.keys("*check*") == []


def test_a_policy_that_forgets_and_no_append_only_file_are_dangers_and_no_faults(tmp_path: Path) -> None:
    with server(tmp_path, "--maxmemory-policy", "allkeys-lru") as found:
        policy, append_only = require_fit(connect(found.url))
    assert policy.startswith("maxmemory-policy is allkeys-lru")
    assert append_only.startswith("appendonly is off")


@pytest.mark.parametrize("policy", ["volatile-lru", "volatile-ttl", "allkeys-random", "volatile-lfu"])
def test_any_policy_but_noeviction_is_told(tmp_path: Path, policy: str) -> None:
    with server(tmp_path, *FIT, "--maxmemory-policy", policy) as found:
        assert [danger.split(":")[0] for danger in require_fit(connect(found.url))] == [f"maxmemory-policy is {policy}"]


def test_a_cluster_is_refused_with_or_without_slots(tmp_path: Path) -> None:
    with server(tmp_path, *FIT, "--cluster-enabled", "yes") as found:
        with pytest.raises(RedisUnfit, match="one Redis server is needed, not a cluster"):
            require_fit(connect(found.url))
        found.client().execute_command("CLUSTER", "ADDSLOTSRANGE", 0, 16383)
        with pytest.raises(RedisUnfit, match="one Redis server is needed, not a cluster"):
            require_fit(connect(found.url))


def test_a_replica_is_refused(tmp_path: Path) -> None:
    with server(tmp_path, *FIT) as master, server(tmp_path, *FIT, "--replicaof", f"{HOST} {master.port}") as found:
        replica = connect(found.url)
        with pytest.raises(RedisUnfit, match="it is a replica, which takes no writes"):
            require_fit(replica)


@pytest.mark.parametrize(
    ("rights", "named"),
    [
        ("~rq:* ~aurora:* &rq:* +@all -@dangerous", "INFO"),
        ("~rq:* ~aurora:* &rq:* +@all -eval", "EVAL"),
        ("~rq:* ~aurora:* &rq:* +@all -@scripting", "EVAL, EVALSHA and SCRIPT"),
        ("~rq:* ~aurora:* &rq:* +@all -blmove", "BLMOVE"),
        ("~rq:* ~aurora:* &rq:* +@all -@blocking", "BLMOVE"),
        ("~rq:* ~aurora:* &rq:* +@all -xadd -zadd", "ZADD, XADD"),
        ("~rq:* ~aurora:* &rq:* +@all -multi", "MULTI and EXEC"),
        ("~rq:* ~aurora:* &rq:* +@all -watch", "WATCH"),
        ("~rq:* ~aurora:* &rq:* +@all -time", "TIME"),
        ("~rq:* ~aurora:* resetchannels +@all", "PUBLISH to rq:pubsub:*, SUBSCRIBE to rq:pubsub:*"),
        ("~rq:* ~aurora:* &rq:* +@all -subscribe", "SUBSCRIBE to rq:pubsub:*"),
        ("~rq:* &rq:* +@all", "keys that begin with aurora:"),
        ("~aurora:* &rq:* +@all", "keys that begin with rq:"),
        ("%R~rq:* %R~aurora:* &rq:* +@all", "keys that begin with aurora:, keys that begin with rq:"),
    ],
)
def test_a_missing_right_is_named(tmp_path: Path, rights: str, named: str) -> None:
    with server(tmp_path, *FIT, config=f"user aurora on >s3cret {rights}") as found:
        client = connect(found.url.replace("//", "//aurora:s3cret@"))
        with pytest.raises(RedisUnfit) as refused:
            require_fit(client)
    assert f"its user may not use, or it does not have: {named} (docs" in str(refused.value)
    assert "s3cret" not in str(refused.value)


@pytest.mark.parametrize("user", ["aurora:wrong", "nobody:s3cret", ":wrong", "off:s3cret"])
def test_a_wrong_user_or_password_is_a_fault_and_not_redis_being_away(tmp_path: Path, user: str) -> None:
    users = "user aurora on >s3cret ~* &* +@all\nuser off off >s3cret ~* &* +@all\nrequirepass other"
    with server(tmp_path, *FIT, config=users) as found:
        with pytest.raises(RedisUnfit, match="does not take the user or the password"):
            require_fit(connect(found.url.replace("//", f"//{user}@")))
        with pytest.raises(RedisUnfit, match="does not take the user or the password"):
            require_fit(connect(found.url))


def test_a_redis_that_is_away_is_no_fault() -> None:
    with pytest.raises(redis.ConnectionError):
        examine(connect(f"redis://{HOST}:{free_port()}/0"))


def test_tls_is_spoken_and_checked(tmp_path: Path) -> None:
    made = certificate(tmp_path)
    with server(tmp_path, *FIT) as found, tls_in_front(found.port, made) as port:
        address = f"rediss://{HOST}:{port}/0"
        assert require_fit(connect(f"{address}?ssl_ca_certs={made.path}")) == ()
        assert require_fit(connect(f"{address}?ssl_cert_reqs=none")) == ()
        with pytest.raises(redis.ConnectionError):
            examine(connect(address))  # nobody that this machine trusts has signed it
        with pytest.raises(redis.RedisError):
            examine(connect(f"redis://{HOST}:{port}/0?socket_timeout=2"))


def test_a_clients_own_certificate_is_shown(tmp_path: Path) -> None:
    made = certificate(tmp_path)
    with server(tmp_path, *FIT) as found, tls_in_front(found.port, made, ask_for_one=True) as port:
        address = f"rediss://{HOST}:{port}/0?ssl_ca_certs={made.path}"
        assert require_fit(connect(f"{address}&ssl_certfile={made.path}&ssl_keyfile={made.key}")) == ()
        with pytest.raises(redis.ConnectionError):
            examine(connect(address))


def test_the_master_of_sentinels_is_found_and_after_a_failover_the_new_one(tmp_path: Path) -> None:
    with sentinels(tmp_path) as found:
        watched = f"{found.hosts}/aurora/0?sentinel_username=watch&sentinel_password=watch-secret"
        client = connect(f"redis+sentinel://:server-secret@{watched}")
        assert require_fit(client) == ()
        client.set("aurora:kept", "yes")
        before = found.master()
        assert client.execute_command("WAIT", 1, 5000) == 1
        before.stop()
        eventually(lambda: _read(client), 40, "the new master")
        assert client.set("aurora:kept", "still")
        assert found.master().port != before.port


def _read(client: redis.Redis) -> bool:
    try:
        return client.get("aurora:kept") == b"yes"
    except redis.ConnectionError:
        return False


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("redis+sentinel://:server-secret@{hosts}/another/0", "no Sentinel knows a master of the name"),
        (
            "redis+sentinel://{hosts}/aurora?sentinel_username=watch&sentinel_password=no",
            "a Sentinel does not take",
        ),
        ("redis+sentinel://:wrong@{hosts}/aurora/0", "the user or the password"),
        ("redis+sentinel://:server-secret@{servers}/aurora/0", "a Sentinel does not take"),
    ],
)
def test_what_is_wrong_with_sentinels_is_told(watched: tuple[str, str], address: str, said: str) -> None:
    hosts, servers = watched
    with pytest.raises(RedisUnfit, match=said):
        require_fit(connect(address.format(hosts=hosts, servers=servers)))


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    with sentinels(tmp_path_factory.mktemp("watched")) as found:
        yield found.hosts, f"{HOST}:{found.servers[0].port}"
