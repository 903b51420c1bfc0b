// What is known: a chat for each instance and number, with what was sent and answered, and how far it came.

// a receipt never takes back what a later one said: they come in any order
const RANK = { ACCEPTED: 0, SERVER_ACK: 1, DELIVERY_ACK: 2, READ: 3, PLAYED: 3, ERROR: 4 };
const WITHOUT_BUBBLE = new Set(["timer"]);

export const chats = new Map();
const byId = new Map();
const entries = new Map();
const waiting = new Map();
export const seen = { message: 0, reply: 0, receipt: 0, messages: 0 };

const keyOf = ({ instance, number }) => `${instance}\n${number}`;

function chatOf(of) {
  const key = keyOf(of), { instance, number } = of;
  if (!chats.has(key)) chats.set(key, { key, instance, number, name: "", role: "", about: "", entries: [], read: 0 });
  return chats.get(key);
}

export function keepPerson(person) {
  const { name, role, about } = person;
  Object.assign(chatOf(person), { name, role, about });
}

function put(chat, entry) {
  chat.entries.push(entry);
  entries.set(entry.id, entry);
  chat.entries.sort((one, other) => one.date - other.date);
  return chat;
}

export function keepMessage(message) {
  const status = waiting.get(message.id) ?? "ACCEPTED";
  const date = new Date(message.accepted_at * 1000);
  const entry = { id: message.gateway_message_id, ours: false, text: message.text, date, status, reactions: "" };
  byId.set(message.id, entry);
  seen.message = Math.max(seen.message, message.id);
  seen.messages += 1;
  return put(chatOf(message), entry);
}

export function keepReply(reply) {
  seen.reply = Math.max(seen.reply, reply.id);
  const target = entries.get(reply.target);
  const chat = chatOf(reply);
  if (WITHOUT_BUBBLE.has(reply.kind)) return chat;
  if (reply.kind.startsWith("reaction")) {
    if (target) target.reactions = reply.kind === "reaction" ? reply.text || "👍" : "";
    return chat;
  }
  if (reply.kind === "edit" || reply.kind === "delete") {
    const change = reply.kind === "edit" ? { text: reply.text, edited: true } : { text: "", kind: "deleted" };
    if (target) Object.assign(target, change);
    return chat;
  }
  return put(chat, {
    id: reply.gateway_message_id, ours: !reply.from_me, typed: reply.from_me, kind: reply.kind, text: reply.text,
    quoted: target?.text ?? "", date: new Date(reply.at * 1000), status: null, reactions: "", edited: false,
  });
}

export function keepReceipt(receipt) {
  seen.receipt = Math.max(seen.receipt, receipt.at);
  const entry = byId.get(receipt.message_id);
  const before = entry?.status ?? waiting.get(receipt.message_id) ?? "ACCEPTED";
  if (RANK[receipt.status] <= RANK[before]) return;
  if (entry) entry.status = receipt.status;
  else waiting.set(receipt.message_id, receipt.status);
}

export const isSent = (entry) => !entry.ours && !entry.typed;
export const isOwner = (chat) => chat.role === "owner";
export const sentIn = (chat) => chat.entries.filter(isSent).length;

export function byLatest(some) {
  const latest = (chat) => chat.entries.at(-1)?.date ?? 0;
  return [...some].sort((one, other) => latest(other) - latest(one));
}

const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

export function matches(chat, wanted) {
  const digits = wanted.replace(/\D/g, ""), words = plain(wanted);
  return [chat.instance, chat.name, chat.about].some((text) => plain(text).includes(words))
    || (digits !== "" && chat.number.includes(digits))
    || chat.entries.some((entry) => plain(entry.text).includes(words));
}

export function forget() {
  for (const kept of [byId, entries, waiting]) kept.clear();
  for (const chat of chats.values()) Object.assign(chat, { entries: [], read: 0 });
  Object.assign(seen, { message: 0, reply: 0, receipt: 0, messages: 0 });
}
