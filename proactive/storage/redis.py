"""The one way to Redis: connection, names of our keys, loading of Lua scripts.

Keys of RQ and rq-scheduler (`rq:*`) are theirs to name. Ours begin with `aurora:`; a name that is changed here is
data that is forgotten there, so none of them ever is.
"""

from __future__ import annotations

from importlib.resources import files
from typing import Any, cast
from uuid import UUID

from redis import Redis
from redis.backoff import NoBackoff
from redis.commands.core import Script
from redis.retry import Retry
from redis.sentinel import Sentinel

from proactive.errors import SettingsError
from proactive.model.redis_address import NotAnAddress, parse_redis_url
from proactive.settings import RedisSettings

#: A hash: rows that Supabase has not confirmed, by record id.
OUTBOX = "aurora:outbox"
#: A hash: rows that Supabase will never take, by record id, for an operator to look at.
OUTBOX_REFUSED = "aurora:outbox:refused"
#: A hash: what all workers counted and timed (`model.metrics` names its fields).
METRICS = "aurora:metrics"
#: A hash: what was learned of the gateway (version, whether it keeps messages), and when.
GATEWAY_MEMORY = "aurora:gateway:memory"
#: The scheduler's last heartbeat, in seconds since 1970 by Redis' clock.
SCHEDULER_HEARTBEAT = "aurora:heartbeat:scheduler"
#: A hash: which run of Redis the permits belong to, and since when.
PERMITS_EPOCH = "aurora:pace:epoch"
#: Hashes: the raised alerts with their notices; when those about `queue` and `records` were last evaluated (its clock).
ALERTS_RAISED, ALERTS_EVALUATED = "aurora:alerts:raised", "aurora:alerts:evaluated"
#: A list: changes by people that Supabase has not taken yet, oldest first.
CHANGES_UNWRITTEN = "aurora:changes:unwritten"
#: A set: instances that were stopped while Supabase was away.
STOPS_UNWRITTEN = "aurora:breaker:unwritten"
#: Which process evaluates the alerts, and which does the maintenance for all, now; they expire unless they are kept.
ALERTS_TURN, MAINTENANCE_TURN = "aurora:alerts:turn", "aurora:maintenance:turn"
#: How far today's look through the product's values came.
ODD_VALUES_ROUND = "aurora:alerts:odd_values"
#: Up to when records have lost their words, as Supabase wrote it.
FORGOTTEN_UNTIL = "aurora:retention:until"
#: Beginnings of keys with which a process tries its rights when it starts (`storage.redis_rights`).
CHECKED_KEYS = ("aurora:check:", "rq:check:")
#: What the library that counts requests puts before its keys.
REQUEST_RATE_PREFIX = "aurora:api:rate"

#: Seconds that one Sentinel has to answer before the next one is asked.
_SENTINEL_PATIENCE = 2.0


def lease_key(message_id: UUID) -> str:
    """A hash: the lease of an occurrence and its outcome."""
    return f"aurora:handover:{message_id}"


def campaign_halt_key(campaign: str) -> str:
    """What stops a campaign: while it is there, nobody begins to write to one of its clients."""
    return f"aurora:campaign:{campaign}:halt"


def recipient_halt_key(recipient: UUID) -> str:
    """What stops one recipient of a campaign."""
    return f"aurora:campaign:recipient:{recipient}:halt"


def skip_key(message: UUID) -> str:
    """Somebody skips a message of an owner: nobody begins to send it; it expires, when the row says so."""
    return f"aurora:skip:{message}"


def hearing_key(instance: str, person: str) -> str:
    """Which job acts on what a person wrote to an instance; it expires."""
    return f"aurora:hear:{instance}:{person}"


def permits_key(instance: str) -> str:
    """A sorted set: the permits of a WhatsApp instance that still count."""
    return f"aurora:pace:{instance}:permits"


def turns_key(instance: str) -> str:
    """A sorted set: the turns of messages that wait for a permit of an instance."""
    return f"aurora:pace:{instance}:turns"


def instance_pause_key(instance: str) -> str:
    """The reason of an instance's pause; it expires with the pause."""
    return f"aurora:pace:{instance}:pause"


def back_off_key(instance: str) -> str:
    """A hash: what an instance's messages wait for, since when, and how often it was looked at."""
    return f"aurora:pace:{instance}:back_off"


def operators_told_key(reason: str) -> str:
    """Operators were told of this failure of the gateway's configuration, and need not be told again yet."""
    return f"aurora:gateway:told:{reason}"


def reconnection_key(instance: str) -> str:
    """What an instance failed to send is being looked for: a burst of its states asks for it once."""
    return f"aurora:gateway:reconnected:{instance}"


def breaker_keys(instance: str) -> list[str]:
    """What the breaker of an instance knows: its last sends, their fates, when it was heard, whether it tells receipts
    (expires), when its connection last changed, and what stops it (expires)."""
    return [f"aurora:breaker:{instance}:{name}" for name in ("sends", "fates", "heard", "tells", "connection", "stop")]


def notices_key(channel: str) -> str:
    """A list: the notices that an alert channel has not sent yet, oldest first."""
    return f"aurora:alerts:untold:{channel}"


def submission_key(message_id: UUID) -> str:
    """A hash: the job that the API made for an occurrence, and a hash of its data."""
    return f"aurora:api:asked:{message_id}"


def session_key(digest: str) -> str:
    """The caller who is signed in with the cookie of that hash."""
    return f"aurora:pages:session:{digest}"


def resend_round_key(token: str) -> str:
    """Which messages one click on the pages sent again; it expires."""
    return f"aurora:pages:resent:{token}"


def connect_redis(settings: RedisSettings, patience: float | None = None) -> Redis:
    """A client that fails at once where Redis is away: waiting is its users' business. Connects to nothing yet.

    `patience` is how many seconds connecting and each answer may take, instead of 5 and the client's own default.

    Raises:
        SettingsError: REDIS_URL names no Redis.
    """
    return connect(settings.redis_url.get_secret_value(), patience)


def connect(url: str, patience: float | None = None) -> Redis:
    """The same for an address. With Sentinels every new connection asks them for the master. Raises SettingsError."""
    try:
        address = parse_redis_url(url)
    except NotAnAddress as error:
        raise SettingsError(f"The address of Redis is not usable: {error}.") from None
    options: dict[str, Any] = {"socket_connect_timeout": patience or 5.0, "socket_keepalive": True}
    options |= {"health_check_interval": 30, "retry": Retry(NoBackoff(), 1)}
    if patience is not None:
        options["socket_timeout"] = patience
    options |= address.options
    if address.service is None:
        ((host, port),) = address.hosts
        return Redis(host=host, port=port, **options)
    patient = dict.fromkeys(("socket_connect_timeout", "socket_timeout"), _SENTINEL_PATIENCE)
    sentinels = Sentinel(list(address.hosts), sentinel_kwargs=dict(address.sentinel_options) | patient, **options)
    return cast(Redis, sentinels.master_for(address.service))


class ConfiguredRedis(Redis):
    """For RQ's command line, which makes its connection by `from_url` of a class: ours, whatever class asks."""

    @classmethod
    def from_url(cls, url: str, **_: Any) -> Redis:
        """A client of that address. Raises SettingsError."""
        return connect(url)


def load_script(redis: Redis, room: str, name: str) -> Script:
    """The script `proactive/<room>/lua/<name>.lua`; Redis is asked for it when it first runs."""
    source = files(f"proactive.{room}").joinpath("lua", f"{name}.lua").read_text(encoding="utf-8")
    return redis.register_script(source)
