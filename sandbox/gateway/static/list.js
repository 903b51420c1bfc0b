// The list of chats: who wrote or was written to, the latest first, then everybody else whose name is known.

import { byLatest, chats, isOwner, isSent, matches, sentIn } from "./chats.js";
import { at, element, formatted, isToday, paint, shortDay, time } from "./dom.js";
import { tick } from "./ticks.js";

const KINDS = {
  audio: "🎤 Áudio", image: "🖼 Foto", video: "🎬 Vídeo", document: "📄 Documento", sticker: "Figurinha",
  location: "📍 Local", contact: "👤 Contato", deleted: "🚫 Mensagem apagada",
};
const TYPED = { bot: "Robô da loja", typed_on_the_phone: "Celular da loja" };
const QUIET = 30;

export const words = (entry) => (KINDS[entry.kind] ? `${KINDS[entry.kind]} ${entry.text}`.trim() : entry.text);
export const writerOf = (entry) => TYPED[entry.kind] ?? "";
export const titleOf = (chat) => chat.name || formatted(chat.number);
export const roleOf = (chat) => ({ owner: "dono(a)", client: "cliente" }[chat.role] ?? "");

let drawn = "", role = "";

export function startList(redraw) {
  for (const choice of document.querySelectorAll("#roles input")) {
    choice.addEventListener("change", () => {
      role = choice.value;
      redraw();
    });
  }
}

export function drawList(shown, open) {
  const wanted = at("search").value.trim().toLowerCase();
  const fitting = [...chats.values()].filter((chat) => (!role || chat.role === role) && (!wanted || matches(chat, wanted)));
  const talking = byLatest(fitting.filter((chat) => chat.entries.length));
  const silent = fitting.filter((chat) => !chat.entries.length);
  const state = talking.map((chat) => [chat.key, chat.name, chat.read, chat === shown, ...lastOf(chat)]);
  const now = JSON.stringify([wanted, role, state, silent.map((chat) => [chat.key, chat.name, chat === shown])]);
  if (now === drawn) return;
  drawn = now;
  const focused = document.activeElement?.dataset?.chat;
  at("chats").replaceChildren(...talking.map((chat) => row(chat, chat === shown, open)));
  if (silent.length) {
    at("chats").append(element("h3", { className: "silent", text: "Ainda sem conversa" }),
      ...silent.slice(0, QUIET).map((chat) => row(chat, chat === shown, open)));
  }
  if (silent.length > QUIET) {
    const text = `e mais ${silent.length - QUIET}: procure pelo nome`;
    at("chats").append(element("p", { className: "more", text }));
  }
  if (focused) [...at("chats").children].find((child) => child.dataset.chat === focused)?.focus();
  if (fitting.length) return;
  const text = chats.size ? "Nenhuma conversa com isso." : "As conversas aparecem aqui.";
  at("chats").append(element("p", { className: "nothing", text }));
}

function lastOf(chat) {
  const last = chat.entries.at(-1);
  return [chat.entries.length, last.status, last.text, last.kind];
}

function row(chat, isShown, open) {
  const last = chat.entries.at(-1);
  const unread = sentIn(chat) - chat.read;
  const about = chat.about || chat.instance;
  const made = element("button", { className: "chat", type: "button", onclick: () => open(chat) },
    paint(element("span", { className: "avatar", ariaHidden: "true" }), titleOf(chat)),
    element("span", { className: "who" }, element("b", { text: titleOf(chat) }), ...badge(chat)),
    element("time", { text: last ? (isToday(last.date) ? time(last.date) : shortDay(last.date)) : "" }),
    element("span", { className: "last" }, ...(last ? preview(last) : [about])),
    element("span", { className: "count", hidden: unread <= 0, text: unread, title: `${unread} por ler` }));
  made.dataset.chat = chat.key;
  made.setAttribute("aria-current", String(isShown));
  return made;
}

export function badge(chat) {
  return chat.role ? [element("span", { className: isOwner(chat) ? "badge owner" : "badge", text: roleOf(chat) })] : [];
}

function preview(last) {
  const said = words(last).replace(/\s+/g, " ");
  if (isSent(last)) return [tick(last.status, false), ` ${said}`];
  return [`${writerOf(last) || "Você"}: ${said}`];
}
