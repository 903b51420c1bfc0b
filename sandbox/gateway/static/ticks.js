// How far a message came, as the sender sees it.

import { element } from "./dom.js";

const TICKS = {
  ACCEPTED: ["✓", "aceita", "O gateway aceitou; o WhatsApp ainda não confirmou"],
  SERVER_ACK: ["✓", "a caminho", "O WhatsApp recebeu"],
  DELIVERY_ACK: ["✓✓", "entregue", "Chegou ao celular"],
  READ: ["✓✓", "lida", "A pessoa abriu"],
  PLAYED: ["✓✓", "lida", "A pessoa abriu"],
  ERROR: ["!", "erro", "O WhatsApp recusou depois de aceita"],
};

export function tick(status, withWord = true) {
  const [mark, word, title] = TICKS[status];
  const made = element("span", { className: `tick ${status.toLowerCase()}`, title },
    element("span", { text: mark, ariaHidden: "true" }));
  made.append(element("span", { className: withWord ? "" : "hidden", text: ` ${word}` }));
  return made;
}
