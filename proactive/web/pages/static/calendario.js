// /calendario works without this: a day's buttons then stand on top of the page instead of in a sheet.
"use strict";

const sheet = document.getElementById("folha");

async function openDay(link) {
  const address = new URL(link.href);
  address.pathname = "/calendario/dia";
  try {
    const answer = await fetch(address, { redirect: "error" });
    if (!answer.ok) return location.assign(link.href);
    // what the server sends is its own template, in which everything is escaped
    sheet.innerHTML = await answer.text();
    sheet.showModal();
  } catch {
    location.assign(link.href);
  }
}

if (sheet?.showModal) {
  document.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    const link = event.target.closest("a[data-day]");
    if (link) {
      event.preventDefault();
      openDay(link);
    } else if (sheet.open && (event.target === sheet || event.target.closest("[data-close]"))) {
      event.preventDefault();
      sheet.close();
    }
  });
}
