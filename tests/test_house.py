"""The house stands as it was drawn: who may import whom, no circles, and everything that a type needs."""

from __future__ import annotations

import ast
import importlib
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from proactive.message_types.registry import MESSAGE_TYPES
from proactive.schedule.ticks import TICK

ROOT = Path(__file__).parent.parent
HOUSE = ROOT / "proactive"
#: Values and the vocabulary that everybody may use.
VALUES = {"model", "errors", "failpoints", "deadline"}
#: Everything that is built below `app`.
BELOW_APP = VALUES | {
    "setting_types", "environment", "breaker_settings", "campaign_settings", "feed_settings", "settings", "logs",
    "message_types", "storage", "facts", "text", "gateways", "records", "pipeline", "queue", "schedule", "replies",
    "campaigns", "templates", "feeds", "send_times", "choosing", "calendar", "words", "upcoming",
}  # fmt: skip
COMPOSED = BELOW_APP | {"app"}
PARTS_OF_SETTINGS = {"breaker_settings", "campaign_settings", "feed_settings"}

#: What each room may import of the others (its own modules always). CONTRIBUTING.md says it in words.
MAY_IMPORT: dict[str, set[str]] = {
    "errors": set(),
    "deadline": set(),
    "failpoints": set(),
    "logs": set(),
    "model": {"errors"},
    "environment": {"errors"},
    "setting_types": set(),
    "breaker_settings": set(),
    "campaign_settings": {"setting_types"},
    "feed_settings": set(),
    "settings": {"errors", "environment", "model", "setting_types"} | PARTS_OF_SETTINGS,
    "storage": {"errors", "model", "settings", "deadline"},
    "text": VALUES,
    "message_types": VALUES | {"text"},
    "facts": VALUES | {"message_types", "storage"},
    "gateways": VALUES | {"message_types", "storage"},
    "records": VALUES | {"message_types", "storage", "gateways"},
    "choosing": VALUES | {"message_types", "text", "replies", "campaigns", "send_times"},
    "send_times": VALUES | {"message_types", "storage"},
    "pipeline": VALUES | {"message_types", "facts", "text", "gateways", "records", "send_times", "words"},
    "replies": set(),
    "campaigns": VALUES | {"campaign_settings", "text", "storage", "replies", "message_types"},
    "words": VALUES | {"message_types", "text", "campaigns"},
    "templates": VALUES | {"message_types", "text", "storage", "facts", "words"},
    "feeds": VALUES | {"storage"},
    "calendar": VALUES | {"text", "storage"},
    "queue": VALUES | {"message_types", "storage"},
    "schedule": VALUES | {"message_types", "storage", "queue"},
    "upcoming": VALUES | {"message_types", "storage", "queue", "schedule", "send_times", "pipeline"},
    "migrations": {"errors", "model", "setting_types", "settings"},
    "app": BELOW_APP,
    "jobs": COMPOSED,
    "monitoring": COMPOSED,
    "doctor": COMPOSED | {"monitoring", "migrations"},
    "processes": COMPOSED | {"jobs", "monitoring"},
    "web": COMPOSED | {"jobs", "monitoring", "doctor"},
    "cli": COMPOSED | {"jobs", "monitoring", "doctor", "processes", "web", "migrations"},
    "__main__": {"cli"},
}
#: Packages of a room that never import each other.
STRANGERS = [("web.api", "web.pages"), ("web.api", "web.rq_dashboard"), ("web.pages", "web.rq_dashboard")]
#: Packages of a room (first) that import none of the others, which may import them.
BENEATH = [("web.auth", ("web.api", "web.pages", "web.rq_dashboard"))]
#: Where RQ is imported.
KNOWS_RQ = {"queue", "schedule", "jobs", "processes", "web.rq_dashboard"}


