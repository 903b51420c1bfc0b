// The list of chats.

import { byLatest, chats, isSent, matches, sentIn } from "./chats.js";
import { at, element, formatted, isToday, paint, shortDay, time } from "./dom.js";
import { tick } from "./ticks.js";

const KINDS = { audio: "🎤 Áudio", image: "🖼 Foto", deleted: "🚫 Apagada" };

export const words = (entry) => (KINDS[entry.kind] ? `${KINDS[entry.kind]} ${entry.text}`.trim() : entry.text);

let drawn = "";

export function drawList(shown, open) {
  const wanted = at("search").value.trim().toLowerCase();
  const withEntries = [...chats.values()].filter((chat) => chat.entries.length);
  const listed = byLatest(withEntries.filter((chat) => !wanted || matches(chat, wanted)));
  const state = listed.map((chat) => [chat.key, chat.entries.length, chat.read, chat.entries.at(-1).status, chat === shown]);
  if (JSON.stringify([wanted, state]) === drawn) return;
  drawn = JSON.stringify([wanted, state]);
  const focused = document.activeElement?.dataset?.chat;
  at("chats").replaceChildren(...listed.map((chat) => row(chat, chat === shown, open)));
  if (focused) [...at("chats").children].find((child) => child.dataset.chat === focused)?.focus();
  if (listed.length) return;
  const text = chats.size ? "Nenhuma conversa com isso." : "As conversas aparecem aqui.";
  at("chats").append(element("p", { className: "nothing", text }));
}

function row(chat, isShown, open) {
  const last = chat.entries.at(-1);
  const total = sentIn(chat), unread = total - chat.read;
  const begin = isSent(last) ? [tick(last.status, false), " "] : [last.ours ? "Dono: " : "Do celular: "];
  const made = element("button", { className: "chat", type: "button", onclick: () => open(chat) },
    paint(element("span", { className: "avatar", ariaHidden: "true" }), chat.instance),
    element("b", { text: formatted(chat.number) }),
    element("time", { text: isToday(last.date) ? time(last.date) : shortDay(last.date) }),
    element("span", { className: "last" }, ...begin, `${chat.instance} · ${words(last).replace(/\s+/g, " ")}`),
    element("span", {
      className: unread > 0 ? "count unread" : "count",
      text: unread > 0 ? unread : total,
      title: `${total} no total, ${Math.max(0, unread)} por ler`,
    }));
  made.dataset.chat = chat.key;
  made.setAttribute("aria-current", String(isShown));
  return made;
}
