"""Evolution API v2 as far as a sender needs it, with the vendor's own order of checks."""

from __future__ import annotations

import json

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.gateway import replies, shapes
from sandbox.gateway.fault_rules import FaultRules
from sandbox.gateway.guard import Guard, body_of, object_of
from sandbox.gateway.lookups import Lookups
from sandbox.gateway.replies import Refusal
from sandbox.gateway.sending import Sending
from sandbox.gateway.server_settings import SettingsHolder
from sandbox.gateway.store import Store
from sandbox.gateway.whatsapp_ids import jid_of


class EvolutionApi:
    """The endpoints; `guard` knows who may ask what."""

    def __init__(
        self,
        store: Store,
        mischief: FaultRules,
        settings: SettingsHolder,
        guard: Guard,
        sending: Sending,
        lookups: Lookups,
    ) -> None:
        self._store, self._mischief, self._settings = store, mischief, settings
        self._guard, self._sending, self._lookups = guard, sending, lookups

    def routes(self) -> list[Route]:
        """Evolution API's paths."""
        return [
            Route("/message/sendText/{name}", self.send_text, methods=["POST"]),
            Route("/instance/connectionState/{name}", self.connection_state),
            Route("/chat/whatsappNumbers/{name}", self.whatsapp_numbers, methods=["POST"]),
            Route("/chat/findMessages/{name}", self._lookups.find_messages, methods=["POST"]),
            Route("/chat/findStatusMessage/{name}", self._lookups.find_status_message, methods=["POST"]),
            Route("/webhook/set/{name}", self.set_webhook, methods=["POST"]),
            Route("/webhook/find/{name}", self.find_webhook),
            Route("/instance/create", self.create, methods=["POST"]),
            Route("/instance/fetchInstances", self.fetch_instances),
        ]

    async def send_text(self, request: Request) -> Response:
        """Send a text; every request leaves an attempt, refused ones too."""
        name, number = request.path_params["name"], ""
        try:
            instance = self._guard.sender(request)
            body = await body_of(request)
            number = str(body.get("number", "")) if isinstance(body, dict) else ""
            return await self._sending.accept(request, instance, body)
        except Refusal as refusal:
            if not refusal.recorded:
                self._store.refuse(name, number, refusal.outcome)
            raise

    async def connection_state(self, request: Request) -> Response:
        """The instance's connection, as the gateway believes it."""
        instance = self._guard.instance(request)
        return JSONResponse({"instance": {"instanceName": instance.name, "state": instance.state}})

    async def whatsapp_numbers(self, request: Request) -> Response:
        """Which of the numbers have an account."""
        instance = self._guard.instance(request)
        body = await object_of(request)
        if instance.state != "open":
            raise replies.disconnected() if instance.ever_connected else replies.never_connected()
        answer = [
            {
                "jid": jid_of(number),
                "exists": not self._mischief.refuses(instance.name, number),
                "number": number,
            }
            for number in map(str, body.get("numbers", []))
        ]
        return JSONResponse(answer)

    async def set_webhook(self, request: Request) -> Response:
        """Keep the webhook; it is called from now on."""
        instance = self._guard.instance(request)
        webhook = (await object_of(request)).get("webhook")
        if not isinstance(webhook, dict):
            raise replies.bad_request('instance requires property "webhook"')
        self._store.set_webhook(instance.name, json.dumps(webhook), str(request.base_url).rstrip("/"))
        return JSONResponse({"id": instance.id, "instanceId": instance.id} | webhook, status_code=201)

    async def find_webhook(self, request: Request) -> Response:
        """The webhook that is set, as its row in Evolution's database; null where there is none."""
        instance = self._guard.instance(request)
        if not instance.webhook:
            return JSONResponse(None)
        webhook = json.loads(instance.webhook)
        row = {"id": instance.id, "instanceId": instance.id}
        row |= {name: webhook.get(name) for name in ("url", "headers", "enabled", "events")}
        flags = {"webhookByEvents": bool(webhook.get("byEvents")), "webhookBase64": bool(webhook.get("base64"))}
        return JSONResponse(row | flags)

    async def create(self, request: Request) -> Response:
        """A new instance, not connected yet."""
        self._guard.global_key(request)
        name = (await object_of(request)).get("instanceName")
        if not isinstance(name, str) or not name:
            raise replies.bad_request('instance requires property "instanceName"')
        if self._store.instance(name):
            raise Refusal(403, [f'This name "{name}" is already in use.'], "name_taken")
        instance = self._store.put_instance(name, "close", ever_connected=False)
        integration = self._settings.now.integration
        created = {"instanceName": name, "instanceId": instance.id, "integration": integration}
        body = {"instance": created | {"status": instance.state}, "hash": instance.token, "settings": {}}
        return JSONResponse(body, status_code=201)

    async def fetch_instances(self, request: Request) -> Response:
        """Every instance, or the one that `instanceName` asks for."""
        self._guard.global_key(request)
        wanted, counts = request.query_params.get("instanceName"), self._store.counts()
        return JSONResponse(
            [
                shapes.described(instance, counts.get(instance.name, 0), self._settings.now.integration)
                for instance in self._store.instances()
                if wanted in (None, instance.name)
            ]
        )
