"""The setting that migrating alone needs: where the database itself is, which nothing else connects to."""

from __future__ import annotations

from pydantic import SecretStr

from proactive.settings import RedisSettings, load


class DatabaseSettings(RedisSettings):
    """The database's own address; it has a password."""

    database_url: SecretStr


def load_database_url() -> str:
    """The address of the database itself, with its password.

    Raises:
        SettingsError: it is not set, or `.env` cannot be read.
    """
    return load(DatabaseSettings).database_url.get_secret_value()
