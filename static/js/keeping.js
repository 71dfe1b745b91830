// Nothing typed on a sheet is lost: kept in the browser before it is sent, forgotten only when the server says it is saved.

import { fill, holderOf, isBlank, isDraft, isForm, isLocked, lacks, setBase, valueOf } from "./keeping/forms.js";
import * as outbox from "./keeping/outbox.js";
import * as says from "./keeping/says.js";
import * as session from "./keeping/session.js";
import * as store from "./keeping/store.js";
import { begin, tab, whenGone } from "./keeping/tabs.js";

const { root } = says;
const { sheet, sheetUrl, worker } = root.dataset;
const escaped = (text) => CSS.escape(text);
const slug = (code) => code.replaceAll(".", "__");

// --- saying how it stands ----------------------------------------------------------------------------------------------------

const isShut = (entry) => entry.why && !["conflict", "invalid", "incomplete"].includes(entry.why);
let leaving = 0;

const drop = (entry) => {
  const form = outbox.formOf(entry);
  outbox.discard(entry);
  if (form && entry.keep.startsWith("claim:")) reload(entry.keep.slice(6));
  else form?.reset();
};

const noteIn = (entry) => {
  const form = outbox.formOf(entry) ?? document.querySelector(`button[data-keep="${escaped(entry.keep)}"]`);
  if (!form) return;
  if (outbox.isDue(entry)) says.note(form, session.state() ? "out" : "waiting", { entry, at: entry.at });
  else if (isShut(entry) && isForm(form)) says.note(form, "refused", { entry, text: entry.why === "denied" ? `${root.dataset.noteRefused} ${root.dataset.whyDenied}` : "", onDrop: drop });
  else if (entry.why === "invalid" && entry.text && !form.querySelector(".kp-answer .kp-problem")) says.note(form, "refused", { entry, text: entry.text, onDrop: drop });
  else if (!isDraft(form) || entry.ask) says.note(form, "");
};

// Both versions stand on the page already.
const isChosen = (entry) => entry.why === "conflict" && document.querySelector(`#answer-item-${escaped(slug(entry.item))} .kp-clash`);

const show = () => {
  const own = outbox.mine();
  says.sweep(new Set(own.map((entry) => entry.id)));
  for (const entry of own) noteIn(entry);
  const others = outbox.everyone().filter((entry) => entry.tab !== tab && entry.ask);
  const waiting = own.filter((entry) => outbox.isDue(entry)).length + others.filter((entry) => !entry.why).length;
  says.head({ out: session.state(), kept: store.works(), waiting, refused: own.filter(isShut).length, leaving });
  says.leftovers(own.filter((entry) => !outbox.formOf(entry) && !outbox.isDue(entry) && !isChosen(entry) && (entry.why || !entry.ask)), drop);
};

// --- putting back ------------------------------------------------------------------------------------------------------------

const formsOf = (keep) => [...document.querySelectorAll(`form[data-keep="${escaped(keep)}"]`)].filter((form) => !form.closest(".kp-clash"));

const find = (entry) => {
  const forms = formsOf(entry.keep);
  if (!entry.keep.startsWith("claim:")) return forms[0] ?? null;
  if (entry.fact) return forms.find((form) => valueOf(form, "fact") === entry.fact) ?? null;
  return forms.find((form) => form.id === entry.form && !valueOf(form, "fact")) ?? null;
};

// A part of the page, ready to be used when this is done; false where there is no answer.
const load = async (url, target, swapStyle) => {
  let answer;
  try { answer = await fetch(url, { headers: { "HX-Request": "true" }, credentials: "same-origin" }); } catch { return false; }
  if (answer.status === 401) session.lost();
  const place = document.querySelector(target);
  if (!answer.ok || !place) return false;
  window.htmx.swap(place, await answer.text(), { swapStyle, swapDelay: 0, settleDelay: 0 });
  return true;
};

