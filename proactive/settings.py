"""The settings: the environment and `.env`, validated once, at start.

A bad or missing setting stops the program with one sentence a variable, naming it and what it should
look like. Values are secrets or addresses, so the sentences never repeat them.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from pydantic import (
    AliasChoices,
    AnyHttpUrl,
    Field,
    Secret,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_settings import BaseSettings, SettingsConfigDict

from proactive.breaker_settings import BreakerSettings
from proactive.campaign_settings import CampaignSettings
from proactive.environment import check_dotenv, check_network
from proactive.errors import SettingsError
from proactive.feed_settings import FeedSettings
from proactive.model.redis_address import parse_redis_url
from proactive.setting_types import BaseUrl, Key, MinuteOfDay, SchemaName, ServiceKey, without_surrounding_space

_EXAMPLES = {
    "redis_url": "redis://localhost:6379/0",
    "supabase_url": "https://your-project.supabase.co",
    "supabase_service_role_key": "the service_role key of your Supabase project, or a secret one (sb_secret_...)",
    "database_url": "postgresql://postgres:PASSWORD@HOST:5432/postgres, Supabase's dashboard shows it under Connect",
    "whatsapp_gateway": "evolution",
    "whatsapp_url": "http://localhost:8080, where Evolution API answers",
    "whatsapp_api_key": "Evolution API's AUTHENTICATION_API_KEY",
    "aurora_service_url": "https://api.example.com/v1, an OpenAI-compatible endpoint, or leave it out",
    "supabase_jwks_url": "https://your-project.supabase.co/auth/v1/.well-known/jwks.json, or leave it out",
    "supabase_jwt_issuer": "https://your-project.supabase.co/auth/v1, or leave it out",
    "metrics_token": "at least 16 random characters, for example from openssl rand -hex 24, or leave it out",
    "webhook_secret": "at least 16 random characters, for example from openssl rand -hex 24",
    "alert_webhook_url": "https://hooks.slack.com/services/..., or leave it out",
    "quiet_from": "21:00",
    "quiet_until": "08:00",
    "campaign_caps": "20,40,60,80,120,160,200",
}


class RedisSettings(BaseSettings):
    """The setting that tools of the queue alone need: where Redis is."""

    model_config = SettingsConfigDict(
        env_file=(Path(__file__).parent.parent / ".env", ".env"),
        env_file_encoding="utf-8-sig",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
    )

    @model_validator(mode="before")
    @classmethod
    def _without_surrounding_space(cls, given: Any) -> Any:
        return without_surrounding_space(given)

    redis_url: Annotated[SecretStr, Field(validation_alias=AliasChoices("redis_url", "rq_redis_url"))] = SecretStr(
        "redis://localhost:6379/0"
    )

    @field_validator("redis_url")
    @classmethod
    def _names_a_redis(cls, url: SecretStr) -> SecretStr:
        parse_redis_url(url.get_secret_value())
        return url


class DashboardSettings(RedisSettings):
    """What the command `rq-dashboard` needs beside its own options; `rq_dashboard_hosts` are names with commas."""

    rq_dashboard_username: str | None = None
    rq_dashboard_password: SecretStr | None = None
    rq_dashboard_hosts: str = ""


class Settings(RedisSettings, BreakerSettings, CampaignSettings, FeedSettings):
    """All settings; the environment variable is the field's name in capitals (see `.env.example`)."""

    supabase_url: BaseUrl
    supabase_service_role_key: ServiceKey
    product_schema: SchemaName = "public"
    whatsapp_gateway: Literal["evolution"] = "evolution"
    whatsapp_url: BaseUrl
    whatsapp_api_key: Key

    aurora_service_url: BaseUrl | None = None
    aurora_service_key: Key | None = None
    aurora_service_model: str = "gpt-4o-mini"
    aurora_service_timeout: Annotated[float, Field(gt=0, le=120)] = 20.0

    sends_in_flight: Annotated[int, Field(ge=1, le=128)] = 32
    rate_limit: Annotated[int, Field(ge=1, le=20)] = 20
    rate_window: Annotated[int, Field(ge=60, le=3600)] = 60
    gateway_timeout: Annotated[float, Field(gt=0, le=30)] = 15.0
    resend_on_reconnect: bool = True
    supabase_timeout: Annotated[float, Field(gt=0, le=60)] = 15.0

    retention_days: Annotated[int, Field(ge=0, le=36_500)] = 365

    quiet_from: MinuteOfDay = dt.time(21, 0)
    quiet_until: MinuteOfDay = dt.time(8, 0)
    vip_bookings: Annotated[int, Field(ge=1, le=1_000_000)] = 5
    low_occupancy_below: Annotated[int, Field(ge=1, le=1_000_000)] = 3
    slot_minutes: Annotated[int, Field(ge=5, le=480)] = 60

    # the API; without keys and without a way to verify sessions it lets nobody in
    api_keys: str = ""
    supabase_jwt_secret: SecretStr | None = None
    supabase_jwks_url: AnyHttpUrl | None = None
    supabase_jwt_issuer: Annotated[str | None, Field(min_length=1)] = None
    webhook_secret: Annotated[Key, Field(min_length=16)] | None = None
    api_rate_limit: Annotated[int, Field(ge=1, le=100_000)] = 600
    metrics_token: Annotated[Key, Field(min_length=16)] | None = None
    host: Annotated[str, Field(min_length=1)] = "127.0.0.1"
    port: Annotated[int, Field(ge=1, le=65535)] | None = None
    web_port: Annotated[int, Field(ge=1, le=65535)] = 8000

    # the alerts; a webhook's address is a secret, an operator's number a person's
    alert_failure_rate: Annotated[float, Field(gt=0, lt=1)] = 0.1
    alert_pending_jobs: Annotated[int, Field(ge=1, le=1_000_000_000)] = 100
    alert_undelivered_rate: Annotated[float, Field(gt=0, lt=1)] = 0.1
    alert_silence_hours: Annotated[float, Field(gt=0, le=24 * 31)] = 24.0
    alert_webhook_url: Secret[AnyHttpUrl] | None = None
    alert_whatsapp_instance: str | None = None
    alert_whatsapp_number: SecretStr | None = None

    dashboard_port: Annotated[int, Field(ge=1, le=65535)] = 9181
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"

    def options(self) -> dict[str, Any]:
        """The numbers that the facts depend on, as the database functions take them (minutes, counts)."""
        return {
            "vip_bookings": self.vip_bookings,
            "low_occupancy_below": self.low_occupancy_below,
            "slot_minutes": self.slot_minutes,
            "quiet_from": f"{self.quiet_from:%H:%M}",
            "quiet_until": f"{self.quiet_until:%H:%M}",
        }


