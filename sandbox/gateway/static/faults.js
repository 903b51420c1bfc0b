// What can go wrong, chosen in a dialog: with one number's messages, with its connection, or with the whole gateway.

import { asked, tell } from "./api.js";
import { at, counted, element } from "./dom.js";

const NOW = [
  ["Ficar sem conexão por 15 s", { state: "connecting", seconds: 15 }],
  ["Ficar sem conexão até conectar", { state: "connecting" }],
  ["Sair da conta (401)", { state: "close", reason: 401 }],
  ["Ser banido pelo WhatsApp (403)", { state: "close", reason: 403 }],
];
const GATEWAY = [
  ["Recibos", [
    ["normais", { server_ack_after: 1, delivered_after: 2, read_after: 5 }],
    ["entregue, nunca lida", { server_ack_after: 1, delivered_after: 2, read_after: null }],
    ["lentos, de um minuto", { server_ack_after: 20, delivered_after: 40, read_after: 60 }],
    ["nenhum", { server_ack_after: null, delivered_after: null, read_after: null }],
  ]],
  ["Avisos (webhooks)", [
    ["na hora", { webhook_late: 0, webhook_twice: false, webhook_order: "as_it_comes" }],
    ["10 s atrasados", { webhook_late: 10, webhook_twice: false, webhook_order: "as_it_comes" }],
    ["repetidos", { webhook_late: 0, webhook_twice: true, webhook_order: "as_it_comes" }],
    ["fora de ordem", { webhook_late: 5, webhook_twice: false, webhook_order: "reversed" }],
    ["em lote", { webhook_late: 5, webhook_twice: false, webhook_order: "batched" }],
  ]],
  ["Resposta ao envio", [
    ["imediata", { answers_after: 0 }], ["0,8 s, como a real", { answers_after: 0.8 }], ["5 s", { answers_after: 5 }],
  ]],
  ["Guarda as mensagens", [
    ["sim", { keeps_messages: true, keeps_updates: true }],
    ["sim, sem os recibos", { keeps_messages: true, keeps_updates: false }],
    ["não", { keeps_messages: false, keeps_updates: false }],
  ]],
  ["Pessoas aparecem como", [
    ["número", { addressing: "pn" }], ["@lid com o número", { addressing: "lid_with_alt" }],
    ["@lid sem o número", { addressing: "lid_without_alt" }],
  ]],
  ["Versão", [["2.3.7", { version: "2.3.7" }], ["2.4.0", { version: "2.4.0" }]]],
];
const WEBHOOKS = [
  ["delivered", "aviso entregue", "avisos entregues"], ["retried", "nova tentativa", "novas tentativas"],
  ["refused", "recusado"], ["given_up", "desistência"], ["dropped", "descartado"],
];

let faults = [];

export const faultLabel = (how) => faults.find((fault) => fault.how === how)?.label ?? how;

export async function startFaults() {
  faults = await asked("/faults");
  for (const dialog of document.querySelectorAll("dialog")) {
    dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  }
}

export function chooseFault(instance, refresh) {
  const dialog = at("faults");
  const done = (method, path, body) => async () => {
    await tell(method, path, body());
    dialog.close();
    await refresh();
  };
  const choice = (text, ...what) => element("button", { type: "button", text, onclick: done(...what) });
  const group = (title, ...choices) => element("section", {}, element("h3", { text: title }), ...choices);
  const always = () => (at("always").checked ? {} : { times: 1 });
  const state = `/instances/${encodeURIComponent(instance)}/state`;
  at("faults-title").textContent = `O que dá errado com ${instance}`;
  at("always").checked = false;
  at("faults-list").replaceChildren(
    group("Agora, com a conexão", ...NOW.map(([text, body]) => choice(text, "POST", state, () => body))),
    ...[...new Set(faults.map((fault) => fault.when))].map((when) => group(when, ...faults
      .filter((fault) => fault.when === when)
      .map(({ how, label }) => choice(label, "POST", "/misbehave", () => ({ how, instance, ...always() }))))));
  dialog.showModal();
}

export async function chooseGateway() {
  const [now, webhooks] = await Promise.all([asked("/settings"), asked("/webhooks")]);
  at("gateway-webhooks").textContent = WEBHOOKS.map(([name, one, many]) => counted(webhooks[name], one, many)).join(" · ");
  const holds = (wanted) => Object.entries(wanted).every(([name, value]) => now[name] === value);
  at("gateway-list").replaceChildren(...GATEWAY.map(([title, choices]) => {
    const chosen = choices.findIndex(([, wanted]) => holds(wanted));
    const select = element("select", { onchange: () => tell("PATCH", "/settings", choices[select.value][1]) },
      ...choices.map(([text], value) => element("option", { value, text, selected: value === chosen })));
    if (chosen < 0) select.prepend(element("option", { text: "outra", disabled: true, selected: true }));
    return element("label", {}, element("span", { text: title }), select);
  }));
  at("gateway").showModal();
}
