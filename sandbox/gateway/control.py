"""`/sandbox/...`: what people and tests ask and tell the sandbox. No key: it listens on loopback only."""

from __future__ import annotations

from dataclasses import asdict
from json import JSONDecodeError
from typing import Annotated, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.gateway.fault_rules import FaultRule, FaultRules
from sandbox.gateway.records import SandboxInstance
from sandbox.gateway.replies import Refusal, no_instance
from sandbox.gateway.store import Store

State = Literal["open", "connecting", "close"]
Body = TypeVar("Body", bound=BaseModel)


class NewState(BaseModel):
    """The state an instance is to be in."""

    model_config = ConfigDict(extra="forbid")

    state: State


class NewInstance(NewState):
    """An instance to create or change; one that is open was connected by that."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=100)]
    state: State = "open"
    ever_connected: bool | None = None


class Control:
    """The endpoints; every answer is a JSON list or object."""

    def __init__(self, store: Store, mischief: FaultRules) -> None:
        self._store, self._mischief = store, mischief

    def routes(self) -> list[Route]:
        """The control paths."""
        return [
            Route("/sandbox/instances", self.put_instance, methods=["POST"]),
            Route("/sandbox/instances", self.instances),
            Route("/sandbox/instances/{name}/state", self.set_state, methods=["POST"]),
            Route("/sandbox/misbehave", self.misbehave, methods=["POST"]),
            Route("/sandbox/misbehave", self.misbehaviours),
            Route("/sandbox/misbehave", self.behave, methods=["DELETE"]),
            Route("/sandbox/messages", self.messages),
            Route("/sandbox/messages", self.forget_messages, methods=["DELETE"]),
            Route("/sandbox/attempts", self.attempts),
        ]

    async def put_instance(self, request: Request) -> Response:
        """Create an instance, or change its state."""
        wanted = await _read(request, NewInstance)
        ever = wanted.state == "open" if wanted.ever_connected is None else wanted.ever_connected
        instance = self._store.put_instance(wanted.name, wanted.state, ever_connected=ever)
        return JSONResponse(_shown(instance, self._store.counts()), status_code=201)

    async def instances(self, request: Request) -> Response:
        """Every instance with the number of messages it sent."""
        counts = self._store.counts()
        return JSONResponse([_shown(each, counts) for each in self._store.instances()])

    async def set_state(self, request: Request) -> Response:
        """Connect or disconnect an instance."""
        name = request.path_params["name"]
        if self._store.instance(name) is None:
            raise no_instance(name)
        state = (await _read(request, NewState)).state
        instance = self._store.put_instance(name, state, ever_connected=state == "open")
        return JSONResponse(_shown(instance, self._store.counts()))

    async def misbehave(self, request: Request) -> Response:
        """Get something wrong from now on."""
        self._mischief.add(await _read(request, FaultRule))
        return JSONResponse(self._mischief.listed(), status_code=201)

    async def misbehaviours(self, request: Request) -> Response:
        """What is being got wrong."""
        return JSONResponse(self._mischief.listed())

    async def behave(self, request: Request) -> Response:
        """Get nothing wrong any more."""
        self._mischief.clear()
        return Response(status_code=204)

    async def messages(self, request: Request) -> Response:
        """Accepted messages, oldest first."""
        messages = self._store.messages(_since(request), **_equal(request))
        return JSONResponse([asdict(message) for message in messages])

    async def forget_messages(self, request: Request) -> Response:
        """Forget every message and attempt."""
        self._store.forget_messages()
        return Response(status_code=204)

    async def attempts(self, request: Request) -> Response:
        """Every request to send, with its outcome, oldest first."""
        return JSONResponse(self._store.attempts(_since(request), **_equal(request)))


def _shown(instance: SandboxInstance, counts: dict[str, int]) -> dict[str, object]:
    shown = asdict(instance) | {"messages": counts.get(instance.name, 0)}
    del shown["webhook"]
    return shown


def _since(request: Request) -> int:
    given = request.query_params.get("since_id", "0")
    if not given.isdecimal():
        raise Refusal(400, "since_id is a number", "bad_request")
    return int(given)


def _equal(request: Request) -> dict[str, str | None]:
    return {column: request.query_params.get(column) for column in ("instance", "number")}


async def _read(request: Request, kind: type[Body]) -> Body:
    try:
        return kind.model_validate(await request.json())
    except ValidationError as error:
        problems = error.errors(include_url=False, include_context=False, include_input=False)
        words = [f"{'.'.join(map(str, problem['loc']))}: {problem['msg']}" for problem in problems]
        raise Refusal(400, words, "bad_request") from None
    except (JSONDecodeError, UnicodeDecodeError):
        raise Refusal(400, "The body is not JSON", "bad_request") from None
