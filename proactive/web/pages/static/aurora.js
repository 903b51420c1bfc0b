// The pages work without this: it draws the chart, keeps "now" fresh, and suggests organisations.
"use strict";

const color = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

function drawChart(place) {
  const { labels, sent, failed } = JSON.parse(place.dataset.chart);
  const total = sent.map((count, step) => count + failed[step]);
  const bars = uPlot.paths.bars({ size: [0.72, 48], radius: [0.12, 0] });
  const value = (_, count, series, step) => (step === null || step === undefined ? "–" : count);
  const axis = { stroke: color("--muted"), font: "12px system-ui, sans-serif", ticks: { show: false } };
  const format = new Intl.NumberFormat("pt-BR");
  let chart = null;
  const draw = () => {
    chart?.destroy();
    const hint = document.createElement("div");
    hint.className = "hint";
    hint.hidden = true;
    chart = new uPlot({
      width: Math.max(place.clientWidth, 200),
      height: place.clientWidth < 500 ? 200 : 260,
      legend: { show: false },
      cursor: { y: false, points: { show: false }, drag: { x: false, y: false } },
      scales: { x: { time: false, range: [-0.6, labels.length - 0.4] }, y: { range: (_, low, high) => [0, Math.max(high * 1.08, 4)] } },
      series: [
        {},
        { paths: bars, fill: color("--failed"), width: 0, points: { show: false }, value },
        { paths: bars, fill: color("--sent"), width: 0, points: { show: false }, value },
      ],
      axes: [
        { ...axis, stroke: color("--muted"), grid: { show: false }, size: 30, space: 44, incrs: [1, 2, 3, 5, 7, 10, 14, 30, 60],
          values: (_, steps) => steps.map((step) => labels[step] ?? "") },
        { ...axis, stroke: color("--muted"), grid: { stroke: color("--line"), width: 1 }, size: 52, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 1e4, 2e4, 5e4, 1e5],
          values: (_, counts) => counts.map((count) => format.format(count)) },
      ],
      hooks: {
        ready: [(self) => self.over.append(hint)],
        setCursor: [(self) => {
          const step = self.cursor.idx;
          hint.hidden = step === null || step === undefined || self.cursor.left < 0;
          if (hint.hidden) return;
          hint.textContent = `${labels[step]}: ${format.format(sent[step])} aceitas, ${format.format(failed[step])} com falha`;
          const left = Math.min(Math.max(self.valToPos(step, "x") - hint.offsetWidth / 2, 0), self.over.clientWidth - hint.offsetWidth);
          hint.style.transform = `translateX(${left}px)`;
        }],
      },
    }, [labels.map((_, step) => step), total, sent], place);
  };
  draw();
  let width = place.clientWidth;
  new ResizeObserver(() => {
    if (place.clientWidth === width) return;
    width = place.clientWidth;
    draw();
  }).observe(place);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
  fillTable(document.querySelector("[data-table]"), labels, sent, failed, format);
}

function fillTable(place, labels, sent, failed, format) {
  const table = document.createElement("table");
  const row = (kind, cells) => {
    const line = table.insertRow();
    for (const text of cells) {
      const cell = document.createElement(kind);
      if (kind === "th") cell.scope = "col";
      cell.textContent = text;
      line.append(cell);
    }
  };
  row("th", ["Quando", "Aceitas", "Falharam"]);
  labels.forEach((label, step) => row("td", [label, format.format(sent[step]), format.format(failed[step])]));
  place.append(table);
}

// after so many seconds without an answer nothing on the page counts as looked at just now
const STALE = 45;

function keepFresh(place) {
  let at = Date.now();
  const tell = () => {
    const seconds = Math.round((Date.now() - at) / 1000);
    const words = seconds < 120 ? `${seconds} s` : `${Math.round(seconds / 60)} min`;
    const label = place.querySelector("[data-fresh]");
    place.classList.toggle("stale", seconds > STALE);
    if (!label) return;
    label.textContent = seconds > STALE ? `desatualizado: visto há ${words}` : `atualizado há ${words}`;
    label.classList.toggle("old", seconds > STALE);
  };
  const renew = async () => {
    if (document.hidden || place.contains(document.activeElement)) return;
    try {
      const answer = await fetch(place.dataset.refresh, { redirect: "error" });
      if (!answer.ok) return;
      // what the server sends is its own template, in which everything is escaped
      place.innerHTML = await answer.text();
      at = Date.now();
      tell();
    } catch {
      // the next turn comes soon, and the page says how old it is
    }
  };
  tell();
  setInterval(tell, 1000);
  setInterval(renew, 15000);
  document.addEventListener("visibilitychange", renew);
}

// the names that fit what is written of an organisation's; without this, the form searches when it is sent
function suggest(field) {
  const list = document.getElementById(field.getAttribute("list"));
  let wait = null;
  let latest = 0;
  const show = async () => {
    const mine = ++latest;
    const text = field.value.trim();
    if (!text) return list.replaceChildren();
    try {
      const answer = await fetch(`${field.dataset.suggest}?${new URLSearchParams({ q: text })}`, { redirect: "error" });
      if (!answer.ok || mine !== latest) return;
      list.replaceChildren(...(await answer.json()).names.map((name) => new Option("", name)));
    } catch {
      // the next letter asks again
    }
  };
  field.addEventListener("input", () => {
    clearTimeout(wait);
    wait = setTimeout(show, 150);
  });
}

for (const place of document.querySelectorAll("[data-chart]")) drawChart(place);
for (const place of document.querySelectorAll("[data-refresh]")) keepFresh(place);
for (const field of document.querySelectorAll("[data-suggest]")) suggest(field);

// the preview of a campaign follows what is written, a moment after the last change
function followForm(form) {
  const place = document.getElementById("previa");
  let wait = null;
  let latest = 0;
  // what is shown must not stay what was written before: while the server cannot answer, it is asked again
  const again = (mine) => {
    if (mine === latest) wait = setTimeout(show, 2000);
  };
  const show = async () => {
    const mine = ++latest;
    try {
      const answer = await fetch(form.dataset.preview, { method: "POST", body: new URLSearchParams(new FormData(form)), redirect: "error" });
      // what the server sends is its own template, in which everything is escaped
      if (answer.ok && mine === latest) place.innerHTML = await answer.text();
      if (answer.status >= 500) again(mine);
    } catch {
      again(mine);
    }
  };
  form.addEventListener("input", () => {
    clearTimeout(wait);
    if (form.elements.texto.value.trim().length >= form.elements.texto.minLength) wait = setTimeout(show, 500);
  });
}

for (const form of document.querySelectorAll("[data-preview]")) followForm(form);
