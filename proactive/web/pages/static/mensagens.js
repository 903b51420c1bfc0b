// The pages of messages and of the queue work without this: it counts what is ticked and follows what has not ended.
"use strict";

function follow(place) {
  const look = async () => {
    if (!document.hidden && !place.contains(document.activeElement)) {
      try {
        const answer = await fetch(place.dataset.follow, { redirect: "error" });
        // what the server sends is its own template, in which everything is escaped
        if (answer.ok) place.innerHTML = await answer.text();
        if (place.querySelector("[data-ended]")) return;
      } catch {
        // the next turn comes soon
      }
    }
    setTimeout(look, 2500);
  };
  setTimeout(look, 2500);
}

function countTicked(deed) {
  const boxes = () => [...document.querySelectorAll('input[name="mensagem"]')];
  const every = document.querySelector("[data-tick-all]");
  const show = () => {
    const ticked = boxes().filter((box) => box.checked).length;
    deed.querySelector("[data-count]").textContent = ticked ? ` (${ticked})` : "";
    if (every) every.checked = ticked > 0 && ticked === boxes().length;
  };
  document.addEventListener("change", (event) => {
    if (every && event.target === every) for (const box of boxes()) box.checked = every.checked;
    show();
  });
  if (every) every.hidden = boxes().length === 0;
  show();
}

for (const place of document.querySelectorAll("[data-follow]")) follow(place);
for (const deed of document.querySelectorAll("[data-ticked]")) countTicked(deed);
