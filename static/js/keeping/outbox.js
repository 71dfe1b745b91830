// The entries of this window, and sending them one after another until each of them was answered.

import { judge } from "./answers.js";
import { isDraft, isForm, pairs, read, told, valueOf } from "./forms.js";
import * as session from "./session.js";
import * as store from "./store.js";
import { tab } from "./tabs.js";

const { person } = session;
const PATIENCE = 20_000; // milliseconds until a request counts as lost
const SLOWEST = 60_000;
const UNANSWERED = 12; // requests without an answer that are remembered for one entry

const bound = new WeakMap(); // form or button → id of its entry
const forms = new Map(); // id of an entry → its form
const due = new Set(); // ids of entries that have to be sent again
const waiters = new Map();
const denied = new Set(); // ids that were refused with a fresh token: it is not the token

let sheet = "";
let hear = () => {};
let answered = () => {};
export const begin = (of, { onChange, onAnswer }) => { sheet = of; hear = onChange; answered = onAnswer; };

export const mine = () => store.all(person, sheet).filter((entry) => entry.tab === tab);
export const everyone = () => store.all(person, sheet);
export const isDue = (entry) => due.has(entry.id);
export const formOf = (entry) => { const form = forms.get(entry.id); return form?.isConnected ? form : null; };
export const wasBound = (entry) => forms.has(entry.id);
export const bind = (holder, entry) => { bound.set(holder, entry.id); if (isForm(holder)) forms.set(entry.id, holder); };
const put = (entry) => store.put(entry);

const forget = (entry) => { store.drop(entry); due.delete(entry.id); denied.delete(entry.id); forms.delete(entry.id); };
export const discard = (entry) => { forget(entry); hear(); };

// The entry of a form or button: the one it has, or a new one. What is said of an item or a file has one entry, whichever way.
export const entryOf = (holder) => {
  const known = bound.get(holder) && store.get(person, bound.get(holder));
  if (known) return known;
  const { keep } = holder.dataset;
  const same = !keep.startsWith("claim:") ? mine().find((entry) => entry.keep === keep) : null;
  const item = holder.closest("[data-item]")?.dataset.item ?? "";
  return same ?? {
    id: store.random(), person, sheet, tab, keep, item, form: holder.id, key: valueOf(holder, "key"), name: (holder.dataset.keptName ?? "").trim(),
    client: store.random(), sent: [], n: 0, ask: false, act: false, why: "", text: "",
  };
};

const changed = (entry, values, more) => put({ ...entry, ...more, tab, values, n: entry.n + 1, at: new Date().toISOString(), why: "", text: "" });

// What stands in a form now, kept before anything is sent.
export const note = (form) => {
  const entry = entryOf(form);
  bind(form, entry);
  return changed(entry, read(form), {
    told: told(form), act: false, ask: entry.ask || !isDraft(form), path: form.getAttribute("hx-post"), fact: valueOf(form, "fact"), version: valueOf(form, "version"),
  });
};

// --- one request ------------------------------------------------------------------------------------------------------------

const keysFor = (entry) => {
  const saveKey = store.random();
  const keys = [["client_key", entry.client], ["save_key", saveKey], ["unanswered", entry.sent.join(",")]];
  put({ ...entry, sent: [...entry.sent, saveKey].slice(-UNANSWERED) });
  return { keys, mark: { id: entry.id, n: entry.n, key: saveKey } };
};

// htmx is about to send something of a kept form or button: kept first, and told apart from every other request. False
// where nothing was typed since the last save.
export const prepare = (holder, detail) => {
  const form = isForm(holder);
  const own = form && detail.path === holder.getAttribute("hx-post");
  const before = entryOf(holder);
  if (own && !before.n && !isDraft(holder)) return false;
  bind(holder, before);
  const values = pairs(detail.formData);
  const at = (name) => detail.formData.get(name) ?? "";
  const words = own ? told(holder) : [["", detail.elt.textContent.trim().replace(/\s+/g, " ")]];
  const client = detail.elt === holder ? before.client : store.random(); // a choice between two versions is a new beginning
  const more = { client, told: words, act: !own, ask: true, path: detail.path, fact: at("fact"), version: at("version") };
  const { keys, mark } = keysFor(changed(before, values, more));
  for (const [name, value] of keys) detail.formData.set(name, value);
  detail.headers["X-Person"] = person;
  detail.timeout = PATIENCE;
  detail.kept = { ...mark, seen: true };
  return true;
};

const refused = (entry, mark, detail) => {
  due.delete(entry.id);
  put({ ...entry, sent: entry.sent.filter((key) => key !== mark.key), why: detail.why, text: detail.text ?? "" });
};

