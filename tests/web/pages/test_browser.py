"""The pages in a real browser: on a desk and on a phone, light and dark, by keyboard, and with hostile names.

AURORA_SCREENSHOTS=1 also writes what the README shows to docs/images.
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import httpx
import psycopg
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect
from psycopg.types.json import Jsonb
from rq.results import Result
from rq.worker import SimpleWorker

from proactive.app import Application
from proactive.jobs.resend import resend
from proactive.model.occurrence import Occurrence
from proactive.model.recipient import Recipient
from proactive.queue.rq_classes import JsonJob
from sandbox.stack import LocalStack
from tests.web.pages.conftest import Looker, Shop, make_shop

Look = Callable[..., Looker]
IMAGES = Path(__file__).parents[3] / "docs" / "images"
PHONE = 390
LOOKS: dict[str, dict[str, Any]] = {
    "desk": {}, "desk-dark": {"dark": True}, "phone": {"width": PHONE}, "phone-dark": {"width": PHONE, "dark": True},
}  # fmt: skip
#: Both widths and both sets of colours: axe-core takes its time.
CHECKED = ("desk", "phone-dark")
#: What the README shows.
SHOWN = {
    ("painel", "desk"): "painel", ("painel", "desk-dark"): "painel-escuro", ("painel", "phone"): "painel-telefone",
    ("mensagens-mensagem", "desk"): "mensagens-uma", ("mensagens", "phone"): "mensagens-telefone",
}  # fmt: skip
HOSTILE = "<script>document.title='taken'</script>\"><img src=x onerror=\"document.title='taken'\">'{{7*7}}"


#: What rq-dashboard's pages are held to: a standard, not whatever a new axe-core would recommend beside it.
WCAG = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}


def findings(looker: Looker, options: dict[str, Any] | None = None) -> list[str]:
    """What axe-core finds serious or worse."""
    report = Axe().run(looker.page, options=options).response
    return [
        f"{found['id']}: {[node['target'] for node in found['nodes']]}"
        for found in report["violations"]
        if found["impact"] in ("serious", "critical")
    ]


def summary_of(shop: Shop) -> UUID:
    """The daily summary of two days ago, or the nearest one before."""
    days = (dt.datetime.now(dt.UTC).date() - dt.timedelta(days=back) for back in range(2, 30))
    ids = (Occurrence(shop.organization, Recipient.owner(shop.owner), "daily_summary", str(day)).id for day in days)
    return next(message for message in ids if message in shop.messages["sent"])


def keep(looker: Looker, name: str, *, whole: bool = False) -> None:
    if os.environ.get("AURORA_SCREENSHOTS"):
        looker.page.screenshot(path=IMAGES / f"{name}.png", full_page=whole)


@pytest.mark.parametrize("how", LOOKS)
def test_every_page_is_accessible_and_fits(look: Look, stack: LocalStack, ours: Shop, theirs: Shop, how: str) -> None:
    if os.environ.get("AURORA_SCREENSHOTS") and how == "desk":
        for number, name in enumerate(("Au Au Banho", "Clínica VetVida", "Mundo Pet", "Amigo Fiel", "Pet Feliz")):
            make_shop(stack, name, days=70 - 5 * number)
    looker = look(**LOOKS[how])
    paths = {
        "painel": "/painel", "mensagens": "/mensagens", "mensagens-mensagem": f"/mensagens/{summary_of(ours)}",
        "mensagens-falha": f"/mensagens/{ours.messages['failed'][0]}", "problema": "/mensagens?de=x",
    }  # fmt: skip
    for name, path in paths.items():
        looker.go(path)
        if how in CHECKED:
            assert findings(looker) == [], name
        wide = looker.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, name
        if (name, how) in SHOWN:
            keep(looker, SHOWN[name, how], whole=how != "phone")
    assert [said for said in looker.complaints if "422" not in said] == []


@pytest.mark.parametrize("how", CHECKED)
def test_the_door_is_accessible(look: Look, how: str) -> None:
    looker = look(anonymous=True, **LOOKS[how])
    looker.go("/entrar")
    assert findings(looker) == []
    looker.page.keyboard.type("wrong")
    looker.page.keyboard.press("Enter")
    expect(looker.page.get_by_role("alert")).to_be_visible()
    assert findings(looker) == []


def test_dark_is_dark(look: Look) -> None:
    def brightness(dark: bool) -> int:
        looker = look(dark=dark)
        looker.go("/painel")
        rgb = looker.page.evaluate("getComputedStyle(document.body).backgroundColor")
        return sum(int(part) for part in rgb.removeprefix("rgb(").removesuffix(")").split(","))

    assert brightness(dark=True) < 150 < 600 < brightness(dark=False)


def test_one_signs_in_looks_around_and_signs_out_by_keyboard(look: Look, stack: LocalStack, ours: Shop) -> None:
    looker = look(anonymous=True)
    page = looker.page
    looker.go("/mensagens")
    page.keyboard.type(stack.service_key)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Mensagens")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Ir para o conteúdo")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    page.get_by_role("link", name="Painel").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Painel")
    assert page.evaluate("document.cookie") == ""
    page.get_by_role("button", name="Sair").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Chave de serviço ou token")).to_be_focused()


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
    expect(looker.page.locator(".hint")).to_contain_text("enviadas")
    assert looker.complaints == []


def test_a_period_and_an_organisation_are_chosen(look: Look, ours: Shop, theirs: Shop) -> None:
    looker = look()
    looker.go("/painel")
    looker.page.get_by_label("Organização").select_option(str(ours.organization))
    looker.page.get_by_role("button", name="Aplicar").click()
    sent = looker.page.locator(".tile", has_text="Enviadas").locator(".big")
    expect(sent).to_have_text(str(len(ours.messages["sent"])))
    looker.page.get_by_role("link", name="7 dias").click()
    expect(looker.page.get_by_label("Organização")).to_have_value(str(ours.organization))
    assert 0 < int(sent.inner_text()) < len(ours.messages["sent"])


def test_the_panel_tells_what_is_so_now(look: Look, ours: Shop, application: Application) -> None:
    looker = look()
    looker.go("/painel")
    coming = looker.page.get_by_role("region", name="Próximas 24 horas")
    expect(coming).to_contain_text("18:00")
    expect(coming).to_contain_text("Resumo do dia")
    expect(looker.page.get_by_role("region", name="Alertas")).to_contain_text("Nenhum alerta ativo")
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
    moments = coming.locator("time").evaluate_all("all => all.map(one => one.dateTime)")
    assert len(moments) >= 9 and moments == sorted(moments)
    ours = [dt.datetime.fromisoformat(moment).astimezone(ZoneInfo(zones[0])) for moment in moments]
    assert coming.locator("time").all_inner_texts() == [f"{moment:%H:%M}" for moment in ours]
    tomorrow = [moment.date() > dt.datetime.now(ours[0].tzinfo).date() for moment in ours]
    assert ["amanhã" in text for text in coming.locator("li").all_inner_texts()] == tomorrow
    for place in ("São Paulo ·", "Manaus (18:00)", "Fernando de Noronha (18:00)"):
        expect(coming).to_contain_text(place)
    assert findings(looker) == []


def test_messages_are_filtered_and_paged_to_the_last_one(look: Look, ours: Shop) -> None:
    looker, everything = look(ours), set(ours.messages["sent"] + ours.messages["failed"])
    seen: list[str] = []
    looker.go("/mensagens")
    while True:
        links = looker.page.locator("table.list a").evaluate_all("all => all.map(one => one.pathname)")
        seen += [link.rpartition("/")[2] for link in links]
        older = looker.page.get_by_role("link", name="Mais antigas")
        if not older.count():
            break
        older.click()
    assert len(seen) == len(set(seen)) == len(everything)
    assert set(seen) == {str(message) for message in everything}
    looker.go("/mensagens")
    looker.page.get_by_label("Situação").select_option("failed")
    looker.page.get_by_role("button", name="Filtrar").click()
    expect(looker.page.locator("table.list tbody tr")).to_have_count(len(ours.messages["failed"]))
    looker.go("/mensagens")
    looker.page.get_by_label("Número da mensagem").fill(str(ours.messages["sent"][3])[:13])
    looker.page.keyboard.press("Enter")
    expect(looker.page.locator("table.list tbody tr")).to_have_count(1)


def test_a_failed_message_is_sent_again(look: Look, stack: LocalStack, application: Application) -> None:
    shop = make_shop(stack, "Reenvio", days=4)
    looker, failed = look(shop), shop.messages["failed"][-1]
    looker.go(f"/mensagens/{failed}")
    expect(looker.page.get_by_text("a instância não está conectada")).to_be_visible()
    looker.page.get_by_role("button", name="Reenviar").click()
    expect(looker.page.get_by_role("status")).to_be_visible()
    expect(looker.page.locator("h1 .badge")).to_have_text("Pendente")
    assert application.queue.count == 1
    expect(looker.page.get_by_role("button", name="Reenviar")).to_have_count(0)


def test_nothing_from_the_data_is_ever_markup(look: Look, stack: LocalStack) -> None:
    hostile = make_shop(stack, HOSTILE, HOSTILE, days=2)
    message = hostile.messages["failed"][0]
    metadata: dict[str, object] = dict.fromkeys(("fallback", "occurrence", "composer", "job_id"), HOSTILE)
    metadata |= {"facts": {HOSTILE: HOSTILE, "reasons": [HOSTILE], "revenue": HOSTILE}, "receipts": {"error": HOSTILE}}
    with psycopg.connect(stack.dsn) as connection:
        connection.execute(
            "update aurora_proactive_messages set content = %s, error_message = %s, status = 'failed', metadata = %s"
            " where id = %s",
            [HOSTILE, HOSTILE, Jsonb(metadata), message],
        )
        connection.execute("select aurora_proactive_pause(%s, null, %s)", [hostile.organization, HOSTILE])
    looker = look()
    for path in ("/painel", f"/painel?organizacao={hostile.organization}", "/mensagens",
                 f"/mensagens?organizacao={hostile.organization}", f"/mensagens/{message}"):  # fmt: skip
        looker.go(path)
        assert looker.page.title() != "taken"
        assert looker.page.locator("img[onerror], script:not([src])").count() == 0
    expect(looker.page.locator(".bubble")).to_have_text(HOSTILE)
    assert looker.complaints == []
    with psycopg.connect(stack.dsn) as connection:
        connection.execute("select aurora_proactive_resume(%s, null)", [hostile.organization])
        connection.execute("update organizations set name = 'Bom nome' where id = %s", [hostile.organization])


def test_rq_dashboard_works_behind_the_sign_in(look: Look, application: Application) -> None:
    application.queue.enqueue("proactive.jobs.tick.run", type="birthdays", timezone="America/Sao_Paulo")
    looker = look()
    looker.go("/painel")
    looker.page.get_by_role("link", name="Fila", exact=True).click()
    expect(looker.page.get_by_role("cell", name="aurora-proactive")).to_be_visible()
    looker.page.goto("/rq/0/view/jobs/aurora-proactive/queued/8/asc/1")
    expect(looker.page.get_by_text("proactive.jobs.tick.run").first).to_be_visible()
    looker.page.get_by_role("link", name="Aurora", exact=False).first.click()
    expect(looker.page.get_by_role("heading", level=1)).to_have_text("Painel")
    assert looker.complaints == []


def dashboard_pages(application: Application) -> Iterator[str]:
    """Every page of rq-dashboard's, with something on it."""
    queue = application.queue
    job = queue.enqueue("proactive.jobs.tick.run", description=HOSTILE, meta={"x": HOSTILE}, x=HOSTILE)
    failed = queue.create_job("proactive.jobs.tick.run", description=HOSTILE)
    failed.save()
    queue.failed_job_registry.add(failed, 3600)
    Result.create_failure(failed, 3600, HOSTILE)
    busy = SimpleWorker([queue], name="worker-9", connection=application.redis)
    busy.register_birth()
    busy.prepare_execution(job)
    yield "/rq/"
    yield from ("/rq/0/view/workers", "/rq/0/view/jobs", "/rq/0/view/jobs/aurora-proactive/failed/8/asc/1")
    yield from (f"/rq/0/view/job/{one.id}" for one in (job, failed))


