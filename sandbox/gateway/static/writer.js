// Writing as the owner: a text, an answer to a message, a reaction, an audio or a photo that only pretend to be.

import { tell } from "./api.js";
import { at } from "./dom.js";

let quoted = null;

function say(trouble) {
  at("writer-trouble").textContent = trouble;
}

function quote(entry) {
  quoted = entry;
  at("quoting").hidden = !entry;
  at("quoting-text").textContent = entry?.text ?? "";
  if (entry) at("text").focus();
}

export function startWriting(chatNow, refresh) {
  async function send(kind, more = {}) {
    const chat = chatNow();
    if (!chat) return;
    const quoting = quoted && !more.target ? { quote: quoted.id } : {};
    try {
      await tell("POST", "/replies", { instance: chat.instance, number: chat.number, kind, ...quoting, ...more });
      say("");
      if (!more.target) quote(null);
    } catch (trouble) {
      say(`Não foi: ${trouble.message}`);
      return;
    }
    await refresh();
  }

  at("writer").addEventListener("submit", async (event) => {
    event.preventDefault();
    const text = at("text").value.trim();
    if (!text) return at("text").focus();
    await send("text", { text });
    at("text").value = "";
  });
  at("text").addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      at("writer").requestSubmit();
    }
  });
  at("audio").addEventListener("click", () => send("audio"));
  at("photo").addEventListener("click", () => send("image", { thumbnail: 10000 }));
  at("unquote").addEventListener("click", () => quote(null));
  return {
    quote,
    react: (entry) => send(entry.reactions ? "reaction_removed" : "reaction", { target: entry.id }),
    stop: () => quote(null),
  };
}
