"""rq-dashboard's pages show no job as markup, and run no script but their own."""

from __future__ import annotations

from collections.abc import Iterator

from playwright.sync_api import expect
from rq.results import Result
from rq.worker import SimpleWorker

from proactive.app import Application
from tests.support.browsing import HOSTILE, Look


def test_rq_dashboard_works_behind_the_sign_in(look: Look, application: Application) -> None:
    application.queue.enqueue("proactive.jobs.tick.run", type="birthdays", timezone="America/Sao_Paulo")
    looker = look()
    looker.go("/painel")
    looker.page.get_by_role("link", name="Fila", exact=True).click()
    looker.page.get_by_role("link", name="rq-dashboard").click()
    expect(looker.page.get_by_role("cell", name="aurora-proactive")).to_be_visible()
    looker.page.goto("/rq/0/view/jobs/aurora-proactive/queued/8/asc/1")
    expect(looker.page.get_by_text("proactive.jobs.tick.run").first).to_be_visible()
    looker.page.get_by_role("link", name="Aurora", exact=False).first.click()
    expect(looker.page.get_by_role("heading", level=1)).to_have_text("Fila")
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


def test_rq_dashboard_shows_nothing_as_markup(look: Look, application: Application) -> None:
    looker = look()
    for path in dashboard_pages(application):
        looker.go(path)
        expect(looker.page.get_by_text("Loading...")).to_have_count(0)
        if path.endswith("/workers"):
            expect(looker.page.locator("tr", has_text="worker-9").get_by_role("link")).to_have_text(HOSTILE)
        if "/job/" in path:
            expect(looker.page.locator("#job-data p").first).to_be_visible()
        assert looker.page.title() == "RQ dashboard", path
        assert looker.page.locator("img").count() == 0, path
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
