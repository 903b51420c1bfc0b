"""`/sandbox/...`: what people and tests ask and tell the sandbox. No key: it listens on loopback only.

| path | |
|---|---|
| `GET, POST /sandbox/instances`, `POST /sandbox/instances/{name}/state` | who can send; connecting and closing |
| `GET /sandbox/faults` | everything that can be got wrong with a message (fault_table.py) |
| `GET, POST, DELETE /sandbox/misbehave` | what is being got wrong (`FaultRule`) |
| `GET, PATCH, DELETE /sandbox/settings` | how the server is set up (`ServerSettings`) |
| `GET /sandbox/webhooks` | how many webhooks were delivered, tried again, refused, given up, dropped |
| `GET, DELETE /sandbox/messages`, `GET /sandbox/attempts` | what was accepted, every request to send |
| `GET /sandbox/receipts` | what became of the accepted |
| `GET, POST /sandbox/replies` | what people write (`NewReply`) |
| `GET, POST, DELETE /sandbox/people` | the names of people (`Person`) |
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.gateway import fault_table
from sandbox.gateway.connection_states import LOGGED_OUT, ConnectionStates
from sandbox.gateway.control_body import problems, read
from sandbox.gateway.fault_rules import FaultRule, FaultRules
from sandbox.gateway.guard import object_of
from sandbox.gateway.records import SandboxInstance
from sandbox.gateway.replies import PlainJSON, no_instance
from sandbox.gateway.server_settings import SettingsHolder
from sandbox.gateway.store import Store
from sandbox.gateway.webhooks import Webhooks

State = Literal["open", "connecting", "close"]


class NewState(BaseModel):
    """The state an instance is to be in: `connecting` for `seconds` (None: until told), `close` for a `reason`."""

    model_config = ConfigDict(extra="forbid")

    state: State
    seconds: float | None = Field(default=None, ge=0, le=3600)
    reason: int = Field(default=LOGGED_OUT, ge=0, le=999)


class NewInstance(NewState):
    """An instance to create or change; one that is open was connected by that."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=100)]
    state: State = "open"
    ever_connected: bool | None = None


class Control:
    """The endpoints about instances, faults and settings; every answer is a JSON list or object."""

    def __init__(
        self,
        store: Store,
        states: ConnectionStates,
        mischief: FaultRules,
        settings: SettingsHolder,
        webhooks: Webhooks,
    ) -> None:
        self._store, self._states, self._mischief = store, states, mischief
        self._settings, self._webhooks = settings, webhooks

    def routes(self) -> list[Route]:
        """The control paths."""
        return [
            Route("/sandbox/instances", self.put_instance, methods=["POST"]),
            Route("/sandbox/instances", self.instances),
            Route("/sandbox/instances/{name}/state", self.set_state, methods=["POST"]),
            Route("/sandbox/faults", self.faults),
            Route("/sandbox/misbehave", self.misbehave, methods=["POST"]),
            Route("/sandbox/misbehave", self.misbehaviours),
            Route("/sandbox/misbehave", self.behave, methods=["DELETE"]),
            Route("/sandbox/settings", self.settings),
            Route("/sandbox/settings", self.change_settings, methods=["PATCH"]),
            Route("/sandbox/settings", self.reset_settings, methods=["DELETE"]),
            Route("/sandbox/webhooks", self.webhooks),
        ]

    async def put_instance(self, request: Request) -> Response:
        """Create an instance, or change its state."""
        wanted = await read(request, NewInstance)
        instance = self._states.change(
            wanted.name,
            wanted.state,
            ever_connected=wanted.ever_connected,
            seconds=wanted.seconds,
            reason=wanted.reason,
        )
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
        wanted = await read(request, NewState)
        instance = self._states.change(name, wanted.state, seconds=wanted.seconds, reason=wanted.reason)
        return JSONResponse(_shown(instance, self._store.counts()))

    async def faults(self, request: Request) -> Response:
        """Everything that can be got wrong, with its words."""
        return JSONResponse(fault_table.listed())

    async def misbehave(self, request: Request) -> Response:
        """Get something wrong from now on."""
        self._mischief.add(await read(request, FaultRule))
        return PlainJSON(self._mischief.listed(), status_code=201)

    async def misbehaviours(self, request: Request) -> Response:
        """What is being got wrong."""
        return PlainJSON(self._mischief.listed())

    async def behave(self, request: Request) -> Response:
        """Get nothing wrong any more."""
        self._mischief.clear()
        return Response(status_code=204)

    async def settings(self, request: Request) -> Response:
        """How the server is set up."""
        return JSONResponse(self._settings.now.model_dump())

    async def change_settings(self, request: Request) -> Response:
        """Set the server up otherwise from now on."""
        changes: dict[str, Any] = await object_of(request)
        try:
            return JSONResponse(self._settings.change(changes).model_dump())
        except ValidationError as error:
            raise problems(error) from None

    async def reset_settings(self, request: Request) -> Response:
        """Set the server up as it was at the start."""
        self._settings.reset()
        return Response(status_code=204)

    async def webhooks(self, request: Request) -> Response:
        """How many webhooks went how."""
        return JSONResponse(self._webhooks.counts())


def _shown(instance: SandboxInstance, counts: dict[str, int]) -> dict[str, object]:
    shown = asdict(instance) | {"messages": counts.get(instance.name, 0)}
    for hidden in ("webhook", "server_url", "token"):
        del shown[hidden]
    return shown
