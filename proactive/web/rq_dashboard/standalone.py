"""The `rq-dashboard` command of this project: rq-dashboard's own, guarded, and knowing where Redis is.

Its options and RQ_DASHBOARD_* variables are rq-dashboard's. It stands on 127.0.0.1 unless `--bind` says otherwise, and
needs a password there. Secrets come from the environment or `.env` only: arguments are in everybody's process list.
"""

from __future__ import annotations

import ipaddress
import logging
import os
import socket
from typing import Any, cast

import click
import uvicorn
from a2wsgi import WSGIMiddleware
from click.core import ParameterSource
from rq_dashboard import cli  # type: ignore[import-untyped]
from starlette.types import ASGIApp

from proactive.app import application
from proactive.errors import SettingsError
from proactive.model.author import Author
from proactive.settings import DashboardSettings, load_dashboard_settings
from proactive.storage.redis import connect_redis
from proactive.web.bounded_connections import bound_connections
from proactive.web.rq_dashboard.flask_app import build_flask_app, note_in, requeue_in
from proactive.web.rq_dashboard.standalone_guard import StandaloneGuard

logger = logging.getLogger(__name__)

_LOCAL = ("localhost", "127.0.0.1", "::1")
_SECRETS = ("password", "redis_password", "redis_url")


def main() -> None:
    """Serve the dashboard until a signal ends it; exit status 2 and a sentence if it would not be safe."""
    cli.run.callback = serve
    cli.run.main(auto_envvar_prefix="RQ_DASHBOARD", default_map={"bind": "127.0.0.1"})


def serve(bind: str, port: int, username: str | None, password: str | None, **options: Any) -> None:
    """Serve the dashboard at an address and port. Raises click.UsageError."""
    _check_arguments()
    if options["redis_url"]:
        # what a requeued job's record is kept beside: two addresses would be two queues
        os.environ["REDIS_URL"] = options["redis_url"][0]
    try:
        settings = load_dashboard_settings()
    except SettingsError as error:
        raise click.UsageError(str(error)) from None
    kept = settings.rq_dashboard_password
    credential = (username or settings.rq_dashboard_username, password or (kept.get_secret_value() if kept else None))
    if not _is_local(bind) and not all(credential):
        raise click.UsageError(
            "Everybody who reaches this address could empty the queue: set RQ_DASHBOARD_USERNAME and "
            "RQ_DASHBOARD_PASSWORD, or bind it to 127.0.0.1."
        )
    dashboard = cast(ASGIApp, WSGIMiddleware(_flask_app(settings, options), workers=4))
    guard = StandaloneGuard(dashboard, _hosts(bind, settings.rq_dashboard_hosts), *credential)
    bound_connections()
    click.echo(f"rq-dashboard is at http://{bind}:{port}")
    uvicorn.run(guard, host=bind, port=port, access_log=False, log_level="warning", root_path=options["url_prefix"])


def _check_arguments() -> None:
    """Refuse secrets among the arguments."""
    context = click.get_current_context()
    for name in _SECRETS:
        given = context.get_parameter_source(name) is ParameterSource.COMMANDLINE
        if given and any("@" in str(part) or name != "redis_url" for part in _parts(context.params[name])):
            variable = "REDIS_URL" if "redis" in name else "RQ_DASHBOARD_PASSWORD"
            raise click.UsageError(
                f"--{name.replace('_', '-')} would show a secret in the process list: set {variable} in the "
                "environment or in .env."
            )


def _parts(value: Any) -> tuple[Any, ...]:
    return value if isinstance(value, tuple) else (value,)


def _flask_app(settings: DashboardSettings, options: dict[str, Any]) -> Any:
    # the other settings are needed to requeue, and to look at the queue they are not
    flask = build_flask_app(connect_redis(settings), lambda job_id: requeue_in(application(), _author, job_id), _note)
    flask.config["RQ_DASHBOARD_DISABLE_DELETE"] = options["disable_delete"]
    if options["poll_interval"]:
        flask.config["RQ_DASHBOARD_POLL_INTERVAL"] = options["poll_interval"]
    return flask


def _author() -> Author:
    return Author("rq-dashboard", "page")


def _note(path: str) -> None:
    try:
        note_in(application(), _author, path)
    except SettingsError:  # it looks at the queue without the other settings: then nothing can be written down
        logger.warning("The queue was changed at %s, and there is no Supabase to write it down in", path)


def _is_local(bind: str) -> bool:
    try:
        return bind == "localhost" or ipaddress.ip_address(bind).is_loopback
    except ValueError:
        return False


def _hosts(bind: str, more: str) -> frozenset[str]:
    """The names by which browsers may call it: of another one, a name server may have led the browser astray."""
    here = () if _is_local(bind) else (bind, socket.gethostname())
    names = (*_LOCAL, *here, *more.split(","))
    return frozenset(name.strip().lower() for name in names if name.strip())


if __name__ == "__main__":
    main()