Loaded = TypeVar("Loaded", bound=RedisSettings)


def load_settings() -> Settings:
    """Read and validate the environment: our variables, and what HTTP clients take from it.

    Raises:
        SettingsError: one line a variable that is missing or malformed, with what it should look like.
    """
    settings = load(Settings)
    check_network()
    return settings


def load_redis_url() -> str:
    """The address of Redis alone. Raises like `load_settings`."""
    return load(RedisSettings).redis_url.get_secret_value()


def load(model: type[Loaded]) -> Loaded:
    """Settings of one kind. Raises like `load_settings`."""
    check_dotenv(model.model_config.get("env_file"))
    try:
        return model()
    except ValidationError as error:
        raise SettingsError(_explain(error)) from None


def load_dashboard_settings() -> DashboardSettings:
    """The settings of the command `rq-dashboard`. Raises like `load_settings`."""
    return load(DashboardSettings)


def _explain(error: ValidationError) -> str:
    lines = []
    for problem in error.errors(include_input=False, include_url=False):
        name = str(problem["loc"][0]).lower()
        what = problem["msg"].removeprefix("Value error, ").rstrip(".")
        what = "is missing" if problem["type"] == "missing" else f"is not usable: {what}"
        example = f" It should look like: {_EXAMPLES[name]}." if name in _EXAMPLES else ""
        lines.append(f"{name.upper()} {what}.{example}")
    return "\n".join(lines) + "\nSet it in the environment or in .env (see .env.example)."
