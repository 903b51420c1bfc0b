// The open conversation: what was sent, what became of it, and what was written back.

import { isSent } from "./chats.js";
import { at, dayOf, element, formatted, isToday, paint, time } from "./dom.js";
import { badge, titleOf, words, writerOf } from "./list.js";
import { tick } from "./ticks.js";

const EMOJIS = ["👍", "❤️", "😂", "🙏", "👎", "❌"];

let drawn = null, atBottom = true;

const toBottom = () => at("paper").scrollTo(0, at("paper").scrollHeight);

// whoever reads the latest goes on reading it when the writer below grows, or a message comes
at("paper").addEventListener("scroll", ({ target }) => {
  atBottom = target.scrollHeight - target.scrollTop - target.clientHeight < 80;
});
new ResizeObserver(() => atBottom && toBottom()).observe(at("paper"));

const nothing = (title, text) => element("div", { className: "nothing" }, element("strong", { text: title }), text);

export function drawNothing() {
  paint(at("talk-avatar"), "");
  at("talk-name").textContent = "Nenhuma conversa aberta";
  at("talk-about").textContent = "";
  at("paper").replaceChildren(nothing("Tudo pronto", "Quando a Aurora enviar uma mensagem, ela aparece aqui na hora."));
  at("writer").hidden = true;
  drawn = null;
}

export function drawTalk(chat, act) {
  const paper = at("paper");
  paint(at("talk-avatar"), titleOf(chat));
  at("talk-name").replaceChildren(titleOf(chat), " ", ...badge(chat));
  at("talk-about").textContent = [chat.about, chat.name && formatted(chat.number), `fala com ${chat.instance}`].filter(Boolean).join(" · ");
  at("writer").hidden = false;
  const order = chat.entries.map((entry) => entry.id).join(" ");
  const fresh = drawn?.chat !== chat, more = fresh || !order.startsWith(drawn.order);
  if (more) {
    paper.replaceChildren();
    drawn = { chat, order: "", day: "", bubbles: new Map() };
  }
  if (chat.entries.length && !drawn.bubbles.size) paper.replaceChildren();
  if (!chat.entries.length && fresh) paper.append(nothing("Ainda sem mensagens", "Escreva abaixo como esta pessoa."));
  for (const entry of chat.entries.slice(drawn.bubbles.size)) paper.append(...bubble(entry, act));
  for (const entry of chat.entries) refreshed(entry);
  const grown = order !== drawn.order;
  drawn.order = order;
  if (paper.offsetParent) chat.read = chat.entries.filter(isSent).length;
  if (grown && (atBottom || fresh || chat.entries.at(-1)?.ours)) toBottom();
}

function bubble(entry, act) {
  const day = isToday(entry.date) ? "Hoje" : dayOf(entry.date);
  const parts = day === drawn.day ? [] : [element("div", { className: "day", text: day })];
  drawn.day = day;
  const made = element("article", { className: entry.ours ? "bubble ours" : "bubble" });
  if (entry.typed) made.append(element("p", { className: "by", text: writerOf(entry) }));
  if (entry.quoted) made.append(element("p", { className: "quoted", text: entry.quoted }));
  const text = element("p", { className: "said", text: words(entry) });
  const foot = element("div", { className: "bubble-foot" }, element("span", { className: "acts" }));
  made.append(text, foot, element("span", { className: "reaction", hidden: true }));
  drawn.bubbles.set(entry.id, { made, text, foot, shown: "" });
  foot.firstChild.append(...actions(entry, act));
  foot.append(element("span", { className: "edited", text: "editada", hidden: true }),
    element("time", { text: time(entry.date), title: entry.date.toLocaleString("pt-BR") }));
  parts.push(made);
  return parts;
}

function button(name, label, onclick) {
  return element("button", { type: "button", className: `act ${name}`, label, title: label.split(" “")[0], onclick });
}

function actions(entry, act) {
  const about = `“${words(entry).slice(0, 40)}”`;
  const all = [button("answer", `Responder a ${about}`, () => act.quote(entry)),
    button("react", `Reagir a ${about}`, (event) => chooseEmoji(event.currentTarget, entry, act))];
  if (entry.ours && entry.kind === "text") all.push(button("edit", `Editar ${about}`, () => act.edit(entry)));
  if (entry.ours) all.push(button("delete", `Apagar ${about}`, () => act.remove(entry)));
  return all;
}

function chooseEmoji(opener, entry, act) {
  const bar = at("emojis");
  const choices = [...EMOJIS, ...(entry.reactions ? [""] : [])];
  const choose = (emoji) => () => {
    bar.close();
    act.react(entry, emoji);
  };
  bar.replaceChildren(...choices.map((emoji) => element("button", {
    type: "button", text: emoji || "Tirar", label: emoji ? `Reagir com ${emoji}` : "Tirar a reação", onclick: choose(emoji),
  })));
  bar.showModal();
  const place = opener.getBoundingClientRect(), size = bar.getBoundingClientRect();
  bar.style.left = `${Math.max(8, Math.min(place.left - 24, innerWidth - size.width - 8))}px`;
  bar.style.top = `${Math.max(8, place.top - size.height - 8)}px`;
}

function refreshed(entry) {
  const kept = drawn.bubbles.get(entry.id);
  const now = JSON.stringify([entry.status, entry.reactions, entry.text, entry.kind, entry.edited]);
  if (kept.shown === now) return;
  kept.shown = now;
  kept.text.textContent = words(entry);
  kept.made.classList.toggle("deleted", entry.kind === "deleted");
  kept.foot.querySelector(".acts").hidden = entry.kind === "deleted";
  kept.foot.querySelector(".edited").hidden = !entry.edited || entry.kind === "deleted";
  if (entry.status) {
    kept.foot.querySelector(".tick")?.remove();
    kept.foot.append(tick(entry.status));
    kept.made.classList.toggle("failed", entry.status === "ERROR");
  }
  const reaction = kept.made.querySelector(".reaction");
  reaction.textContent = entry.reactions;
  reaction.hidden = !entry.reactions;
}
