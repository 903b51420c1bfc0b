"""Looking at words and publishing them: what passes, what is refused, and a rendering that says when it is slow."""

from __future__ import annotations

import time
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from proactive.facts.organizations import OrganizationOwners, OwnerEntry
from proactive.facts.reader import FactsReader
from proactive.storage.supabase import Database
from proactive.templates import editor as editor_module
from proactive.templates.editor import OwnFacts, TemplateEditor, TemplatesRefused, fact_set_of, look, own_facts_of
from proactive.templates.store import TemplateStore
from proactive.templates.version import TemplateContent
from proactive.words.fact_sets import fact_sets
from proactive.words.registry import VOCABULARIES
from tests.templates.conftest import NOON, PAULA, Connection

TYPE = "daily_summary"
GREETING = TemplateContent.of_fields({"greeting": "Bom dia, {{ dono }}!"})
#: The grammar has it, the checks do not pass.
SILENT = TemplateContent.of_source("Oi, {{ dono }}!")
REFUSED = TemplateContent.of_source("Oi\n{{ range(9) }}")
PIECES = (
    "{{ dono }}", "{{ agendamentos }}", "{% for item in lista %}", "{% endfor %}", "{% if receita %}", "{% endif %}",
    "{{ item.nome }}", "{{", "}}", "{%", "%}", "{#", "\n", "<script>", "*a*", '"', "{{ x }}", "{{ 9 ** 9 }}", "ção 🎉",
)  # fmt: skip


@pytest.fixture
def editor(supabase: Database) -> TemplateEditor:
    return TemplateEditor(TemplateStore(supabase), FactsReader(supabase, {}))


@pytest.fixture
def owner(organization: UUID, database: Connection) -> UUID:
    row = database.execute(
        "insert into owner_numbers (organization_id, name, phone)"
        " values (%s, 'Paula Prado', '11987654321') returning id",
        [organization],
    ).fetchone()
    assert row is not None
    return UUID(str(row["id"]))


@pytest.mark.parametrize("type_", VOCABULARIES)
def test_a_look_has_the_business_s_own_facts_of_now(
    editor: TemplateEditor, organization: UUID, owner: UUID, type_: str
) -> None:
    own = editor.own_occasion(type_, OwnFacts(organization, owner), NOON)
    assert own is not None and (own.owner, own.business) == ("Paula Prado", "Patas & Cia")
    looked = look(type_, GREETING, own)
    assert looked.text is not None and looked.text.startswith("Bom dia, Paula!")
    assert looked.faults == () and not looked.slow


def test_without_an_owner_there_are_no_facts_of_one_s_own(editor: TemplateEditor, organization: UUID) -> None:
    assert editor.own_occasion(TYPE, OwnFacts(organization, None), NOON) is None
    assert editor.own_occasion(TYPE, OwnFacts(organization, uuid4()), NOON) is None


def test_what_passes_is_published(editor: TemplateEditor, organization: UUID, owner: UUID) -> None:
    version = editor.save(organization, TYPE, GREETING, PAULA, NOON)
    own = editor.own_occasion(TYPE, OwnFacts(organization, owner), NOON)
    published = editor.publish(TYPE, version, own, PAULA, NOON)
    assert published is not None and published.published
    assert editor.store.standings(organization)[TYPE].published == published


def test_what_the_checks_refuse_is_saved_and_not_published(editor: TemplateEditor, organization: UUID) -> None:
    version = editor.save(organization, TYPE, SILENT, PAULA, NOON)
    with pytest.raises(TemplatesRefused) as refused:
        editor.publish(TYPE, version, None, PAULA, NOON)
    assert refused.value.faults and not any(fault.hint for fault in refused.value.faults)
    assert {fault.fact_set for fault in refused.value.faults} <= {each.key for each in fact_sets(TYPE)}
    standing = editor.store.standings(organization)[TYPE]
    assert (standing.newest, standing.published) == (version, None)


def test_what_the_grammar_refuses_is_not_saved(editor: TemplateEditor, organization: UUID) -> None:
    with pytest.raises(TemplatesRefused) as refused:
        editor.save(organization, TYPE, REFUSED, PAULA, NOON)
    assert [fault.line for fault in refused.value.faults] == [2]
    assert editor.store.standings(organization) == {}


def test_a_set_of_facts_is_found_by_its_key() -> None:
    for each in fact_sets(TYPE):
        assert fact_set_of(TYPE, each.key) == each
    assert fact_set_of(TYPE, "") is None and fact_set_of(TYPE, None) is None and fact_set_of(TYPE, "<b>") is None


def test_the_facts_shown_are_those_of_who_asks_else_of_the_first_enabled_owner() -> None:
    organization, off, on, other = (uuid4() for _ in range(4))
    entries = tuple(
        OwnerEntry(id=id_, name="Ana", aurora_enabled=enabled)
        for id_, enabled in [(off, False), (on, True), (other, True)]
    )
    owners = OrganizationOwners("America/Sao_Paulo", entries)
    assert own_facts_of(organization, owners, other).owner == other
    assert own_facts_of(organization, owners, uuid4()).owner == on
    assert own_facts_of(organization, OrganizationOwners("America/Sao_Paulo", entries[:1]), None).owner == off
    assert own_facts_of(organization, None, None).owner is None


def test_a_rendering_that_takes_more_than_50_ms_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(editor_module, "rendering_time", lambda *_: 50.1)
    assert look(TYPE, GREETING, fact_sets(TYPE)[0].occasion).slow
    monkeypatch.setattr(editor_module, "rendering_time", lambda *_: 50.0)
    assert not look(TYPE, GREETING, fact_sets(TYPE)[0].occasion).slow


@settings(max_examples=60)
@given(st.lists(st.sampled_from(PIECES), max_size=30).map("".join), st.sampled_from(sorted(VOCABULARIES)))
def test_whatever_is_looked_at_ends_and_its_rendering_is_fast_or_said_to_be_slow(source: str, type_: str) -> None:
    content: Any = TemplateContent.of_source(source)
    began = time.thread_time()
    looked = look(type_, content, fact_set_of(type_, "longest_list").occasion)  # type: ignore[union-attr]
    taken = 1000 * (time.thread_time() - began)
    assert looked.slow == (looked.milliseconds > 50)
    assert looked.text is not None or looked.faults
    # the checks beside the rendering are bounded too
    assert taken < 5000
