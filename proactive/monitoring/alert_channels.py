"""Channels that notify operators of an alert: the log, a webhook, an operator's WhatsApp."""

from __future__ import annotations

import logging
from typing import Protocol
from uuid import uuid4

import requests

from proactive.app import Application
from proactive.deadline.session import BoundedSession
from proactive.errors import InvalidInput, RateLimiterUnavailable, SettingsError
from proactive.gateways.base import Gateway
from proactive.gateways.faults import GatewayError, GatewayFault
from proactive.gateways.permits import Granted
from proactive.gateways.phones import Phone, parse_phone
from proactive.gateways.rate_limit import RateLimiter
from proactive.monitoring.alerts import Notice

logger = logging.getLogger(__name__)

_WEBHOOK_SECONDS = 5.0


class Channel(Protocol):
    """A way to notify operators."""

    name: str

    def notify(self, notice: Notice) -> bool:
        """Send a notice; False where it has to be tried again later. Never raises for what is out of our hands."""
        ...


class LogChannel:
    """A line of the log."""

    name = "log"

    def notify(self, notice: Notice) -> bool:
        """An error for a raised alert, an information for a cleared one."""
        extra = {"action": f"alert_{notice.state}", "alert": notice.alert, "value": notice.value}
        level = logging.ERROR if notice.state == "raised" else logging.INFO
        logger.log(level, "Alert %s: %s", notice.state, notice.alert, extra=extra | {"threshold": notice.threshold})
        return True


class WebhookChannel:
    """A POST of JSON; Slack's incoming webhooks and their like read its `text`."""

    name = "webhook"

    def __init__(self, url: str) -> None:
        """The `url` is a secret: whoever has it can post."""
        self._url = url

    def notify(self, notice: Notice) -> bool:
        """False unless the webhook answers 2xx; only what it will never take (4xx) is given up."""
        try:
            status = self._post(notice)
        except requests.RequestException as error:
            return _not_sent(self.name, type(error).__name__)
        if 200 <= status < 300:
            return True
        given_up = 400 <= status < 500 and status not in (408, 429)
        return _not_sent(self.name, f"status {status}") or given_up

    def _post(self, notice: Notice) -> int:
        """The status alone: an answer's body may be as long and as slow as it likes."""
        with BoundedSession() as session:
            return session.status("POST", self._url, seconds=_WEBHOOK_SECONDS, body=notice.as_json())


class WhatsAppChannel:
    """A message to an operator, within the rate limit of the instance."""

    name = "whatsapp"

    def __init__(self, gateway: Gateway, rate_limiter: RateLimiter, instance: str, phone: Phone) -> None:
        self._gateway, self._rate_limiter, self._instance, self._phone = gateway, rate_limiter, instance, phone

    def notify(self, notice: Notice) -> bool:
        """False where the instance has to wait or the gateway said no; what may have arrived is not sent again."""
        try:
            permit = self._rate_limiter.acquire(self._instance, f"alert-{uuid4()}")
        except RateLimiterUnavailable:
            return False
        if not isinstance(permit, Granted):
            return _not_sent(self.name, permit.reason)
        try:
            self._gateway.send(self._instance, self._phone, notice.text)
        except GatewayError as error:
            if error.fault is not GatewayFault.UNKNOWN:
                self._rate_limiter.confirm(permit, happened=error.may_have_accepted or error.permanent)
            return _not_sent(self.name, str(error.fault)) or error.may_have_accepted
        self._rate_limiter.confirm(permit, happened=True)
        return True


def alert_channels(app: Application) -> list[Channel]:
    """The channels that are set.

    Raises:
        SettingsError: an operator's number without an instance, or one that is no number.
    """
    settings = app.settings
    found: list[Channel] = [LogChannel()]
    if settings.alert_webhook_url is not None:
        found.append(WebhookChannel(str(settings.alert_webhook_url.get_secret_value())))
    instance, number = settings.alert_whatsapp_instance, settings.alert_whatsapp_number
    if (instance is None) != (number is None):
        raise SettingsError("ALERT_WHATSAPP_INSTANCE and ALERT_WHATSAPP_NUMBER need each other: set both, or none.")
    if instance is not None and number is not None:
        try:
            phone = parse_phone(number.get_secret_value())
        except InvalidInput as error:
            raise SettingsError(f"ALERT_WHATSAPP_NUMBER is not usable: {error}") from None
        found.append(WhatsAppChannel(app.gateway, app.rate_limiter, instance, phone))
    return found


def _not_sent(channel: str, reason: str) -> bool:
    extra = {"action": "alert_untold", "channel": channel, "reason": reason}
    logger.warning("An alert could not be sent", extra=extra)
    return False