#: Modules without a test file of their own name: which test covers them, and why there.
COVERED_ELSEWHERE = {
    "app": "tests/acceptance: it only builds the real objects, which run there",
    "records/skips": "tests/jobs/test_upcoming.py: skipped, taken back, sent now",
    "upcoming/standing": "tests/upcoming/test_planned.py: values",
    "queue/scheduled_messages": "tests/upcoming/test_reader.py: what people asked for",
    "web/pages/upcoming_labels": "tests/web/pages/test_upcoming.py: its words",
    "web/pages/upcoming_actions": "tests/web/pages/test_upcoming.py: its buttons",
    "storage/redis_clock": "tests/queue/test_maintenance.py: how often the clock is asked",
    "model/author": "tests/records/test_changes.py: who signs",
    "model/change_words": "tests/web/pages/test_change_labels.py: every action has words",
    "web/pages/changes_csv": "tests/web/pages/test_audit.py: its table",
    "cli/signing": "tests/cli/test_pause.py: who paused",
    "campaigns/manner": "tests/campaigns/test_conversation.py: values of the conversation",
    "campaigns/signs_of_harm": "tests/campaigns/test_number_health.py: thresholds",
    "campaigns/validity": "tests/campaigns/test_redoing.py: until when a yes counts",
    "campaigns/by_hand_turns": "tests/campaigns/test_by_hand.py: what requests by hand are about",
    "campaigns/drafts": "tests/campaigns/test_by_hand.py: drafts that are usable, and that are not",
    "campaigns/sketch": "tests/campaigns/test_by_hand.py: what a preview would say",
    "campaigns/acting": "tests/campaigns/test_conversation.py: conversations as scripts",
    "campaigns/confirmations": "tests/campaigns/test_conversation.py: conversations as scripts",
    "campaigns/previews": "tests/campaigns/test_conversation.py: what a preview shows",
    "campaigns/conversation_view": "tests/campaigns/test_conversation.py: conversations as scripts",
    "campaigns/freezing": "tests/campaigns/test_conversation.py: conversations as scripts",
    "campaigns/offers": "tests/campaigns/test_conversation.py: conversations as scripts",
    "campaigns/repeats": "tests/campaigns/test_conversation.py: what is told again",
    "campaigns/states": "tests/campaigns/test_conversation.py: conversations as scripts",
    "campaigns/steps": "tests/campaigns/test_conversation.py: conversations as scripts",
    "campaigns/store": "tests/campaigns/test_conversation.py: conversations as scripts",
    "campaigns/subject": "tests/campaigns/test_conversation.py: conversations as scripts",
    "campaigns/terms": "tests/campaigns/test_conversation.py: conversations as scripts",
    "campaigns/turn": "tests/campaigns/test_conversation.py: conversations as scripts",
    "replies/grammar": "tests/replies/test_owner.py: the tables of the rules, row by row, and the corpus",
    "replies/normalisation": "tests/replies/test_owner.py: the tables of the rules, row by row, and the corpus",
    "replies/client_words": "tests/replies/test_client.py: the table of clients' messages, row by row, and the corpora",
    "replies/mourning": "tests/replies/test_client.py: the table of clients' messages, row by row, and the corpora",
    "replies/notation": "tests/replies/test_matching.py: what a rule says and what it matches",
    "replies/readings": "tests/replies/test_owner.py: the tables of the rules, row by row, and the corpus",
    "replies/times": "tests/replies/test_owner.py: the tables of the rules, row by row, and the corpus",
    "replies/words": "tests/replies/test_owner.py: the tables of the rules, row by row, and the corpus",
    "campaigns/campaign_due": "tests/campaigns/test_pump.py: every step that the pump takes by itself",
    "campaigns/hand_over": "tests/campaigns/test_pump.py: whom it hands over, and when it comes back",
    "campaigns/pump_store": "tests/campaigns/test_pump.py: the database functions that it calls",
    "campaigns/pump_view": "tests/campaigns/test_pump.py: what those answer",
    "campaigns/reports": "tests/campaigns/test_pump.py: what an owner is told unasked",
    "breaker_settings": "tests/test_settings.py: values that the settings hold",
    "campaign_settings": "tests/test_settings.py: values that the settings hold",
    "campaigns/pause_causes": "tests/campaigns/test_pump.py: which pauses end by themselves",
    "campaigns/options": "tests/test_settings.py: values that the settings are made into",
    "message_types/campaign_answer": "tests/message_types/test_told.py: a declaration",
    "feed_settings": "tests/test_settings.py: values that the settings hold",
    "feeds/faults": "tests/feeds/test_words.py: every code with its words",
    "feeds/reading/counting": "tests/feeds/reading/test_reader.py: a corpus, one file a rule",
    "feeds/reading/event": "tests/feeds/reading/test_reader.py: a corpus, one file a rule",
    "feeds/reading/placed": "tests/feeds/reading/test_reader.py: a corpus, one file a rule",
    "feeds/reading/series": "tests/feeds/reading/test_reader.py: a corpus, one file a rule",
    "web/api/feed_schemas": "tests/web/test_openapi.py: every answer is held to its schema",
    "campaigns/answered": "tests/campaigns/test_conversation.py: previews that never arrived",
    "__main__": "tests/cli/test_tool.py: the command `aurora` by its other name",
    "cli/doors": "tests/cli/test_jobs.py: every script is one",
    "cli/door_jobs": "tests/cli/test_jobs.py: the script's options",
    "cli/door_pause": "tests/cli/test_pause.py: the script's options",
    "cli/door_schedule": "tests/cli/test_schedule.py: the script's options",
    "cli/paused": "tests/cli/test_pause.py: what pausing does, and the lists",
    "cli/planned_messages": "tests/cli/test_enqueue.py: whom a message goes to, and what was sent already",
    "cli/failed_messages": "tests/cli/test_messages.py: which failed messages are meant",
    "cli/message_rows": "tests/cli/test_messages.py: what is shown of a message",
    "cli/names": "tests/cli/test_jobs.py: names beside ids, and without Supabase",
    "cli/schedule_list": "tests/cli/test_schedule.py: each entry with its next run",
    "cli/schedule_run": "tests/acceptance/test_workers.py: only a process is a scheduler",
    "cli/asking": "tests/cli/test_recipients.py: what a person at a terminal is asked",
    "cli/menu": "tests/cli/test_tool.py: `aurora` alone",
    "cli/commands": "tests/cli/test_tool.py: every command and its help",
    "cli/completion": "tests/cli/test_tool.py: what shells complete",
    "model/product_tables": "tests/supabase/test_product_schema.py: they stand in another schema",
    "migrations/database_settings": "tests/cli/test_migrate.py: DATABASE_URL missing, and wrong",
    "migrations/connection": "tests/cli/test_migrate.py: databases that cannot be reached",
    "migrations/ledger": "tests/migrations/test_apply.py: what is known of each migration",
    "doctor/examination": "tests/doctor/test_checks.py: real parts, in order and not",
    "doctor/redis_checks": "tests/doctor/test_checks.py: real parts, in order and not",
    "doctor/supabase_checks": "tests/doctor/test_checks.py: real parts, in order and not",
    "doctor/gateway_checks": "tests/doctor/test_checks.py: real parts, in order and not",
    "doctor/rest": "tests/doctor/test_checks.py: real parts, in order and not",
    "doctor/product_schema": "tests/doctor/test_checks.py: what the product's tables must have",
    "doctor/trial_message": "tests/cli/test_doctor.py: a test message, sent and not",
    "doctor/words": "tests/doctor/test_finding.py: every code with its words",
    "doctor/finding_words": "tests/doctor/test_finding.py: every code with its words",
    "doctor/redis_words": "tests/doctor/test_finding.py: every code with its words",
    "doctor/supabase_words": "tests/doctor/test_finding.py: every code with its words",
    "doctor/gateway_words": "tests/doctor/test_finding.py: every code with its words",
    "campaigns/foresight": "tests/web/test_webhook_hearing.py: what webhooks answer",
    "campaigns/hearing_store": "tests/web/test_webhook_hearing.py: the database functions that it calls",
    "campaigns/understanding": "tests/campaigns/test_conversation.py: values of the conversation",
    "gateways/evolution/events": "tests/gateways/evolution/test_incoming.py: values that are read",
    "jobs/hear": "tests/web/test_webhook_hearing.py: from the webhook to the job's end",
    "jobs/hearing": "tests/web/test_webhook_hearing.py: from the webhook to the job's end",
    "jobs/hearing_owner": "tests/web/test_webhook_hearing.py: from the webhook to the job's end",
    "jobs/settling": "tests/web/test_webhook_hearing.py: what is kept of a message",
    "jobs/client_answers": "tests/web/test_webhook_hearing.py: what clients are answered",
    "campaigns/leaving": "tests/web/test_webhook_hearing.py: what clients' messages change",
    "message_types/client_answer": "tests/message_types/test_told.py: a declaration",
    "web/webhook_answer": "tests/web/test_webhook_collector.py: each webhook's own answer",
    "message_types/campaign_message": "tests/records/test_client_leases.py: a declaration, and what its data do",
    "message_types/campaign_report": "tests/message_types/test_told.py: a declaration",
    "gateways/base": "tests/gateways/evolution/test_gateway.py: a protocol, without code",
    "gateways/permits": "tests/gateways/test_rate_limit.py: the limiter's answers, values without methods",
    "message_types/birthdays": "tests/text/test_renderer.py: a declaration; its golden texts and facts are held there",
    "message_types/daily_summary": "tests/text/test_renderer.py: a declaration, as birthdays",
    "model/quiet_hours": "tests/pipeline/test_send_window.py: whether a message waits for their end",
    "model/failure_reasons": "tests/model/test_failure.py: the codes that failures are made of",
    "model/gateway_failure_words": "tests/model/test_failure.py: the words of a failure",
    "model/words": "tests/model/test_failure.py: the words of a failure",
    "model/failure_words": "tests/model/test_failure.py: the words of a failure",
    "monitoring/campaign_metrics": "tests/web/test_monitoring.py: what is collected is what /metrics shows",
    "monitoring/condition_words": "tests/monitoring/test_condition.py: the words of conditions",
    "monitoring/machinery_words": "tests/monitoring/test_condition.py: the words of conditions",
    "monitoring/message_words": "tests/monitoring/test_condition.py: the words of conditions",
    "monitoring/collector": "tests/web/test_monitoring.py: what is collected is what /metrics shows",
    "pipeline/candidate": "tests/properties/test_delivery_model.py: values of the pipeline",
    "pipeline/lane": "tests/pipeline/test_lanes.py: one of the lanes",
    "pipeline/metrics": "tests/pipeline/test_metrics_recorder.py: values that the recorder writes",
    "pipeline/outgoing": "tests/pipeline/test_delivery.py: the values that are delivered",
    "pipeline/pipeline": "tests/properties/test_delivery_model.py: in every order, with deaths at every step",
    "processes/in_hand": "tests/acceptance/test_killed_workers.py: what leaves a worker's hand, and how",
    "processes/worker": "tests/acceptance/test_workers.py: only a process is a worker",
    "words/checks": "tests/words/test_statements.py: what stands and what is refused",
    "words/common_names": "tests/words/test_vocabulary.py: every name of every type",
    "words/content": "tests/words/test_writing.py: wordings and templates",
    "words/denials": "tests/words/test_statements.py: what stands and what is refused",
    "words/expressions": "tests/words/test_grammar.py: hostile templates, and what the grammar has",
    "words/fault": "tests/words/test_grammar.py: what a refusal says",
    "words/figure_reading": "tests/words/test_statements.py: which figure a number is read as",
    "words/literal_text": "tests/words/test_grammar.py: hostile templates, and what the grammar has",
    "words/masking": "tests/words/test_statements.py: what is not read",
    "words/node_words": "tests/words/test_grammar.py: the node that is named",
    "words/occasion": "tests/words/test_vocabulary.py: what names say of an occasion",
    "words/program": "tests/words/test_grammar.py: hostile templates, and what the grammar has",
    "words/programs": "tests/words/test_writing.py: what words make of facts",
    "words/read_tokens": "tests/words/test_statements.py: words and numbers of a text",
    "words/registry": "tests/words/test_vocabulary.py: which types have words of their own",
    "words/saving": "tests/words/test_grammar.py: hostile templates, and what the grammar has",
    "words/scenario": "tests/words/test_fact_sets.py: what the fact sets are made of",
    "words/segments": "tests/words/test_client_text.py: where parts of a text come from",
    "words/tokens": "tests/words/test_grammar.py: hostile templates, and what the grammar has",
    "words/word_numbers": "tests/words/test_number_words.py: numbers in words",
    "words/vocabularies/birthdays": "tests/words/test_vocabulary.py: every name of every type",
    "words/vocabularies/custom_campaign": "tests/words/test_vocabulary.py: every name of every type",
    "words/vocabularies/daily_summary": "tests/words/test_vocabulary.py: every name of every type",
    "words/vocabularies/inactive_clients": "tests/words/test_vocabulary.py: every name of every type",
    "words/vocabularies/low_occupancy": "tests/words/test_vocabulary.py: every name of every type",
    "words/vocabularies/opportunities": "tests/words/test_vocabulary.py: every name of every type",
    "records/inbound": "tests/web/test_webhooks.py: events from the gateway's request to the row",
    "records/panel_queries": "tests/web/pages/test_panel.py: the pages show what they answer",
    "records/rows": "tests/records/test_functions.py: the database functions that it calls",
    "text/mood": "tests/text/ai/test_lines.py: the words of a mood are held there",
    "storage/redis_rights": "tests/storage/test_redis_fitness.py: a right that is missing is a fault",
    "text/layout": "tests/text/test_renderer.py: what a renderer fills, a value without methods",
    "web/api/addresses": "tests/web/api/test_submissions.py: the addresses in an answer",
    "web/api/campaign_requests": "tests/web/api/test_campaigns.py: what is asked of campaigns, and what refuses it",
    "calendar/unusable": "tests/calendar/test_exceptions.py: what refuses a statement, and in which words",
    "calendar/business_calendar": "tests/calendar/test_by_hand.py: what is read is what was said",
    "web/api/calendar_schemas": "tests/web/test_openapi.py: every answer is held to its schema",
    "web/api/campaign_schemas": "tests/web/test_openapi.py: every answer is held to its schema",
    "web/api/template_requests": "tests/web/api/test_templates.py: what is asked of words",
    "web/api/template_terms": "tests/web/api/test_templates.py: what refuses words",
    "web/api/template_publishing": "tests/web/api/test_templates.py: publishing, restoring, unpublishing",
    "web/api/template_schemas": "tests/web/test_openapi.py: every answer is held to its schema",
    "web/pages/template_context": "tests/web/pages/test_own_text.py: what the page of a text reads",
    "web/pages/template_form": "tests/web/pages/test_own_text.py: every field, and texts too long",
    "web/pages/own_texts": "tests/web/pages/test_own_text.py: the list of the messages",
    "web/pages/own_text_actions": "tests/web/pages/test_own_text.py: save, publish, go back, restore",
    "web/api/rights_schemas": "tests/web/test_openapi.py: every answer is held to its schema",
    "jobs/run_now": "tests/web/pages/test_queue_actions.py: the page's button",
    "schedule/ticks": "tests/schedule/test_scheduler.py: what the schedule fires",
    "web/api/message_filters": "tests/web/api/test_messages.py: the history's filters",
    "web/api/message_schemas": "tests/web/test_openapi.py: every answer is held to its schema",
    "web/pages/resend_rounds": "tests/web/pages/test_message_resends.py: what is kept is what the page follows",
    "message_types/choice_answer": "tests/message_types/test_told.py: a declaration, as campaign_answer",
    "choosing/answers": "tests/jobs/test_choice_hearing.py: every answer to the letter",
    "choosing/hours": "tests/jobs/test_choice_hearing.py: hours that fit, and that do not",
    "choosing/understanding": "tests/jobs/test_choice_hearing.py: conversations as scripts",
    "send_times/checks": "tests/web/api/test_send_times.py: what is refused, and why",
    "web/pages/send_time_labels": "tests/web/pages/test_send_times.py: the words on the page",
    "web/api/schemas": "tests/web/test_openapi.py: every answer is held to its schema",
    "web/pages/campaign_context": "tests/web/pages/test_campaign_page.py: what the pages about campaigns read",
    "web/pages/campaign_form": "tests/web/pages/test_new_campaign.py: every field, usable or not",
    "web/pages/campaign_labels": "tests/web/pages/test_campaign_page.py: the words on the pages",
    "web/pages/forms": "tests/web/pages/test_opt_outs.py: a form with a file, and torn ones",
    "web/pages/opt_out_actions": "tests/web/pages/test_opt_outs.py: the page's buttons",
    "web/pages/recipients_csv": "tests/web/pages/test_campaign_page.py: the report as a table",
    "web/pages/page_services": "tests/web/pages/test_page_route.py: what a page's request is given",
}
COVERED_ELSEWHERE |= {
    "campaigns/effects": "tests/campaigns/test_effect.py: what is counted, and when",
    "web/api/engagement_schemas": "tests/web/api/test_engagement.py: whole answers",
    "web/api/effect_schemas": "tests/web/api/test_engagement.py: whole answers",
    "web/api/measuring": "tests/web/api/test_engagement.py: switched on and off",
    "web/pages/effect_words": "tests/web/pages/test_engagement.py: the page and its table",
    "web/pages/engagement_csv": "tests/web/pages/test_engagement.py: the page and its table",
    "web/pages/engagement_labels": "tests/web/pages/test_engagement.py: the page and its table",
}
COVERED_ELSEWHERE |= {f"jobs/{name}": "tests/test_house.py: one line that hands over" for name in MESSAGE_TYPES}
#: Rooms of tests that cut across the product's, and tests of a room as a whole: they mirror no module.
CROSS_CUTTING = {
    "acceptance", "bench", "properties", "sandbox", "supabase",
    "test_compatibility", "test_deploy", "test_documents", "test_house", "test_requirements",
    "doctor/test_checks",
    "facts/test_access", "facts/test_calendar", "facts/test_named_cases", "facts/test_size", "facts/test_time",
    "monitoring/test_ops",
    "records/test_access", "records/test_client_leases", "records/test_functions", "records/test_reopen",
    "records/test_supabase_away", "replies/test_corpora", "replies/test_strangers",
    "campaigns/test_attribution", "model/test_chance_tables",
    "text/ai/test_phrases", "text/ai/test_vocabulary", "web/pages/test_steps", "web/pages/test_tallies",
    "web/pages/test_set_up_on_a_phone", "web/test_documents",
    "web/test_monitoring_in_trouble",
    "web/test_answers_kept", "web/test_forwarding", "web/test_odd_requests", "web/test_typescript",
}  # fmt: skip
#: What must not be called while a module is imported: it reads, connects, compiles or starts something.
NOT_AT_IMPORT = {
    "Environment", "PackageLoader", "FileSystemLoader", "read_text", "read_bytes", "open", "sha256", "sha1", "md5",
    "blake2b", "register_script", "load_script", "Redis", "from_url", "connect_redis", "create_client", "connect",
    "Client", "Session", "Settings", "FastAPI", "Flask", "Thread", "ThreadPoolExecutor", "Popen", "run", "now", "today",
}  # fmt: skip


