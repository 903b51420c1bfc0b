// The inbox: asks the sandbox every second what is new, and shows it. Texts are only ever textContent.

const EVERY_MS = 1000;
const MISCHIEF = [
  ["", "Falhar"],
  ["fail", "Erro 503"],
  ["fail_after_accept", "Erro 503 depois de aceitar"],
  ["hang", "Aceitar e não responder"],
  ["drop_before_accept", "Cair antes de aceitar"],
  ["drop_after_accept", "Cair depois de aceitar"],
  ["throttle", "WhatsApp limitando"],
  ["refuse_number", "Número sem WhatsApp"],
  ["disconnected", "Desconectar ao enviar"],
];
const STATES = { open: "conectado", connecting: "conectando", close: "desconectado" };

const at = (id) => document.getElementById(id);
const chats = new Map();
let lastId = 0, known = 0, shown = null, drawn = null, instancesDrawn = "";

function element(tag, { className = "", text, ...rest } = {}, ...children) {
  const made = Object.assign(document.createElement(tag), rest);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  made.append(...children);
  return made;
}

function formatted(number) {
  const brazilian = /^55(\d{2})(\d{4,5})(\d{4})$/.exec(number);
  return brazilian ? `(${brazilian[1]}) ${brazilian[2]}-${brazilian[3]}` : `+${number}`;
}

const time = (date) => date.toLocaleTimeString("pt-BR", { hour: "2-digit", minute: "2-digit" });
const dayOf = (date) => date.toLocaleDateString("pt-BR", { weekday: "long", day: "numeric", month: "long" });
const counted = (count, one, many = `${one}s`) => `${count} ${count === 1 ? one : many}`;
const isToday = (date) => date.toDateString() === new Date().toDateString();

function avatarOf(chat) {
  let hue = 0;
  for (const letter of chat.instance) hue = (hue * 31 + letter.codePointAt(0)) % 360;
  const words = chat.instance.split(/[^\p{L}\p{N}]+/u).filter(Boolean);
  const initials = words.length > 1 ? words[0][0] + words[1][0] : (words[0] ?? "?").slice(0, 2);
  return { text: initials.toUpperCase(), hue };
}

function paint(avatar, chat) {
  const { text, hue } = avatarOf(chat);
  avatar.textContent = text;
  avatar.style.setProperty("--hue", hue);
  return avatar;
}

function keep(message) {
  const key = `${message.instance}\n${message.number}`;
  if (!chats.has(key)) {
    chats.set(key, { key, instance: message.instance, number: message.number, messages: [], read: 0 });
  }
  const chat = chats.get(key);
  chat.messages.push({ text: message.text, date: new Date(message.accepted_at * 1000) });
  lastId = Math.max(lastId, message.id);
  known += 1;
}

function matches(chat, wanted) {
  const digits = wanted.replace(/\D/g, "");
  return chat.instance.toLowerCase().includes(wanted)
    || (digits !== "" && chat.number.includes(digits))
    || chat.messages.some((message) => message.text.toLowerCase().includes(wanted));
}

function byLatest(some) {
  return some.sort((one, other) => other.messages.at(-1).date - one.messages.at(-1).date);
}

function drawChats() {
  const wanted = at("search").value.trim().toLowerCase();
  const listed = byLatest([...chats.values()].filter((chat) => !wanted || matches(chat, wanted)));
  at("chats").replaceChildren(...listed.map(chatRow));
  if (!listed.length) {
    const text = chats.size ? "Nenhuma conversa com isso." : "As conversas aparecem aqui.";
    at("chats").append(element("p", { className: "nothing", text }));
  }
}

function chatRow(chat) {
  const last = chat.messages.at(-1);
  const unread = chat.messages.length - chat.read;
  const when = isToday(last.date) ? time(last.date)
    : last.date.toLocaleDateString("pt-BR", { day: "2-digit", month: "2-digit" });
  const row = element("button", { className: "chat", type: "button", onclick: () => open(chat) },
    paint(element("span", { className: "avatar" }), chat),
    element("b", { text: formatted(chat.number) }),
    element("time", { text: when }),
    element("span", { className: "last", text: `${chat.instance} · ${last.text.replace(/\s+/g, " ")}` }),
    element("span", {
      className: unread ? "count unread" : "count",
      text: unread || chat.messages.length,
      title: `${chat.messages.length} no total, ${unread} por ler`,
    }));
  row.setAttribute("aria-current", String(chat === shown));
  return row;
}

function open(chat, byPerson = true) {
  shown = chat;
  if (byPerson) at("phone").classList.add("reading");
  drawTalk();
  drawChats();
}

