// What is said about entries that are not saved: beside the time of the last save, in their forms, and in a list.

import { isForm } from "./forms.js";

export const root = document.getElementById("keeping");
const words = root?.dataset ?? {};
const list = document.getElementById("kept-list");

const make = (tag, css, text) => {
  const made = document.createElement(tag);
  if (css) made.className = css;
  if (text) made.textContent = text;
  return made;
};
const clock = (at) => new Date(at).toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });
const write = (place, text) => { if (place.textContent !== text) place.textContent = text; };

// --- beside the time of the last save ------------------------------------------------------------------------------------

const headWords = ({ out, kept, waiting, refused, leaving }) => {
  if (out === "other") return words.sayOther;
  if (out) return words.sayOut;
  if (leaving) return words.sayLeft.replace("{n}", leaving);
  if (!kept && waiting + refused) return words.sayNowhere;
  return [waiting && words.sayWaiting.replace("{n}", waiting), refused && words.sayRefused.replace("{n}", refused)].filter(Boolean).join(" ");
};

export const head = (state) => {
  if (!root) return;
  const text = headWords(state);
  root.hidden = !text;
  root.classList.toggle("is-bad", Boolean(state.refused || state.out || (!state.kept && state.waiting)));
  write(root.querySelector("span"), text);
  const link = root.querySelector("a");
  if (state.out && !link) {
    const made = make("a", "", words.wordSignIn);
    made.href = `${words.signIn}?next=${encodeURIComponent(location.pathname + location.search)}`;
    root.append(" ", made);
  } else if (!state.out) link?.remove();
};

// --- in the form itself ----------------------------------------------------------------------------------------------------

const placeOf = (holder) => (isForm(holder) ? holder : holder.closest("[data-item]") ?? holder.parentElement);

export const note = (holder, kind, { at = null, text = "", entry = null, onDrop = null } = {}) => {
  const place = placeOf(holder);
  if (!place) return;
  let line = [...place.children].find((one) => one.matches(".kp-kept"));
  if (!kind) { line?.remove(); return; }
  if (!line) { line = make("p", "kp-kept"); line.setAttribute("role", "status"); place.append(line); }
  const said = text || (words[`note${kind[0].toUpperCase()}${kind.slice(1)}`] ?? "").replace("{time}", at ? clock(at) : "");
  line.classList.toggle("is-bad", kind === "refused");
  line.dataset.entry = entry?.id ?? "";
  if (line.dataset.said === said) return;
  line.dataset.said = said;
  line.replaceChildren(make("span", "", said));
  if (kind === "refused" && entry) line.append(" ", copyButton(entry), " ", dropButton(() => onDrop(entry)));
};

// Notes about entries that are not there any more.
export const sweep = (ids) => { for (const line of document.querySelectorAll(".kp-kept")) if (!ids.has(line.dataset.entry)) line.remove(); };

// --- what has no form on this page -----------------------------------------------------------------------------------------

const toldText = (entry) => entry.told.map(([title, text]) => (title ? `${title}: ${text}` : text)).join("\n");

const toClipboard = async (text) => {
  if (navigator.clipboard && window.isSecureContext) { await navigator.clipboard.writeText(text); return; }
  const area = make("textarea", "visually-hidden");
  area.value = text;
  document.body.append(area);
  area.select();
  document.execCommand("copy");
  area.remove();
};

const button = (text, act) => {
  const made = make("button", "btn btn-bare", text);
  made.type = "button";
  made.addEventListener("click", () => act(made));
  return made;
};
const copyButton = (entry) => button(words.wordCopy, async (one) => { await toClipboard(`${entry.name}\n${toldText(entry)}`); one.textContent = words.wordCopied; });
const dropButton = (drop) => button(words.wordDrop, (one) => {
  if (one.dataset.sure) { drop(); return; }
  one.dataset.sure = "1";
  one.textContent = words.wordSure;
});

const WHY = { conflict: "whyConflict", incomplete: "whyUnfinished", invalid: "whyUnfinished", denied: "whyDenied", locked: "whyLocked", waiting: "whyWaiting", draft: "noteDraft" };

const row = (entry, onDrop) => {
  const line = make("li");
  const title = make("p", "kp-s");
  const link = make("a", "", entry.name);
  link.href = entry.item ? `${words.sheetUrl}?item=${encodeURIComponent(entry.item)}` : words.sheetUrl;
  title.append(link, " ", make("span", "kp-xs kp-3rd", new Date(entry.at).toLocaleString(document.documentElement.lang, { dateStyle: "short", timeStyle: "short" })));
  const text = make("dl", "kp-sides");
  for (const [name, said] of entry.told) { const pair = make("div"); pair.append(make("dt", "", name), make("dd", "", said)); text.append(pair); }
  const why = make("p", "kp-xs kp-2nd", (["conflict", "incomplete"].includes(entry.why) ? "" : entry.text) || words[WHY[entry.why] ?? "whyWaiting"]);
  const tools = make("div", "kp-row");
  tools.append(copyButton(entry), dropButton(() => onDrop(entry)));
  line.append(title, text, why, tools);
  return line;
};

let drawn = "";
export const leftovers = (entries, onDrop) => {
  if (!list) return;
  const mark = entries.map((entry) => `${entry.id}.${entry.n}.${entry.why}`).join();
  if (mark === drawn) return; // as it was: nothing moves under the pointer
  drawn = mark;
  list.hidden = !entries.length;
  list.querySelector("ul").replaceChildren(...entries.map((entry) => row(entry, onDrop)));
};
