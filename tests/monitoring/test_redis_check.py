"""Whether Redis is there and fit: what it lacks is bad, what is dangerous about it a remark."""

from __future__ import annotations

from pathlib import Path

from proactive.monitoring.redis_check import RedisCheck
from proactive.storage.redis import connect
from tests.support.redis_servers import server


def test_what_redis_lacks_is_bad_and_what_is_dangerous_about_it_a_remark(tmp_path: Path) -> None:
    with (
        server(tmp_path, "--maxmemory-policy", "allkeys-lru") as loose,
        server(tmp_path, "--cluster-enabled", "yes") as many,
    ):
        check = RedisCheck(connect(loose.url, 2.0))
        (said,) = check()
        assert (said.code, said.level) == ("redis_dangerous", "warn")
        assert "maxmemory-policy is allkeys-lru" in said.text
        loose.stop()
        (away,) = check()
        assert away.text == "Redis cannot be asked: ConnectionError"
        (unfit,) = RedisCheck(connect(many.url, 2.0))()
        assert unfit.text.startswith("Redis is not usable: one Redis server is needed, not a cluster")
        assert unfit.level == "bad"
