"""aurora migrate: apply the migrations of the database that are missing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from proactive.cli.commands import command, json_option
from proactive.cli.streams import say, say_json
from proactive.cli.tables import table
from proactive.migrations.apply import apply_due
from proactive.migrations.connection import connected
from proactive.migrations.database_settings import load_database_settings
from proactive.migrations.files import FOLDER, read_migrations
from proactive.migrations.ledger import MigrationState, MigrationStatus, statuses

EXAMPLES = """\
  aurora migrate --dry-run     what is applied, what is not, and what would be done
  aurora migrate               apply what is missing; again changes nothing
  aurora migrate --again       apply every migration once more, recorded ones too"""
_WORDS = {
    MigrationState.APPLIED: "applied",
    MigrationState.PENDING: "not applied",
    MigrationState.UNRECORDED: "there, but not recorded (by psql, perhaps)",
    MigrationState.CHANGED: "applied in another form than the file has now",
    MigrationState.TAKEN: "another migration is recorded under its version",
}


@command("migrate", EXAMPLES)
@click.option("--dry-run", is_flag=True, help="Say what would be done, and write nothing.")
@click.option("--again", is_flag=True, help="Apply those as well that are recorded as applied.")
@click.option("--folder", type=click.Path(file_okay=False, path_type=Path), default=FOLDER, show_default=False,
              help="Where the migrations are (supabase/migrations of the checkout).")  # fmt: skip
@json_option
def migrate_command(dry_run: bool, again: bool, folder: Path, as_json: bool) -> int:
    """Apply the migrations that are missing, each in one transaction, and record them as the Supabase CLI does.

    DATABASE_URL names the database, in the environment or in .env, and PRODUCT_SCHEMA the schema of your tables or
    views where that is not public. It stops at the first statement that fails, and says
    which. What was applied by `supabase db push` is known here, and the other way round.
    """
    settings = load_database_settings()
    migrations = read_migrations(folder, settings.product_schema)
    with connected(settings.database_url.get_secret_value()) as connection:
        if dry_run:
            return _show(statuses(connection, migrations), again=again, as_json=as_json)
        done: list[MigrationStatus] = []
        try:
            for found in apply_due(connection, migrations, again=again):
                done.append(found)
                if not as_json:
                    say(f"applied {found.migration.title}" + _before(found))
        finally:
            if as_json:
                say_json({"applied": [_as_json(found) for found in done]})
        if not (done or as_json):
            say(f"Nothing to do: {len(migrations)} migrations are applied, the last is {migrations[-1].title}.")
    return 0


def _show(found: list[MigrationStatus], *, again: bool, as_json: bool) -> int:
    if as_json:
        say_json({"migrations": [_as_json(each) | {"would_apply": each.due or again} for each in found]})
        return 0
    rows = [
        (each.migration.title, "apply" if each.due or again else "nothing", _WORDS[each.state] + _missing(each))
        for each in found
    ]
    say(table(("migration", "would"), rows, ("is",)))
    return 0


def _before(found: MigrationStatus) -> str:
    return "" if found.state is MigrationState.PENDING else f" (it was: {_WORDS[found.state]}{_missing(found)})"


def _missing(found: MigrationStatus) -> str:
    if not found.missing:
        return ""
    more = f" and {len(found.missing) - 3} more" if len(found.missing) > 3 else ""
    return f"; half of it: {', '.join(found.missing[:3])}{more} missing"


def _as_json(found: MigrationStatus) -> dict[str, Any]:
    return {
        "version": found.migration.version, "name": found.migration.name, "state": found.state.value,
        "missing": list(found.missing),
    }  # fmt: skip
