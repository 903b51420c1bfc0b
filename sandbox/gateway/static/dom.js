// Elements and words. Texts are only ever textContent: nobody's message becomes markup.

export const at = (id) => document.getElementById(id);

export function element(tag, { className = "", text, label, ...rest } = {}, ...children) {
  const made = Object.assign(document.createElement(tag), rest);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  if (label) made.setAttribute("aria-label", label);
  made.append(...children);
  return made;
}

export function formatted(number) {
  const brazilian = /^55(\d{2})(\d{4,5})(\d{4})$/.exec(number);
  return brazilian ? `(${brazilian[1]}) ${brazilian[2]}-${brazilian[3]}` : `+${number}`;
}

export const time = (date) => date.toLocaleTimeString("pt-BR", { hour: "2-digit", minute: "2-digit" });
export const shortDay = (date) => date.toLocaleDateString("pt-BR", { day: "2-digit", month: "2-digit" });
export const dayOf = (date) => date.toLocaleDateString("pt-BR", { weekday: "long", day: "numeric", month: "long" });
export const isToday = (date) => date.toDateString() === new Date().toDateString();
export const counted = (count, one, many = `${one}s`) => `${count} ${count === 1 ? one : many}`;

function initialsOf(instance) {
  const words = instance.split(/[^\p{L}\p{N}]+/u).filter(Boolean);
  return (words.length > 1 ? words[0][0] + words[1][0] : (words[0] ?? "?").slice(0, 2)).toUpperCase();
}

export function paint(avatar, instance) {
  let hue = 0;
  for (const letter of instance) hue = (hue * 31 + letter.codePointAt(0)) % 360;
  avatar.textContent = instance ? initialsOf(instance) : "";
  avatar.style.setProperty("--hue", hue);
  return avatar;
}
