// The numbers that send: connected or not, and what will go wrong with them.

import { tell } from "./api.js";
import { at, counted, element } from "./dom.js";
import { faultLabel } from "./faults.js";

const STATES = { open: "conectado", connecting: "conectando", close: "desconectado" };

let drawn = "";

export function drawInstances(instances, pending, { misbehave, refresh }) {
  const now = JSON.stringify([instances, pending]);
  if (now === drawn) return;
  drawn = now;
  const focused = document.activeElement?.dataset?.of;
  at("behave").hidden = !pending.length;
  at("instances").replaceChildren(...instances.map((instance) => row(instance, pending, misbehave, refresh)));
  if (focused) at("instances").querySelector(`[data-of="${CSS.escape(focused)}"]`)?.focus();
  if (!instances.length) at("instances").append(element("li", { className: "nothing", text: "Nenhum ainda." }));
}

function row(instance, pending, misbehave, refresh) {
  const { name, state } = instance;
  const connected = state === "open";
  const failing = pending.filter((rule) => !rule.instance || rule.instance === name);
  const coming = failing.map((rule) => faultLabel(rule.how).toLowerCase()).join(", ");
  const about = `${STATES[state]} · ${coming ? `vai falhar: ${coming}` : counted(instance.messages, "enviada")}`;
  const change = async () => {
    await tell("POST", `/instances/${encodeURIComponent(name)}/state`, { state: connected ? "close" : "open" });
    await refresh();
  };
  const fail = element("button", { type: "button", text: "Falhar…", label: `Fazer ${name} falhar`,
    onclick: () => misbehave(name) });
  const verb = connected ? "Desconectar" : "Conectar";
  const connect = element("button", { type: "button", text: verb, label: `${verb} ${name}`, onclick: change });
  [fail.dataset.of, connect.dataset.of] = [`fail ${name}`, `connect ${name}`];
  return element("li", { className: failing.length ? "instance failing" : "instance" },
    element("span", { className: `state ${state}` }),
    element("span", { className: "name", text: name, title: name }, element("small", { text: about, title: about })),
    fail, connect);
}
