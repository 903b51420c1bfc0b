// /textos works without this: it follows what is written with the preview, and puts names into the text.
"use strict";

// a moment after the last key
const PAUSE = 300;

function followTexts(form) {
  const place = document.getElementById("previa");
  const said = document.getElementById("previa-dita");
  let wait = null;
  let asked = null;
  const show = async () => {
    asked?.abort();
    const mine = (asked = new AbortController());
    try {
      const answer = await fetch(form.dataset.texts, { method: "POST", body: new URLSearchParams(new FormData(form)), redirect: "error", signal: mine.signal });
      if (answer.ok) {
        // what the server sends is its own template, in which everything is escaped
        place.innerHTML = await answer.text();
        said.textContent = place.querySelector("[data-said]")?.dataset.said ?? "";
      } else if (answer.status >= 500) later(2000);
    } catch (error) {
      // what is shown must not stay what was written before
      if (error.name !== "AbortError") later(2000);
    }
  };
  const later = (pause) => {
    clearTimeout(wait);
    wait = setTimeout(show, pause);
  };
  form.addEventListener("input", () => later(PAUSE));
  for (const choice of document.querySelectorAll('input[name="conjunto"]')) choice.addEventListener("change", () => later(0));
  return () => later(PAUSE);
}

function insertNames(form, changed) {
  for (const chip of form.querySelectorAll("[data-insert]")) {
    chip.addEventListener("click", () => {
      const field = form.elements[chip.dataset.into];
      field.focus();
      field.setRangeText(chip.dataset.insert, field.selectionStart, field.selectionEnd, "end");
      changed();
    });
  }
}

function goToLines(form) {
  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-line]");
    const source = form.elements.texto;
    if (!link || !source) return;
    const lines = source.value.split("\n");
    const before = lines.slice(0, Number(link.dataset.line) - 1).join("\n").length;
    const begin = before ? before + 1 : 0;
    source.focus();
    source.setSelectionRange(begin, begin + (lines[Number(link.dataset.line) - 1] ?? "").length);
  });
}

for (const form of document.querySelectorAll("[data-texts]")) {
  insertNames(form, followTexts(form));
  goToLines(form);
}