@cache
def modules() -> dict[str, ast.Module]:
    """Every module of the house by its dotted name."""
    found = {}
    for path in HOUSE.rglob("*.py"):
        parts = path.relative_to(ROOT).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        found[name] = ast.parse(path.read_text(), str(path))
    return found


def imports(name: str) -> set[str]:
    """The modules of ours that a module imports: `from a import b` is `a.b` where that is a module."""
    found: set[str] = set()
    for node in ast.walk(modules()[name]):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name} has a relative import"
            inner = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= {full if full in modules() else str(node.module) for full in inner}
    return {module for module in found if module.split(".")[0] == "proactive"}


def roots(tree: ast.Module) -> set[str]:
    """The top-level packages that a module imports."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add(str(node.module).split(".")[0])
    return found


def room(module: str) -> str:
    return module.split(".")[1] if "." in module else ""


def test_no_module_imports_itself_in_a_circle() -> None:
    graph = {name: imports(name) - {name} for name in modules()}
    try:
        list(TopologicalSorter(graph).static_order())
    except CycleError as error:
        pytest.fail(" -> ".join(error.args[1]))


def test_the_walk_sees_the_imports_that_are_there() -> None:
    assert "proactive.facts.reader" in imports("proactive.app")
    assert "proactive.cli.recipients" in imports("proactive.cli.enqueue")
    assert len(modules()) > 80


def test_every_room_has_its_line_in_the_table() -> None:
    assert {room(name) for name in modules()} - {""} == set(MAY_IMPORT)


def test_the_table_of_contributing_is_this_one() -> None:
    everything = set(MAY_IMPORT)
    words = {
        "nothing of ours": set(), "values": VALUES, "everything above": BELOW_APP,
        "everything": everything - {"__main__"},
        "app and everything above it": COMPOSED, "the same": COMPOSED,
    }  # fmt: skip
    row = re.compile(r"^\| [^|]+ \| `(\w+)(?:/|\.py)`[^|]* \| ([^|]+) \|$", re.MULTILINE)
    said = {
        name: set[str]().union(*(words.get(each, {each}) for each in cell.split(", ")))
        for name, cell in row.findall((ROOT / "CONTRIBUTING.md").read_text("utf-8"))
    }
    assert {name: may - {name} for name, may in said.items()} == MAY_IMPORT


@pytest.mark.parametrize("name", sorted(MAY_IMPORT))
def test_a_room_imports_only_what_it_may(name: str) -> None:
    broken = {
        f"{module} imports {imported}"
        for module in modules()
        if room(module) == name
        for imported in imports(module)
        if room(imported) not in MAY_IMPORT[name] | {name}
    }
    assert not broken


def within(module: str, package: str) -> bool:
    return f"{module}.".startswith(f"proactive.{package}.")


def crossings(package: str, other: str) -> set[str]:
    """The imports that lead from one package into another."""
    return {
        f"{module} imports {imported}"
        for module in modules()
        if within(module, package)
        for imported in imports(module)
        if within(imported, other)
    }


@pytest.mark.parametrize(("one", "other"), STRANGERS)
def test_strangers_never_import_each_other(one: str, other: str) -> None:
    assert any(within(module, one) for module in modules())
    assert any(within(module, other) for module in modules())
    assert not crossings(one, other) | crossings(other, one)


@pytest.mark.parametrize(("package", "above"), BENEATH)
def test_a_package_imports_nothing_that_stands_on_it(package: str, above: tuple[str, ...]) -> None:
    assert any(within(module, package) for module in modules())
    assert not {crossing for other in above for crossing in crossings(package, other)}


def test_rq_is_imported_only_in_rooms_that_know_it() -> None:
    ignorant = {
        name
        for name, tree in modules().items()
        if roots(tree) & {"rq", "rq_scheduler", "rq_dashboard"} and not any(within(name, known) for known in KNOWS_RQ)
    }
    assert not ignorant


def test_the_product_knows_nothing_of_the_sandbox() -> None:
    assert not {name for name, tree in modules().items() if "sandbox" in roots(tree)}


def functions() -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
    for name, tree in modules().items():
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield name, node


def test_nothing_is_imported_inside_a_function() -> None:
    inside = {
        f"{name}.{function.name}"
        for name, function in functions()
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    }
    assert not inside


def test_every_module_says_what_it_is_for() -> None:
    assert not {name for name, tree in modules().items() if not ast.get_docstring(tree)}


def test_every_function_says_what_it_returns() -> None:
    assert not {
        f"{name}.{function.name}"
        for name, function in functions()
        if function.returns is None and function.name != "__init__"
    }


@pytest.mark.parametrize("name", MESSAGE_TYPES)
def test_a_message_type_is_a_module_with_its_template_a_job_and_a_database_function(name: str) -> None:
    type_ = MESSAGE_TYPES[name]
    assert importlib.import_module(f"proactive.message_types.{name}").TYPE is type_
    assert (HOUSE / "message_types" / type_.layout.template).name == f"{name}.txt.j2"
    assert (HOUSE / "message_types" / type_.layout.template).is_file()
    module, function = type_.job.rsplit(".", 1)
    assert module == f"proactive.jobs.{name}"
    assert callable(getattr(importlib.import_module(module), function))
    assert f'return perform("{name}", payload)' in (HOUSE / "jobs" / f"{name}.py").read_text()
    sql = "".join(path.read_text() for path in (ROOT / "supabase").rglob("*.sql"))
    assert f"function public.aurora_proactive_{name}(" in sql
    assert (ROOT / "tests" / "text" / "golden" / f"{name}.txt").is_file()


def test_no_other_room_knows_a_type_by_its_name() -> None:
    named = {
        f"{name}: {node.value!r}"
        for name, tree in modules().items()
        if room(name) not in {"message_types", "jobs"}
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and node.value in MESSAGE_TYPES
    }
    assert not named


def test_no_other_schema_knows_a_type_by_its_name() -> None:
    types = "|".join(MESSAGE_TYPES)
    schemas = [path for path in (ROOT / "supabase" / "schemas").glob("*.sql") if path.stem[3:] not in MESSAGE_TYPES]
    assert len(schemas) > 10
    assert not {path.name for path in schemas if re.search(f"'({types})'", path.read_text())}


def test_what_the_schedule_enqueues_exists() -> None:
    module, function = TICK.rsplit(".", 1)
    assert callable(getattr(importlib.import_module(module), function))


def mirrors() -> dict[str, Path]:
    """The test file that a module would have, by the module's path in the house without its ending."""
    paths = (path.relative_to(HOUSE) for path in HOUSE.rglob("*.py") if path.name != "__init__.py")
    return {path.with_suffix("").as_posix(): ROOT / "tests" / path.with_name(f"test_{path.name}") for path in paths}