function drawTalk() {
  const paper = at("paper");
  if (!shown) {
    paint(at("talk-avatar"), { instance: "" }).textContent = "";
    at("talk-name").textContent = "Nenhuma mensagem ainda";
    at("talk-about").textContent = "";
    paper.replaceChildren(element("div", { className: "nothing" },
      element("strong", { text: "Tudo pronto" }),
      "Quando a Aurora enviar uma mensagem, ela aparece aqui na hora."));
    drawn = null;
    return;
  }
  const total = shown.messages.length;
  paint(at("talk-avatar"), shown);
  at("talk-name").textContent = formatted(shown.number);
  at("talk-about").textContent = `recebe de ${shown.instance} · ${counted(total, "mensagem", "mensagens")}`;
  if (drawn?.chat !== shown) {
    paper.replaceChildren();
    drawn = { chat: shown, count: 0, day: "" };
  }
  const atBottom = paper.scrollHeight - paper.scrollTop - paper.clientHeight < 80;
  for (const message of shown.messages.slice(drawn.count)) paper.append(...bubble(message));
  const fresh = drawn.count === 0;
  drawn.count = total;
  shown.read = total;
  if (atBottom || fresh) paper.scrollTop = paper.scrollHeight;
}

function bubble(message) {
  const day = isToday(message.date) ? "Hoje" : dayOf(message.date);
  const parts = day === drawn.day ? [] : [element("div", { className: "day", text: day })];
  drawn.day = day;
  parts.push(element("article", { className: "bubble" },
    element("p", { text: message.text }),
    element("time", { text: time(message.date), title: message.date.toLocaleString("pt-BR") })));
  return parts;
}

async function tell(method, path, body) {
  const headers = body ? { "Content-Type": "application/json" } : {};
  await fetch(path, { method, headers, body: body && JSON.stringify(body) });
  await refresh();
}

function instanceRow(instance, pending) {
  const path = `/sandbox/instances/${encodeURIComponent(instance.name)}/state`;
  const connected = instance.state === "open";
  const failing = pending.filter((wrong) => !wrong.instance || wrong.instance === instance.name);
  const about = STATES[instance.state] + (failing.length ? " · vai falhar" : ` · ${counted(instance.messages, "enviada")}`);
  const choose = element("select", {
    title: "O que dar errado na próxima mensagem",
    onchange: () => tell("POST", "/sandbox/misbehave", { instance: instance.name, how: choose.value, times: 1 }),
  }, ...MISCHIEF.map(([value, text]) => element("option", { value, text })));
  choose.setAttribute("aria-label", `Falhar a próxima mensagem de ${instance.name}`);
  return element("li", { className: failing.length ? "instance failing" : "instance" },
    element("span", { className: `state ${instance.state}` }),
    element("span", { className: "name", text: instance.name }, element("small", { text: about })),
    choose,
    element("button", {
      type: "button",
      text: connected ? "Desconectar" : "Conectar",
      onclick: () => tell("POST", path, { state: connected ? "close" : "open" }),
    }));
}

function drawInstances(instances, pending) {
  const now = JSON.stringify([instances, pending]);
  if (now === instancesDrawn || at("instances").contains(document.activeElement?.closest("select"))) return;
  instancesDrawn = now;
  at("behave").hidden = !pending.length;
  at("instances").replaceChildren(...instances.map((instance) => instanceRow(instance, pending)));
  if (!instances.length) at("instances").append(element("li", { className: "nothing", text: "Nenhum ainda." }));
}

async function asked(path) {
  const answer = await fetch(path);
  if (!answer.ok) throw new Error(path);
  return answer.json();
}

async function refresh() {
  try {
    const [instances, pending] = await Promise.all([asked("/sandbox/instances"), asked("/sandbox/misbehave")]);
    const messages = await asked(`/sandbox/messages?since_id=${lastId}`);
    const total = instances.reduce((sum, instance) => sum + instance.messages, 0);
    if (known > total) return forget();
    messages.forEach(keep);
    if (!shown && chats.size) open(byLatest([...chats.values()])[0], false);
    else if (messages.length) open(shown, false);
    drawInstances(instances, pending);
    at("live").textContent = "ao vivo";
    at("live").classList.remove("lost");
  } catch {
    at("live").textContent = "sem conexão";
    at("live").classList.add("lost");
  }
}

function forget() {
  chats.clear();
  [lastId, known, shown] = [0, 0, null];
  drawTalk();
  drawChats();
}

async function poll() {
  await refresh();
  setTimeout(poll, EVERY_MS);
}

at("search").addEventListener("input", drawChats);
at("back").addEventListener("click", () => at("phone").classList.remove("reading"));
at("behave").addEventListener("click", () => tell("DELETE", "/sandbox/misbehave"));
drawTalk();
drawChats();
poll();