// A second entry under a clause, or one whose own form is gone: it gets a blank form.
const makeForm = async (entry) => {
  const code = entry.keep.slice(6);
  const place = `#more-${escaped(slug(code))}`;
  if (formsOf(entry.keep).every(isLocked)) return null;
  await load(`${sheetUrl}claim/blank/?clause=${encodeURIComponent(code)}&key=${encodeURIComponent(entry.key)}`, place, "beforeend");
  return document.getElementById(`fact-${entry.key}`);
};

const open = async (form, values) => {
  const more = form.querySelector("details.kp-more");
  if (!more || !lacks(form, values)) return;
  const fields = more.querySelector(".kp-fields");
  if (more.hasAttribute("hx-get") && !fields.childElementCount) {
    const here = new Promise((done) => { more.addEventListener("htmx:afterSettle", done, { once: true }); setTimeout(done, 8000); });
    window.htmx.trigger(more.querySelector("summary"), "click"); // as a person would, so that it is not fetched again
    await here;
  }
  more.open = true;
};

const isHere = (entry) => {
  const [kind, code] = [entry.keep.slice(0, entry.keep.indexOf(":")), entry.keep.slice(entry.keep.indexOf(":") + 1)];
  if (kind === "claim") return document.querySelector(`[data-clause="${escaped(code)}"]`);
  if (kind === "item") return document.querySelector(`[data-item="${escaped(code)}"]`);
  return formsOf(entry.keep)[0];
};

const under = new Set(); // ids that are being put back just now
const putBack = async (entry) => {
  if (entry.act || under.has(entry.id) || !isHere(entry)) return;
  under.add(entry.id);
  try { await place(entry); } finally { under.delete(entry.id); }
};

const place = async (entry) => {
  let form = find(entry);
  if (!form && entry.keep.startsWith("claim:")) form = await makeForm(entry);
  if (!form || isLocked(form)) { outbox.lay(entry, { why: entry.why === "closed" ? "closed" : "locked" }); return; }
  outbox.bind(form, entry);
  await open(form, entry.values);
  fill(form, entry.values);
  setBase(form, entry);
  form.closest("details:not([open])")?.setAttribute("open", "");
  if (!entry.ask) says.note(form, "draft", { entry });
};

const adopt = async (other) => {
  for (const entry of outbox.everyone().filter((one) => one.tab === other)) {
    const taken = store.put({ ...entry, tab });
    outbox.ask(taken);
    await putBack(taken);
  }
  show();
  await outbox.now();
  if (sent && !document.querySelector("[data-item]")) location.reload(); // a page without forms shows what is stored
};

const watch = () => { for (const entry of outbox.everyone()) if (entry.tab !== tab) whenGone(entry.tab, adopt); };

// --- what the person does ------------------------------------------------------------------------------------------------------

const onTyping = (event) => {
  const form = event.target.closest?.("form[data-keep]");
  if (!form || isLocked(form) || event.target.type === "file") return;
  const entry = outbox.note(form);
  if (isDraft(form) && isBlank(form)) outbox.discard(entry);
};
// Before htmx hears of it, so that it is kept before it is sent; a slider has moved its field only afterwards.
for (const name of ["input", "change"]) {
  document.addEventListener(name, (event) => { if (event.target.name) onTyping(event); }, { capture: true });
  document.addEventListener(name, (event) => { if (!event.target.name) onTyping(event); });
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-keep-drop]");
  if (!button) return;
  const keep = button.dataset.keepDrop;
  const holder = keep ? null : holderOf(button);
  const entries = outbox.mine().filter((entry) => (keep ? entry.keep === keep : outbox.formOf(entry) === holder));
  for (const entry of entries) outbox.discard(entry);
});

// --- what htmx does -------------------------------------------------------------------------------------------------------------

