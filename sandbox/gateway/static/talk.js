// The open conversation: what the owner was sent, what became of it, and what the owner wrote.

import { isSent, sentIn } from "./chats.js";
import { at, counted, dayOf, element, formatted, isToday, paint, time } from "./dom.js";
import { words } from "./list.js";
import { tick } from "./ticks.js";

let drawn = null, atBottom = true;

const toBottom = () => at("paper").scrollTo(0, at("paper").scrollHeight);

// whoever reads the latest goes on reading it when the writer below grows, or a message comes
at("paper").addEventListener("scroll", ({ target }) => {
  atBottom = target.scrollHeight - target.scrollTop - target.clientHeight < 80;
});
new ResizeObserver(() => atBottom && toBottom()).observe(at("paper"));

export function drawNothing() {
  paint(at("talk-avatar"), "");
  at("talk-name").textContent = "Nenhuma mensagem ainda";
  at("talk-about").textContent = "";
  at("paper").replaceChildren(element("div", { className: "nothing" },
    element("strong", { text: "Tudo pronto" }), "Quando a Aurora enviar uma mensagem, ela aparece aqui na hora."));
  at("writer").hidden = true;
  drawn = null;
}

export function drawTalk(chat, act) {
  const paper = at("paper"), total = sentIn(chat);
  paint(at("talk-avatar"), chat.instance);
  at("talk-name").textContent = formatted(chat.number);
  at("talk-about").textContent = `recebe de ${chat.instance} · ${counted(total, "mensagem", "mensagens")}`;
  at("writer").hidden = false;
  const order = chat.entries.map((entry) => entry.id).join(" ");
  const fresh = drawn?.chat !== chat, more = fresh || !order.startsWith(drawn.order);
  if (more) {
    paper.replaceChildren();
    drawn = { chat, order: "", day: "", bubbles: new Map() };
  }
  for (const entry of chat.entries.slice(drawn.bubbles.size)) paper.append(...bubble(entry, act));
  for (const entry of chat.entries) refreshed(entry);
  const grown = order !== drawn.order;
  drawn.order = order;
  if (paper.offsetParent) chat.read = total;
  if (grown && (atBottom || fresh)) toBottom();
}

function bubble(entry, act) {
  const day = isToday(entry.date) ? "Hoje" : dayOf(entry.date);
  const parts = day === drawn.day ? [] : [element("div", { className: "day", text: day })];
  drawn.day = day;
  const made = element("article", { className: entry.ours ? "bubble ours" : "bubble" });
  if (entry.typed) made.append(element("p", { className: "quoted", text: "Digitada no celular de quem envia" }));
  if (entry.quoted) made.append(element("p", { className: "quoted", text: entry.quoted }));
  const text = element("p", { text: words(entry) }), foot = element("div", { className: "bubble-foot" });
  made.append(text, foot, element("span", { className: "reaction", hidden: true }));
  drawn.bubbles.set(entry.id, { made, text, foot, shown: "" });
  if (isSent(entry)) foot.append(...actions(entry, act));
  foot.append(element("time", { text: time(entry.date), title: entry.date.toLocaleString("pt-BR") }));
  parts.push(made);
  return parts;
}

function actions(entry, act) {
  const about = entry.text.slice(0, 40);
  return [
    element("button", { type: "button", className: "act", text: "Responder", label: `Responder a “${about}”`,
      onclick: () => act.quote(entry) }),
    element("button", { type: "button", className: "act", text: "Reagir", label: `Reagir com 👍 a “${about}”`,
      onclick: () => act.react(entry) }),
  ];
}

function refreshed(entry) {
  const kept = drawn.bubbles.get(entry.id);
  const now = JSON.stringify([entry.status, entry.reactions, entry.text, entry.kind]);
  if (kept.shown === now) return;
  kept.shown = now;
  kept.text.textContent = words(entry);
  if (entry.status) {
    kept.foot.querySelector(".tick")?.remove();
    kept.foot.append(tick(entry.status));
    kept.made.classList.toggle("failed", entry.status === "ERROR");
  }
  const reaction = kept.made.querySelector(".reaction");
  reaction.textContent = entry.reactions;
  reaction.hidden = !entry.reactions;
}
