"""The versions: never rewritten, at most one published, and three faults in a row unpublish."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg.types.json import Jsonb

from proactive.errors import SupabaseError
from proactive.model.author import Author
from proactive.storage.supabase import Database
from proactive.templates.store import TemplateStore
from proactive.templates.version import TemplateContent, TemplateVersion
from tests.templates.conftest import NOON, PAULA, SCRIPT, Connection

HELLO = TemplateContent.of_fields({"greeting": "Oi, {{ dono }}!", "closing": None})
BYE = TemplateContent.of_fields({"closing": "Até amanhã!"})
WHOLE = TemplateContent.of_source("Agendamentos: {{ agendamentos }}\n", ai_lines=True)
TYPE = "daily_summary"


def later(minutes: int) -> dt.datetime:
    return NOON + dt.timedelta(minutes=minutes)


def changes(database: Connection, organization: UUID) -> list[tuple[Any, ...]]:
    query = "select by, via, action, subject, before, after from aurora_proactive_changes where organization_id = %s"
    return [tuple(row.values()) for row in database.execute(query + " order by at", [organization]).fetchall()]


def sent(database: Connection, version: TemplateVersion, *outcomes: bool, at: dt.datetime = NOON) -> None:
    """Have messages be sent that the version wrote (True) or failed to write (False), one after the other."""
    for step, wrote in enumerate(outcomes):
        fault = {} if wrote else {"template_failed": True, "fallback": "template: no figure"}
        row = {
            "id": str(uuid4()), "organization_id": str(version.organization_id), "message_type": version.type,
            "content": "Oi", "scheduled_for": at.isoformat(), "status": "sent",
            "sent_at": (at + dt.timedelta(seconds=step)).isoformat(),
            "metadata": {"template": str(version.id)} | fault,
        }  # fmt: skip
        database.execute("select aurora_proactive_write_outcomes(%s)", [Jsonb([row])])


def published(store: TemplateStore, organization: UUID, content: TemplateContent = HELLO) -> TemplateVersion:
    version = store.publish(organization, TYPE, store.save(organization, TYPE, content, PAULA, NOON).id, PAULA, NOON)
    assert version is not None
    return version


def test_a_version_is_kept_as_it_was_written(store: TemplateStore, organization: UUID) -> None:
    first = store.save(organization, TYPE, HELLO, PAULA, NOON)
    second = store.save(organization, TYPE, WHOLE, SCRIPT, later(1))
    assert (first.number, first.content, first.written_by, first.written_via) == (1, HELLO, PAULA.by, "page")
    assert (second.number, second.content, second.created_at) == (2, WHOLE, later(1))
    assert not first.published and first.faults == 0
    assert store.version(organization, TYPE, second.id) == second
    assert store.version(organization, "birthdays", second.id) is None
    assert store.history(organization, TYPE, None, 10) == [second, first]
    assert store.history(organization, TYPE, 2, 10) == [first]
    assert store.save(organization, "birthdays", HELLO, PAULA, NOON).number == 1


def test_what_says_the_same_as_the_newest_is_that_version(
    store: TemplateStore, organization: UUID, database: Connection
) -> None:
    for content in (HELLO, WHOLE, BYE):
        assert store.save(organization, TYPE, content, PAULA, NOON) == store.save(
            organization, TYPE, content, SCRIPT, later(5)
        )
    assert store.save(organization, TYPE, HELLO, PAULA, later(6)).number == 4
    assert [change[2] for change in changes(database, organization)] == ["words_saved"] * 4


@pytest.mark.parametrize("column", ["source = 'x'", "number = 9", "kind = 'wording'", "written_by = 'me'"])
def test_nobody_rewrites_a_version(store: TemplateStore, organization: UUID, database: Connection, column: str) -> None:
    version = store.save(organization, TYPE, WHOLE, PAULA, NOON)
    with pytest.raises(psycopg.errors.RestrictViolation):
        database.execute(f"update aurora_proactive_templates set {column} where id = %s", [version.id])


def test_publishing_takes_the_place_of_what_was_published(
    store: TemplateStore, organization: UUID, database: Connection
) -> None:
    first, second = (store.save(organization, TYPE, content, PAULA, NOON) for content in (HELLO, WHOLE))
    assert store.publish(organization, TYPE, first.id, PAULA, later(1)) is not None
    assert store.publish(organization, TYPE, first.id, SCRIPT, later(2)) is not None  # a second click
    now = store.publish(organization, TYPE, second.id, SCRIPT, later(3))
    assert now is not None and now.published and (now.published_at, now.published_by) == (later(3), SCRIPT.by)
    was = store.version(organization, TYPE, first.id)
    assert was is not None and (was.published_at, was.unpublished_at) == (later(1), later(3))
    assert (was.unpublished_why, was.unpublished_by) == ("replaced", SCRIPT.by)
    standing = store.standings(organization)[TYPE]
    assert (standing.newest, standing.published) == (now, now)
    assert changes(database, organization)[2:] == [
        (PAULA.by, "page", "words_published", TYPE, None, {"version": 1, "kind": "wording"}),
        (SCRIPT.by, "api", "words_published", TYPE, {"version": 1, "kind": "wording"},
         {"version": 2, "kind": "template"}),
    ]  # fmt: skip


def test_what_was_published_once_is_published_again_as_a_version_of_its_own(
    store: TemplateStore, organization: UUID
) -> None:
    first = published(store, organization)
    assert store.unpublish(organization, TYPE, PAULA, later(1)) is not None
    again = store.publish(organization, TYPE, first.id, SCRIPT, later(2))
    assert again is not None and again.published
    assert (again.number, again.restored_from, again.content) == (2, 1, HELLO)
    was = store.version(organization, TYPE, first.id)
    assert was is not None and (was.published_at, was.unpublished_at) == (NOON, later(1))


def test_going_back_to_the_house_text_is_remembered(
    store: TemplateStore, organization: UUID, database: Connection
) -> None:
    assert store.unpublish(organization, TYPE, PAULA, NOON) is None
    version = published(store, organization)
    was = store.unpublish(organization, TYPE, PAULA, later(1))
    assert was is not None and (was.id, was.unpublished_why) == (version.id, "by_hand")
    assert store.standings(organization)[TYPE].published is None
    assert changes(database, organization)[-1] == (
        PAULA.by, "page", "words_unpublished", TYPE, {"version": 1, "kind": "wording"}, None,
    )  # fmt: skip


def test_restoring_makes_a_new_version(store: TemplateStore, organization: UUID, database: Connection) -> None:
    first = published(store, organization)
    store.save(organization, TYPE, BYE, PAULA, later(1))
    restored = store.restore(organization, TYPE, first.id, SCRIPT, later(2))
    assert restored is not None and (restored.number, restored.restored_from) == (3, 1)
    assert restored.content == first.content and not restored.published
    assert store.restore(organization, "birthdays", first.id, SCRIPT, later(2)) is None
    assert changes(database, organization)[-1][2:] == (
        "words_restored", TYPE, {"version": 1, "kind": "wording"}, {"version": 3, "kind": "wording"},
    )  # fmt: skip


def test_of_many_who_publish_at_once_the_last_one_holds_and_all_stand_in_the_history(
    store: TemplateStore, organization: UUID
) -> None:
    texts = [TemplateContent.of_fields({"greeting": f"Oi {number}"}) for number in range(6)]

    def publish(number: int) -> None:
        author = Author(f"user:{number}", "page")
        version = store.save(organization, TYPE, texts[number], author, later(number))
        store.publish(organization, TYPE, version.id, author, later(10 + number))

    with ThreadPoolExecutor(6) as people:
        list(people.map(publish, range(6)))
    history = store.history(organization, TYPE, None, 100)
    assert sorted(version.number for version in history) == [1, 2, 3, 4, 5, 6]
    assert all(version.published_at is not None for version in history)
    assert sum(version.published for version in history) == 1
    assert all(newer.number > older.number for newer, older in pairwise(history))
    replaced = [version for version in history if not version.published]
    assert {version.unpublished_why for version in replaced} == {"replaced"}


def test_an_organisation_that_is_not_there_has_no_versions(store: TemplateStore) -> None:
    with pytest.raises(SupabaseError, match="23503"):
        store.save(uuid4(), TYPE, HELLO, PAULA, NOON)


def test_another_organisations_version_is_not_published(store: TemplateStore, organization: UUID) -> None:
    version = store.save(organization, TYPE, HELLO, PAULA, NOON)
    with pytest.raises(SupabaseError, match="23503"):
        store.publish(uuid4(), TYPE, version.id, PAULA, NOON)
    assert store.standings(organization)[TYPE].published is None


@pytest.mark.parametrize(
    ("outcomes", "faults", "stays"),
    [
        ([True], 0, True),
        ([False], 1, True),
        ([False, False], 2, True),
        ([False, False, True], 0, True),
        ([False, False, True, False, False], 2, True),
        ([False, False, False], 3, False),
        ([True, False, False, False, True], 3, False),
    ],
)
def test_three_faults_in_a_row_unpublish(
    store: TemplateStore, organization: UUID, database: Connection, outcomes: list[bool], faults: int, stays: bool
) -> None:
    version = published(store, organization)
    sent(database, version, *outcomes)
    now = store.version(organization, TYPE, version.id)
    assert now is not None and (now.faults, now.published) == (faults, stays)
    assert now.unpublished_why == (None if stays else "faults")
    listed = store.fallbacks(organization, TYPE, 10)
    assert [(one.reason, one.version) for one in listed] == [("template: no figure", 1)] * outcomes.count(False)


def test_faults_of_one_statement_count_in_the_order_of_their_sending(
    store: TemplateStore, organization: UUID, database: Connection
) -> None:
    version = published(store, organization)
    rows = [
        {
            "id": str(uuid4()), "organization_id": str(organization), "message_type": TYPE, "content": "Oi",
            "scheduled_for": NOON.isoformat(), "status": "sent", "sent_at": later(minute).isoformat(),
            "metadata": {"template": str(version.id)} | ({"template_failed": True} if failed else {}),
        }
        for minute, failed in [(3, True), (0, True), (2, True), (1, False)]
    ]  # fmt: skip
    rows.append({**rows[0], "id": str(uuid4()), "metadata": {"template": "no id", "template_failed": True}})
    database.execute("select aurora_proactive_write_outcomes(%s)", [Jsonb(rows)])
    now = store.version(organization, TYPE, version.id)
    assert now is not None and (now.faults, now.published) == (2, True)


def test_a_message_that_was_not_sent_says_nothing_of_the_version_and_one_that_was_counts_once(
    store: TemplateStore, organization: UUID, database: Connection
) -> None:
    version = published(store, organization)
    row = {
        "id": str(uuid4()), "organization_id": str(organization), "message_type": TYPE, "content": "Oi",
        "scheduled_for": NOON.isoformat(), "status": "failed", "sent_at": None, "error_message": "no",
        "metadata": {"template": str(version.id), "template_failed": True},
    }  # fmt: skip
    sent_row = row | {"status": "sent", "sent_at": NOON.isoformat(), "error_message": None}
    for written, faults in [(row, 0), (sent_row, 1), (sent_row, 1)]:
        database.execute("select aurora_proactive_write_outcomes(%s)", [Jsonb([written])])
        now = store.version(organization, TYPE, version.id)
        assert now is not None and now.faults == faults


def test_the_templates_of_a_deleted_organisation_go(
    store: TemplateStore, organization: UUID, database: Connection, supabase: Database
) -> None:
    store.save(organization, TYPE, HELLO, PAULA, NOON)
    other = uuid4()
    database.execute("insert into organizations (id, name) values (%s, 'Outra')", [other])
    database.execute("insert into owner_numbers (organization_id, name) values (%s, 'Rui')", [other])
    kept = store.save(other, TYPE, HELLO, PAULA, NOON)
    database.execute("delete from organizations where id = %s", [organization])
    database.execute("select aurora_proactive_forget_deleted(10)")
    assert store.standings(organization) == {}
    assert store.version(other, TYPE, kept.id) == kept
