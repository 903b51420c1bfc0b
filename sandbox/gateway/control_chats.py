"""`/sandbox/messages`, `attempts`, `receipts`, `replies`, `people`: what was sent, what became of it, who writes."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.gateway.chat_store import ChatStore
from sandbox.gateway.control_body import narrowed, read, since_id
from sandbox.gateway.incoming import NewReply
from sandbox.gateway.memory import Memory
from sandbox.gateway.people import People, Person
from sandbox.gateway.records import SandboxReply
from sandbox.gateway.replies import Refusal, no_instance
from sandbox.gateway.store import Store
from sandbox.gateway.webhooks import Webhooks
from sandbox.gateway.writing import ABOUT_ANOTHER, Writing


class NewPeople(BaseModel):
    """People to know by name."""

    model_config = ConfigDict(extra="forbid")

    people: list[Person] = Field(max_length=10_000)


class ControlChats:
    """The endpoints; every answer is a JSON list or object."""

    def __init__(
        self, memory: Memory, store: Store, chats: ChatStore, people: People, webhooks: Webhooks, writing: Writing
    ) -> None:
        self._memory, self._store, self._chats = memory, store, chats
        self._people, self._webhooks, self._writing = people, webhooks, writing

    def routes(self) -> list[Route]:
        """The control paths."""
        return [
            Route("/sandbox/messages", self.messages),
            Route("/sandbox/messages", self.forget_messages, methods=["DELETE"]),
            Route("/sandbox/attempts", self.attempts),
            Route("/sandbox/receipts", self.receipts),
            Route("/sandbox/replies", self.replies),
            Route("/sandbox/replies", self.write, methods=["POST"]),
            Route("/sandbox/people", self.people),
            Route("/sandbox/people", self.name_people, methods=["POST"]),
            Route("/sandbox/people", self.forget_people, methods=["DELETE"]),
        ]

    async def messages(self, request: Request) -> Response:
        """Accepted messages, oldest first."""
        messages = self._store.messages(since_id(request), **narrowed(request))
        return JSONResponse([asdict(message) for message in messages])

    async def forget_messages(self, request: Request) -> Response:
        """Forget every message, receipt, reply and attempt, and tell nothing more of them."""
        self._webhooks.forget()
        self._writing.forget()
        self._memory.forget_messages()
        return Response(status_code=204)

    async def attempts(self, request: Request) -> Response:
        """Every request to send, with its outcome, oldest first."""
        return JSONResponse(self._store.attempts(since_id(request), **narrowed(request)))

    async def receipts(self, request: Request) -> Response:
        """The receipts that came after `since` (Unix seconds), in the order of their times."""
        try:
            since = float(request.query_params.get("since", "0"))
        except ValueError:
            raise Refusal(400, "since is a time in Unix seconds", "bad_request") from None
        return JSONResponse([asdict(receipt) for receipt in self._chats.receipts_since(since)])

    async def replies(self, request: Request) -> Response:
        """What people wrote, oldest first."""
        return JSONResponse([_shown(reply) for reply in self._chats.replies(since_id(request), **narrowed(request))])

    async def write(self, request: Request) -> Response:
        """Write to an instance, or on its phone."""
        wanted = await read(request, NewReply)
        instance = self._store.instance(wanted.instance)
        if instance is None:
            raise no_instance(wanted.instance)
        if wanted.kind in ABOUT_ANOTHER and not wanted.target:
            raise Refusal(400, f"target: {wanted.kind} is about another message", "bad_request")
        return JSONResponse(_shown(self._writing.write(wanted, instance)), status_code=201)

    async def people(self, request: Request) -> Response:
        """Everybody whose name is known, owners first."""
        return JSONResponse([person.model_dump() for person in self._people.everybody()])

    async def name_people(self, request: Request) -> Response:
        """Learn the names of people."""
        wanted = await read(request, NewPeople)
        self._people.put(wanted.people)
        return JSONResponse({"known": len(self._people.everybody())}, status_code=201)

    async def forget_people(self, request: Request) -> Response:
        """Know nobody by name any more."""
        self._people.forget()
        return Response(status_code=204)


def _shown(reply: SandboxReply) -> dict[str, Any]:
    shown = asdict(reply)
    del shown["record"]
    return shown
