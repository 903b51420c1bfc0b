// The inbox: asks the sandbox every second what is new, and shows it.

import { asked, tell } from "./api.js";
import { byLatest, chats, forget, keepMessage, keepPerson, keepReceipt, keepReply, seen } from "./chats.js";
import { at } from "./dom.js";
import { chooseFault, chooseGateway, startFaults } from "./faults.js";
import { drawInstances } from "./instances.js";
import { drawList, startList } from "./list.js";
import { drawNothing, drawTalk } from "./talk.js";
import { startWriting } from "./writer.js";

const EVERY_MS = 1000;

let shown = null, begun = false, running = null;

const writing = startWriting(() => shown, refresh);

function open(chat) {
  if (chat !== shown) writing.stop();
  shown = chat;
  at("phone").classList.add("reading");
  draw();
}

function draw() {
  const filled = [...chats.values()].filter((chat) => chat.entries.length);
  if (!shown && filled.length) [shown] = byLatest(filled);
  if (shown) {
    writing.writesAs(shown);
    drawTalk(shown, writing);
  } else {
    drawNothing();
  }
  drawList(shown, open);
}

async function news() {
  if (!begun) await startFaults();
  begun = true;
  const [instances, pending, people] = await Promise.all([asked("/instances"), asked("/misbehave"), asked("/people")]);
  people.forEach(keepPerson);
  const total = instances.reduce((sum, instance) => sum + instance.messages, 0);
  if (seen.messages > total) {
    forget();
    shown = null;
  }
  const [messages, replies, receipts] = await Promise.all([
    asked(`/messages?since_id=${seen.message}`),
    asked(`/replies?since_id=${seen.reply}`),
    asked(`/receipts?since=${seen.receipt}`),
  ]);
  messages.forEach(keepMessage);
  replies.forEach(keepReply);
  receipts.forEach(keepReceipt);
  draw();
  drawInstances(instances, pending, { misbehave: (name) => chooseFault(name, refresh), refresh });
}

// one at a time: two answers to the same question would show everything twice
function refresh() {
  running ??= attempt().finally(() => { running = null; });
  return running;
}

async function attempt() {
  let live = true;
  try {
    await news();
  } catch {
    live = false;
  }
  at("live").textContent = live ? "ao vivo" : "sem conexão";
  at("live").classList.toggle("lost", !live);
}

async function poll() {
  await refresh();
  setTimeout(poll, EVERY_MS);
}

startList(draw);
at("search").addEventListener("input", () => drawList(shown, open));
at("back").addEventListener("click", () => at("phone").classList.remove("reading"));
at("behave").addEventListener("click", async () => {
  await tell("DELETE", "/misbehave");
  await refresh();
});
at("set-up").addEventListener("click", chooseGateway);
drawNothing();
drawList(null, open);
poll();
