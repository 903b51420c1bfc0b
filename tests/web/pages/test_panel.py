"""The panel in a browser: its chart, its period and organisation, and the live status."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import psycopg
from playwright.sync_api import expect

from proactive.app import Application
from proactive.storage.redis import ALERTS_EVALUATED
from sandbox.stack import LocalStack
from tests.support.browsing import Look, findings
from tests.support.shops import Shop, make_shop


def test_the_chart_is_drawn_and_is_a_table_as_well(look: Look, ours: Shop) -> None:
    looker = look(ours)
    looker.go("/painel")
    painted = """canvas => new Set(new Uint32Array(
        canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data.buffer)).size"""
    assert looker.page.locator(".chart canvas").evaluate(painted) > 3
    looker.page.get_by_text("Ver como tabela").click()
    rows = looker.page.locator("[data-table] tr").all_inner_texts()
    assert len(rows) == 31
    assert sum(int(row.split()[1]) for row in rows[1:]) == len(ours.messages["sent"])
    looker.page.locator(".chart").hover()
    expect(looker.page.locator(".hint")).to_contain_text("aceitas")
    assert looker.complaints == []


def test_a_period_and_an_organisation_are_chosen(look: Look, ours: Shop, theirs: Shop) -> None:
    looker = look()
    looker.go("/painel")
    looker.page.get_by_label("Organização").fill("patas")
    looker.page.get_by_role("button", name="Ver", exact=True).click()
    sent = looker.page.locator(".tile", has_text="Aceitas pelo gateway").locator(".big")
    expect(sent).to_have_text(str(len(ours.messages["sent"])))
    looker.page.get_by_role("link", name="7 dias").click()
    expect(looker.page.get_by_label("Organização")).to_have_value(ours.name)
    assert 0 < int(sent.inner_text()) < len(ours.messages["sent"])


def test_the_panel_tells_what_is_so_now(look: Look, ours: Shop, application: Application) -> None:
    looker = look()
    looker.go("/painel")
    coming = looker.page.get_by_role("region", name="Próximas 24 horas")
    expect(coming).to_contain_text("18:00")
    expect(coming).to_contain_text("Resumo do dia")
    alerts = looker.page.get_by_role("region", name="Alertas")
    expect(alerts).to_contain_text("Nenhum alerta ativo")
    application.redis.hset(ALERTS_EVALUATED, mapping={"queue": 1, "records": 1})
    looker.go("/painel")
    expect(alerts).to_contain_text("Os alertas não são verificados desde")
    expect(alerts).not_to_contain_text("Nenhum alerta ativo")
    notice = '{"text": "🔴 Aurora - Alerta: taxa de falha: 12,0%", "at": "2026-11-22T10:00:00+00:00"}'
    application.redis.hset("aurora:alerts:raised", "failure_rate", notice)
    looker.go("/painel")
    expect(looker.page.get_by_role("region", name="Alertas")).to_contain_text("taxa de falha: 12,0%")
    assert findings(looker) == []


def test_what_comes_is_in_the_order_of_time_wherever_it_is(
    look: Look, stack: LocalStack, application: Application
) -> None:
    zones = ["America/Sao_Paulo", "America/Manaus", "America/Noronha"]
    for zone in zones:
        make_shop(stack, zone, days=1, zone=zone)
    application.schedule.register(zones, dt.datetime.now(dt.UTC))
    looker = look()
    looker.go("/painel")
    coming = looker.page.get_by_role("region", name="Próximas 24 horas")
    # "Não se sabe" is also true of a machine that is too busy to answer: the page looks again by itself
    for place in ("São Paulo ·", "Manaus (18:00)", "Fernando de Noronha (18:00)"):
        expect(coming).to_contain_text(place, timeout=60_000)
    moments = coming.locator("time").evaluate_all("all => all.map(one => one.dateTime)")
    assert len(moments) >= 9 and moments == sorted(moments)
    ours = [dt.datetime.fromisoformat(moment).astimezone(ZoneInfo(zones[0])) for moment in moments]
    assert coming.locator("time").all_inner_texts() == [f"{moment:%H:%M}" for moment in ours]
    tomorrow = [moment.date() > dt.datetime.now(ours[0].tzinfo).date() for moment in ours]
    assert ["amanhã" in text for text in coming.locator("li").all_inner_texts()] == tomorrow
    assert findings(looker) == []


def test_an_instance_that_is_stopped_is_shown_with_its_cause_and_is_let_go(
    look: Look, ours: Shop, stack: LocalStack, application: Application
) -> None:
    name = f"org-{ours.organization}"
    with psycopg.connect(stack.dsn) as connection:
        connection.execute(
            "insert into whatsapp_instances (organization_id, instance_name, status) values (%s, %s, 'connected')",
            [ours.organization, name],
        )
    application.breakers.stop(name, "refused")
    looker = look(ours)
    looker.go("/painel")
    instances = looker.page.get_by_role("region", name="Instâncias do WhatsApp")
    expect(instances).to_contain_text("o WhatsApp recusou as últimas mensagens")
    expect(instances).to_contain_text("nem a contatos novos até")
    assert findings(looker) == []
    with psycopg.connect(stack.dsn) as connection:
        connection.execute(
            "insert into aurora_proactive_messages (organization_id, message_type, status, metadata)"
            " values (%s, 'birthdays', 'pending', '{}')", [ours.organization],
        )  # fmt: skip
    looker.go("/mensagens?situacao=pending")
    expect(looker.page.locator(".list")).to_contain_text("espera: instância parada, o WhatsApp recusou")
    looker.go("/painel")
    instances.get_by_role("button", name="Liberar agora").click()
    expect(instances).not_to_contain_text("Parada")
    assert application.breakers.stopped(ours.organization) == []


def test_now_stands_first_says_how_old_it_is_and_is_grey_when_nobody_answers(look: Look, ours: Shop) -> None:
    looker = look(width=390)
    looker.page.clock.install()
    looker.go("/painel")
    first = looker.page.locator("main section").first
    expect(first).to_have_attribute("aria-label", "Agora")
    fresh = looker.page.locator("[data-fresh]")
    expect(fresh).to_have_text("atualizado há 0 s")
    looker.page.clock.run_for(3000)
    expect(fresh).to_have_text("atualizado há 3 s")
    looker.page.route("**/painel/agora*", lambda route: route.abort())
    looker.page.clock.run_for(50_000)
    expect(fresh).to_have_text("desatualizado: visto há 53 s")
    expect(looker.page.locator(".now")).to_have_class("now stale")


def test_while_supabase_is_away_the_panel_says_so_and_what_to_do(look: Look, stack: LocalStack, ours: Shop) -> None:
    stack.services["postgrest"].stop()
    try:
        for shop in (None, ours):
            looker = look(shop)
            looker.go("/painel")
            expect(looker.page.locator(".findings")).to_contain_text(
                "O envio está parado" if shop else "O Supabase não"
            )
            expect(looker.page.get_by_role("region", name="Instâncias do WhatsApp")).to_contain_text("Não se sabe")
            assert findings(looker) == []
        looker = look()
        looker.page.goto("/mensagens")
        expect(looker.page.locator("main")).to_contain_text("O Supabase não responde: as mensagens esperam.")
    finally:
        stack.services["postgrest"].start()