@pytest.mark.parametrize("how", CHECKED)
def test_rq_dashboard_is_accessible_and_shows_nothing_as_markup(look: Look, application: Application, how: str) -> None:
    looker = look(**LOOKS[how])
    for path in dashboard_pages(application):
        looker.go(path)
        expect(looker.page.get_by_text("Loading...")).to_have_count(0)
        if path.endswith("/workers"):
            expect(looker.page.locator("tr", has_text="worker-9").get_by_role("link")).to_have_text(HOSTILE)
        if "/job/" in path:
            expect(looker.page.locator("#job-data p").first).to_be_visible()
        assert looker.page.title() == "RQ dashboard", path
        assert looker.page.locator("img").count() == 0, path
        assert findings(looker, WCAG) == [], path
    assert looker.complaints == []


def test_scripts_in_rq_dashboard_run_only_if_they_are_its_own(look: Look) -> None:
    looker = look()
    looker.go("/rq/")
    looker.page.evaluate("""() => {
        const script = document.createElement("div");
        script.innerHTML = `<img src="x" onerror="document.title = 'taken'">`;
        return new Promise(done => {
            document.addEventListener("securitypolicyviolation", done, {once: true});
            document.body.append(script);
        }).then(() => null);
    }""")
    assert looker.page.title() == "RQ dashboard"


