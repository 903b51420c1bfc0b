"""REDIS_URL: what it may look like, and a sentence for everything else that repeats nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from proactive.model.redis_address import NotAnAddress, parse_redis_url

SECRET = "s3cret"


@pytest.mark.parametrize(
    ("url", "hosts", "options"),
    [
        ("redis://localhost:6379/0", [("localhost", 6379)], {"db": 0}),
        ("redis://localhost", [("localhost", 6379)], {"db": 0}),
        ("redis://localhost/", [("localhost", 6379)], {"db": 0}),
        ("redis://:6380/2", [("localhost", 6380)], {"db": 2}),
        ("redis://h:7000?db=3", [("h", 7000)], {"db": 3}),
        ("redis://h/3?db=3", [("h", 6379)], {"db": 3}),
        ("redis://[::1]:6379/0", [("::1", 6379)], {"db": 0}),
        ("redis://:pass@h/0", [("h", 6379)], {"db": 0, "password": "pass"}),
        ("redis://user:p%40ss%3A%2F@h/0", [("h", 6379)], {"db": 0, "username": "user", "password": "p@ss:/"}),
        ("redis://user:pa@ss@h/0", [("h", 6379)], {"db": 0, "username": "user", "password": "pa@ss"}),
        ("redis://user:a:b@h/0", [("h", 6379)], {"db": 0, "username": "user", "password": "a:b"}),
        ("rediss://h", [("h", 6379)], {"db": 0, "ssl": True}),
        (
            "rediss://h?ssl_cert_reqs=none&ssl_check_hostname=false&socket_timeout=2.5&max_connections=50",
            [("h", 6379)],
            {"ssl_cert_reqs": "none", "ssl_check_hostname": False, "socket_timeout": 2.5, "max_connections": 50}
            | {"db": 0, "ssl": True},
        ),
        ("  redis://h/0\n", [("h", 6379)], {"db": 0}),
    ],
)  # fmt: skip
def test_one_server(url: str, hosts: list[tuple[str, int]], options: dict[str, Any]) -> None:
    address = parse_redis_url(url)
    assert (list(address.hosts), address.service, dict(address.options)) == (hosts, None, options)


@pytest.mark.parametrize(
    ("url", "hosts", "service", "options", "asked"),
    [
        ("redis+sentinel://a:1,b:2,c/mymaster/4", [("a", 1), ("b", 2), ("c", 26379)], "mymaster", {"db": 4}, {}),
        ("redis+sentinel://a/mymaster", [("a", 26379)], "mymaster", {"db": 0}, {}),
        ("redis+sentinel://a?service_name=mymaster&db=2", [("a", 26379)], "mymaster", {"db": 2}, {}),
        ("redis+sentinel://[::1]:1,[::2]/m", [("::1", 1), ("::2", 26379)], "m", {"db": 0}, {}),
        (
            "redis+sentinel://u:p@a/m?sentinel_username=w&sentinel_password=x", [("a", 26379)], "m",
            {"username": "u", "password": "p", "db": 0}, {"username": "w", "password": "x"},
        ),
        (
            "rediss+sentinel://a/m?ssl_cert_reqs=none", [("a", 26379)], "m",
            {"db": 0, "ssl": True, "ssl_cert_reqs": "none"}, {"ssl": True, "ssl_cert_reqs": "none"},
        ),
    ],
)  # fmt: skip
def test_the_master_that_sentinels_name(
    url: str, hosts: list[tuple[str, int]], service: str, options: dict[str, Any], asked: dict[str, Any]
) -> None:
    address = parse_redis_url(url)
    assert (list(address.hosts), address.service) == (hosts, service)
    assert (dict(address.options), dict(address.sentinel_options)) == (options, asked)


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("", "has to begin with one of redis://"),
        ("localhost:6379", "has to begin with"),
        (f"http://{SECRET}:6379", "has to begin with"),
        (f"unix:///{SECRET}", "has to begin with"),
        (f"redis-cluster://{SECRET}", "has to begin with"),
        (f"redis://u:{SECRET}#x@h/0", "%23"),
        (f"redis://u:{SECRET}/x@h/0", "written %23"),
        (f"redis://u:{SECRET}?@h/0", "written %23"),
        (f"redis://[{SECRET}/0", "no URL"),
        (f"redis://{SECRET} host/0", "a host should look like"),
        ("redis://h:0/0", "a host should look like"),
        ("redis://h:65536/0", "a host should look like"),
        ("redis://h:abc/0", "a host should look like"),
        ("redis://h:-1/0", "a host should look like"),
        ("redis://a:1,b:2/0", "several hosts are Sentinels"),
        ("redis://h/abc", "the number of a database"),
        ("redis://h/0/1", "the number of a database"),
        ("redis://h/-1", "the number of a database"),
        ("redis://h/1?db=2", "two databases"),
        ("redis://h/0?foo=bar", "an option foo that is none; these are: client_name, db"),
        (f"redis://h/0?{SECRET}!=1", "an option that is none"),
        ("redis://h/0?decode_responses=true", "option decode_responses that is none"),
        ("redis://h/0?retry_on_timeout=true", "option retry_on_timeout that is none"),
        ("redis://h/0?ssl_ca_data=x", "option ssl_ca_data that is none"),
        ("redis://h/0?sentinel_password=x", "option sentinel_password that is none"),
        ("redis://h/0?socket_timeout=abc", "its option socket_timeout should be a number from 0.1 to 600"),
        ("redis://h/0?socket_timeout=nan", "socket_timeout should be a number"),
        ("redis://h/0?socket_timeout=inf", "socket_timeout should be a number"),
        ("redis://h/0?socket_timeout=0", "socket_timeout should be a number"),
        ("redis://h/0?socket_timeout=", "socket_timeout should be a number"),
        ("redis://h/0?max_connections=1.5", "max_connections should be a number from 8 to 100000"),
        ("redis://h/0?protocol=4", "protocol should be a number from 2 to 3"),
        ("redis://h/0?db=x", "db should be a number"),
        ("redis://h/0?socket_keepalive=maybe", "socket_keepalive should be true or false"),
        ("redis://h/0?client_name=a%20b", "client_name must have no spaces"),
        ("redis://h/0?password=", "password is empty"),
        ("redis://h/0?socket_timeout=1&socket_timeout=2", "socket_timeout is there twice"),
        ("redis://h/0?ssl_cert_reqs=none", "ssl_cert_reqs needs rediss://"),
        ("rediss://h/0?ssl_cert_reqs=CERT_NONE", "ssl_cert_reqs should be one of required, optional, none"),
        (f"rediss://h/0?ssl_ca_certs=/{SECRET}.pem", "ssl_ca_certs names a file that is not there"),
        (f"rediss://h/0?ssl_ca_path=/{SECRET}", "ssl_ca_path names a folder that is not there"),
        ("redis+sentinel://a:1,b:2", "the name of the Sentinels' master is missing"),
        ("redis+sentinel://a:1,b:2/m/x", "the number of a database"),
        ("redis+sentinel://a:1,,b:99999/m", "a host should look like"),
        ("redis+sentinel://a/m?ssl_check_hostname=no", "ssl_check_hostname needs rediss+sentinel://"),
    ],
)  # fmt: skip
def test_everything_else_is_a_sentence_that_repeats_no_value(url: str, said: str) -> None:
    with pytest.raises(NotAnAddress) as refused:
        parse_redis_url(url)
    assert said in str(refused.value)
    assert SECRET not in str(refused.value)


def test_a_certificate_that_is_there_is_taken(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").touch()
    address = parse_redis_url(f"rediss://h?ssl_ca_certs={tmp_path}/ca.pem&ssl_ca_path={tmp_path}")
    assert address.options["ssl_ca_certs"] == f"{tmp_path}/ca.pem"
