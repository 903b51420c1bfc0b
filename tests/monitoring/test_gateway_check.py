"""Whether the gateway answers, takes our key, and keeps what it sends."""

from __future__ import annotations

import redis

from proactive.gateways.faults import GatewayError, GatewayFault
from proactive.model.failure_reasons import FailureReason
from proactive.monitoring.connections import build_connections
from proactive.monitoring.gateway_check import GatewayCheck
from proactive.storage.redis import GATEWAY_MEMORY
from sandbox.stack import LocalStack
from tests.monitoring.conftest import SettingsFor
from tests.support.stand_ins import StandingGateway
from tests.support.world import World


def checked(settings_for: SettingsFor, **changes: str) -> GatewayCheck:
    settings = settings_for(**changes)
    connections = build_connections(settings)
    return GatewayCheck(str(settings.whatsapp_url), connections.gateway, connections.redis, 2.0)


def test_a_gateway_that_is_away_is_named_without_its_address(settings_for: SettingsFor) -> None:
    (said,) = checked(settings_for, whatsapp_url="http://127.0.0.1:9")(["org1"])
    assert said.code == "gateway_away"
    assert said.text.startswith("the gateway cannot be reached: ") and "127.0.0.1" not in said.text


def test_a_key_that_the_gateway_does_not_take_is_found_before_anything_is_sent(
    settings_for: SettingsFor, world: World, redis_client: redis.Redis
) -> None:
    instance = world.business().instance or ""
    assert checked(settings_for)([instance]) == []
    wrong = checked(settings_for, whatsapp_api_key="a-wrong-key-0123456789")
    (said,) = wrong(["unknown-here", instance])
    assert (said.code, said.blocks) == ("gateway_key", True)
    assert "a-wrong-key" not in said.text + said.advice
    assert wrong([]) == []  # nothing is known to ask it about


def test_what_it_says_of_one_instance_is_no_word_on_the_key(stack: LocalStack, redis_client: redis.Redis) -> None:
    closed = StandingGateway(GatewayError(GatewayFault.NO_INSTANCE, FailureReason.GATEWAY_LACKS_INSTANCE))
    assert GatewayCheck(stack.environment()["WHATSAPP_URL"], closed, redis_client, 2.0)(["org1"]) == []  # type: ignore[arg-type]


def test_a_gateway_that_keeps_no_messages_is_remarked(settings_for: SettingsFor, redis_client: redis.Redis) -> None:
    redis_client.hset(GATEWAY_MEMORY, "keeps", "no")
    assert [each.code for each in checked(settings_for).memory()] == ["gateway_forgets"]