const saved = (entry, mark, detail) => {
  due.delete(entry.id);
  denied.delete(entry.id);
  if (entry.n === mark.n) { forget(entry); return; }
  // Typed on since the request left: what comes next goes on from what was saved just now.
  put({ ...entry, sent: [], client: store.random(), fact: String(detail.fact ?? entry.fact), version: String(detail.version ?? entry.version) });
};

const lostToken = async (entry) => {
  const before = session.token();
  const same = await session.ask();
  if (same && session.token() !== before && !denied.has(entry.id)) { denied.add(entry.id); due.add(entry.id); return "server"; }
  if (session.state()) { due.add(entry.id); return "out"; }
  return "refused";
};

// What became of a request; resolves to the outcome.
export const settle = async (mark, status, header) => {
  let entry = store.get(person, mark.id);
  if (!entry) { waiters.get(mark.id)?.("gone"); return "gone"; }
  let { outcome, detail } = judge(status, header, mark.key);
  if (outcome === "token") {
    outcome = await lostToken(entry);
    detail = { why: "denied" };
    entry = store.get(person, mark.id) ?? entry; // typed on while it was asked who is signed in
  }
  const told = outcome === "refused" && entry.act && mark.seen && detail.why !== "conflict"; // a press of a button, answered to the face
  if (outcome === "saved") saved(entry, mark, detail);
  else if (told) forget(entry);
  else if (outcome === "refused") refused(entry, mark, detail);
  else due.add(entry.id);
  if (outcome === "out" && !session.state()) session.lost();
  if (outcome === "network" || outcome === "server") again(); else if (outcome === "saved") patience = 0;
  waiters.get(mark.id)?.(outcome);
  answered(entry, outcome, detail);
  hear();
  return outcome;
};

// --- sending again ----------------------------------------------------------------------------------------------------------

const viaForm = (form, entry) => new Promise((done) => {
  const end = (outcome) => { waiters.delete(entry.id); clearTimeout(timer); done(outcome); };
  const timer = setTimeout(() => end("network"), PATIENCE + 5000);
  waiters.set(entry.id, end);
  window.htmx.trigger(form, "submit");
});

// A form that the browser itself finds wrong is not sent.
export const halted = (form) => {
  const entry = bound.get(form) && store.get(person, bound.get(form));
  if (!entry) return;
  const wrong = [...form.elements].find((field) => field.willValidate && !field.checkValidity());
  refused(entry, { key: "" }, { why: "invalid", text: wrong?.validationMessage ?? "" });
  waiters.get(entry.id)?.("refused");
  hear();
};

let showAnswer = () => {};
export const onText = (callback) => { showAnswer = callback; };

const viaFetch = async (entry) => {
  const { keys, mark } = keysFor(entry);
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), PATIENCE);
  const headers = { "HX-Request": "true", "X-CSRFToken": session.token(), "X-Person": person };
  let [status, header, text] = [0, "", ""];
  try {
    const answer = await fetch(entry.path, { method: "POST", body: new URLSearchParams([...entry.values, ...keys]), headers, credentials: "same-origin", redirect: "error", signal: stop.signal });
    text = await answer.text();
    [status, header] = [answer.status, answer.headers.get("HX-Trigger")];
  } catch { /* no answer: it is sent again */ }
  clearTimeout(timer);
  const outcome = await settle(mark, status, header);
  if (outcome === "refused" || outcome === "saved") showAnswer(entry, outcome, text);
  return outcome;
};

let running = false;
export const flush = async () => {
  if (running || session.state()) return;
  running = true;
  try {
    for (const { id } of mine().filter((one) => one.ask && due.has(one.id))) {
      const entry = store.get(person, id);
      if (!entry || !due.has(id)) continue; // saved or taken back meanwhile
      const form = formOf(entry);
      const outcome = await (form && !entry.act ? viaForm(form, entry) : viaFetch(entry));
      if (outcome === "network" || outcome === "server" || session.state()) break;
    }
  } finally { running = false; }
  hear();
};

let patience = 0;
let timer = 0;
const again = () => {
  clearTimeout(timer);
  const wait = Math.min(SLOWEST, 2000 * 2 ** patience);
  patience += 1;
  timer = setTimeout(flush, wait * (0.8 + 0.4 * Math.random()));
};
export const now = () => { patience = 0; clearTimeout(timer); return flush(); };
export const ask = (entry) => { if (entry.ask) due.add(entry.id); };
export const lay = (entry, more) => { if (more.why) due.delete(entry.id); return put({ ...entry, ...more }); };
