// Writing as the person of the chat, as the shop's bot or on the shop's phone: texts, quotes, edits, audios, photos.

import { tell } from "./api.js";
import { isOwner } from "./chats.js";
import { at, element } from "./dom.js";
import { titleOf, words } from "./list.js";

const IDEAS = {
  owner: ["sim", "quero ver antes", "ENVIAR", "PARE", "CONTINUAR", "como tá a campanha?"],
  client: ["SAIR", "quero marcar um banho", "não, obrigado", "VOLTAR"],
};
const HOURS_AGO = { now: {}, hour: { seconds_ago: 3600 } };
const TOLD = {
  plain: {}, disappearing: { disappearing: "wrapper" }, lid: { addressing: "lid_without_alt" }, alt: { addressing: "lid_with_alt" },
};

let quoted = null, edited = null;

function say(trouble) {
  at("writer-trouble").textContent = trouble;
}

function about(entry, editing = false) {
  [quoted, edited] = editing ? [null, entry] : [entry, null];
  at("quoting").hidden = !entry;
  at("quoting-what").textContent = editing ? "Editando: " : "Respondendo a: ";
  at("quoting-text").textContent = entry ? words(entry) : "";
  if (editing) at("text").value = entry.text;
  if (entry) at("text").focus();
}

export function startWriting(chatNow, refresh) {
  let shown = null;

  async function post(body) {
    const chat = chatNow();
    if (!chat) return false;
    try {
      await tell("POST", "/replies", { instance: chat.instance, number: chat.number, ...body });
      say("");
    } catch (trouble) {
      say(`Não foi: ${trouble.message}`);
      return false;
    }
    await refresh();
    return true;
  }

  async function send(kind, more = {}) {
    const who = at("as").value, told = who ? { kind: who } : { kind, ...TOLD[at("told").value] };
    const quoting = quoted && !who ? { quote: quoted.id } : {};
    if (await post({ ...HOURS_AGO[at("when").value], ...told, ...quoting, ...more })) about(null);
  }

  async function submit() {
    const text = at("text").value.trim();
    if (!text) return at("text").focus();
    if (edited) {
      if (await post({ kind: "edit", target: edited.id, text })) about(null);
    } else {
      await send("text", { text });
    }
    at("text").value = "";
  }

  // what was typed is an audio's transcript, or a photo's caption
  async function media(kind, more = {}) {
    await send(kind, { text: at("text").value.trim(), ...more });
    at("text").value = "";
  }

  function reset() {
    at("options").reset();
    at("options").hidden = true;
    at("more").setAttribute("aria-expanded", "false");
    about(null);
  }

  at("writer").addEventListener("submit", (event) => {
    event.preventDefault();
    submit();
  });
  at("text").addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      at("writer").requestSubmit();
    }
  });
  at("audio").addEventListener("click", () => media("audio"));
  at("photo").addEventListener("click", () => media("image", { thumbnail: 10000 }));
  at("unquote").addEventListener("click", () => about(null));
  at("more").addEventListener("click", () => {
    at("options").hidden = !at("options").hidden;
    at("more").setAttribute("aria-expanded", String(!at("options").hidden));
  });

  function writesAs(chat) {
    if (shown === chat && at("as").options[0].textContent === titleOf(chat)) return;
    shown = chat;
    const name = titleOf(chat);
    at("as").options[0].textContent = name;
    at("text-label").textContent = `Escrever como ${name}`;
    at("text").placeholder = `Escrever como ${name.split(" ")[0]}`;
    at("ideas").replaceChildren(...IDEAS[isOwner(chat) ? "owner" : "client"].map((text) => element("button", {
      type: "button", text, label: `Enviar “${text}”`, onclick: () => send("text", { text }),
    })));
  }

  return {
    writesAs,
    quote: (entry) => about(entry),
    edit: (entry) => about(entry, true),
    remove: (entry) => post({ kind: "delete", target: entry.id }),
    react: (entry, text) => post({ kind: text ? "reaction" : "reaction_removed", target: entry.id, ...(text && { text }) }),
    stop: reset,
  };
}