def test_every_module_has_its_mirrored_test_file_or_a_line_that_says_what_covers_it() -> None:
    without = {module for module, test in mirrors().items() if not test.exists()}
    assert without == set(COVERED_ELSEWHERE), "a module without tests, or a line that is no longer needed"


def test_what_covers_a_module_elsewhere_exists() -> None:
    named = {line.partition(":")[0] for line in COVERED_ELSEWHERE.values()}
    assert not {path for path in named if not (ROOT / path).exists()}


def test_every_test_file_mirrors_a_module_or_is_named_as_cross_cutting() -> None:
    tests, mirroring = ROOT / "tests", set(mirrors().values())
    others = {
        path.relative_to(tests).with_suffix("").as_posix() for path in tests.rglob("test_*.py") if path not in mirroring
    }
    stale = {name for name in CROSS_CUTTING if not any(test.split("/")[0] == name or test == name for test in others)}
    assert {test for test in others if not {test, test.split("/")[0]} & CROSS_CUTTING} == set()
    assert stale == set()


def test_no_two_public_classes_share_a_name() -> None:
    where = [
        (node.name, name)
        for name, tree in modules().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_")
    ]
    counted = Counter(class_name for class_name, _ in where)
    assert not {class_name for class_name, number in counted.items() if number > 1}


