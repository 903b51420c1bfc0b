"""The settings that migrating needs: where the database itself is, and where the product's tables are in it."""

from __future__ import annotations

from pydantic import SecretStr

from proactive.setting_types import SchemaName
from proactive.settings import RedisSettings, load


class DatabaseSettings(RedisSettings):
    """The database's own address, which has a password, and the schema of the product's tables or views."""

    database_url: SecretStr
    product_schema: SchemaName = "public"


def load_database_settings() -> DatabaseSettings:
    """Both, from the environment or `.env`.

    Raises:
        SettingsError: DATABASE_URL is not set, one of them cannot be used, or `.env` cannot be read.
    """
    return load(DatabaseSettings)