@pytest.mark.parametrize(
    "path",
    ["0/view/jobs/');alert(1);('/queued/8/asc/1", "0/view/jobs/x/nowhere/8/asc/1", "0/view/jobs/x/queued/0/asc/1",
     "0/data/jobs/x/nowhere/8/asc/1.json", "0/view/job/x", "0/data/job/x.json", "1/view/queues", "1/data/queues.json"],
)  # fmt: skip
def test_addresses_that_rq_dashboard_would_choke_on_are_not_found(
    visitor: Callable[..., httpx.Client], path: str
) -> None:
    answer = visitor().get(f"/rq/{path}")
    assert answer.status_code == 404
    assert "alert" not in answer.text


def test_requeueing_in_rq_dashboard_also_reopens_the_record(
    visitor: Callable[..., httpx.Client], application: Application, stack: LocalStack
) -> None:
    failed = make_shop(stack, "Reenvio pela fila", days=4).messages["failed"][-1]
    job = JsonJob.fetch(str(resend(application, failed, dt.datetime.now(dt.UTC))), connection=application.redis)
    application.queue.empty()
    job.save()
    application.queue.failed_job_registry.add(job, 3600)
    with psycopg.connect(stack.dsn) as connection:
        connection.execute("update aurora_proactive_messages set status = 'failed' where id = %s", [failed])
    assert visitor().post(f"/rq/job/{job.id}/requeue").json() == {"status": "OK"}
    assert application.queue.get_job_ids() == [job.id]
    assert visitor().get(f"/mensagens/{failed}").text.count('class="badge pending"') == 1


def test_no_page_calls_another_host(look: Look, address: str) -> None:
    looker, asked = look(), set()
    looker.page.on("request", lambda request: asked.add(httpx.URL(request.url).netloc.decode()))
    for path in ("/painel", "/mensagens", "/rq/"):
        looker.go(path)
    assert asked == {address.removeprefix("http://")}