def test_no_module_is_longer_than_two_hundred_lines() -> None:
    lengths = {path.relative_to(ROOT).as_posix(): len(path.read_text().splitlines()) for path in HOUSE.rglob("*.py")}
    assert not {path for path, lines in lengths.items() if lines > 200}


def called_at_import(tree: ast.AST) -> Iterator[str]:
    """What a module calls while it is imported, by the last part of its name; as far as its text can tell."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Lambda):
            continue
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            for outside in (*node.decorator_list, *node.args.defaults, *filter(None, node.args.kw_defaults)):
                yield from called_at_import(ast.Module([ast.Expr(outside)], []))
            continue
        if isinstance(node, ast.Call):
            yield node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        yield from called_at_import(node)


def test_nothing_is_built_at_import_time() -> None:
    assert "compile" in set(called_at_import(modules()["proactive.text.ai.notation"]))
    built = {f"{name}: {call}" for name, tree in modules().items() for call in called_at_import(tree)}
    assert not {each for each in built if each.partition(": ")[2] in NOT_AT_IMPORT}


@pytest.mark.parametrize(
    "name", ["setup.cfg", "setup.py", "proactive", "scripts/enqueue.py", "tests", "Procfile", "README.md"]
)
def test_what_the_products_developers_fixed_at_the_top_is_there(name: str) -> None:
    assert (ROOT / name).exists()


def test_a_zone_is_looked_up_in_one_place() -> None:
    # a name that this Python lacks must not cost anybody a message: `zone_info` knows what to do then
    callers = {name for name, tree in modules().items() if "ZoneInfo" in set(called(tree))}
    assert callers == {"proactive.model.zones"}


def called(tree: ast.AST) -> Iterator[str]:
    """What a module calls by a bare name."""
    return (node.func.id for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name))