document.addEventListener("htmx:configRequest", (event) => {
  const holder = event.detail.verb === "post" && holderOf(event.detail.elt);
  if (holder && !outbox.prepare(holder, event.detail)) event.preventDefault();
});
document.addEventListener("htmx:afterRequest", (event) => {
  const mark = event.detail.requestConfig?.kept;
  if (!mark || mark.done) return;
  mark.done = true;
  outbox.settle(mark, event.detail.xhr.status, event.detail.xhr.getResponseHeader("HX-Trigger"));
});
document.addEventListener("htmx:validation:halted", (event) => { const form = event.target.closest?.("form[data-keep]"); if (form) outbox.halted(form); });
document.addEventListener("kp:signed-out", () => session.lost());

// A part of the page that was swapped in anew gets back what was typed in the part before it.
document.addEventListener("htmx:load", () => {
  for (const entry of outbox.mine()) if (!outbox.formOf(entry) && (outbox.wasBound(entry) || entry.keep.startsWith("file:"))) putBack(entry).then(show);
});

const reload = (code) => load(`${sheetUrl}clause/?clause=${encodeURIComponent(code)}`, `#clause-${escaped(slug(code))}`, "outerHTML");

// The same entry twice on the page, once as it was made here and once as it is stored: only the stored one stays.
const single = (entry, detail) => {
  const twins = detail.fact ? formsOf(entry.keep).filter((form) => valueOf(form, "fact") === String(detail.fact)) : [];
  if (twins.length < 2) return;
  reload(entry.keep.slice(6));
};

let sent = 0;
const onAnswer = (entry, outcome, detail) => {
  if (outcome !== "saved") return;
  sent += 1;
  if (entry.keep.startsWith("claim:")) single(entry, detail);
};

// What every save changes around its place: the time it was saved at, what is still open, the outline.
const around = (text) => {
  for (const fresh of new DOMParser().parseFromString(text, "text/html").querySelectorAll("#saved, #left, #progress, [id^=toc-]")) {
    fresh.removeAttribute("hx-swap-oob");
    document.getElementById(fresh.id)?.replaceWith(document.importNode(fresh, true));
  }
};

// The answer to what was sent without a form: into its place if that is on the page.
outbox.onText((entry, outcome, text) => {
  if (outcome === "saved") {
    around(text);
    if (entry.item) load(`${sheetUrl}item/?item=${encodeURIComponent(entry.item)}`, `#item-${escaped(slug(entry.item))}`, "outerHTML");
    window.htmx.trigger(document.body, "kp:saved");
    return;
  }
  const form = outbox.formOf(entry);
  const place = form?.querySelector(".kp-answer") ?? (entry.keep.startsWith("item:") ? document.getElementById(`answer-item-${slug(entry.keep.slice(5))}`) : null);
  if (place) window.htmx.swap(place, text, { swapStyle: "innerHTML" });
});

// --- handing in with something unsaved ---------------------------------------------------------------------------------------

document.addEventListener("submit", (event) => {
  if (!event.target.matches?.("[data-submits]") || leaving) return;
  leaving = outbox.everyone().length;
  if (leaving) { event.preventDefault(); show(); root.scrollIntoView({ block: "center" }); }
}, { capture: true });

// --- beginning ------------------------------------------------------------------------------------------------------------------

const wake = () => { if (document.visibilityState === "visible") outbox.now(); };
addEventListener("online", () => outbox.now());
addEventListener("focus", wake);
document.addEventListener("visibilitychange", wake);
addEventListener("storage", (event) => { if (event.key?.startsWith("kaoping:kept:")) { watch(); show(); } });
session.onChange((out) => { show(); if (!out) outbox.now(); });

if (session.person) {
  begin();
  outbox.begin(sheet, { onChange: show, onAnswer });
  watch();
  show();
}
navigator.serviceWorker?.register(`${worker}?language=${document.documentElement.lang}`, { scope: sheetUrl.replace(/\d+\/$/, "") }).catch(() => { /* without it only the offline page is missing */ });
