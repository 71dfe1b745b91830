// The workbench: opening entries without losing what is typed, adding, moving, deleting and taking back, by key, menu and mouse.

import * as drag from "./bench/drag.js";
import * as limbs from "./bench/limbs.js";
import * as text from "./bench/text.js";

const { bench, nav } = limbs;
const editable = "editable" in bench.dataset;
const entry = () => document.getElementById("entry");
const token = () => JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"];
const address = (at) => `${bench.dataset.here}?at=${at}`;
const rows = (at) => at && !/^(head|list)-/.test(at);

// --- saying something --------------------------------------------------------------------------------------------------

const toast = document.getElementById("toast");
const say = (words, { undo = false } = {}) => {
  toast.querySelector("p").textContent = words;
  const button = toast.querySelector("[data-toast-undo]");
  if (button) button.hidden = !undo;
  toast.hidden = !words;
};

// --- saves under way ---------------------------------------------------------------------------------------------------

const flying = new Set();
document.body.addEventListener("htmx:beforeSend", (event) => {
  if (event.detail.requestConfig.verb === "post" && event.detail.elt.closest?.("#entry")) flying.add(event.detail.xhr);
});
for (const name of ["htmx:afterRequest", "htmx:sendError", "htmx:sendAbort"]) {
  document.body.addEventListener(name, (event) => flying.delete(event.detail.xhr));
}

const pause = (time) => new Promise((done) => { setTimeout(done, time); });

const idle = async () => { for (let times = 0; flying.size && times < 500; times += 1) await pause(20); };

// What is typed is saved before something else happens; false while something of it is wrong and stays on the page.
let warned = null;
const flush = async () => {
  const form = document.getElementById("entry-form");
  const active = document.activeElement;
  if (form?.contains(active)) active.blur();
  await idle();
  const wrong = form?.querySelector("[aria-invalid=true], #entry-answer .kp-clash");
  if (!wrong || warned === form) { warned = null; return true; }
  warned = form;
  say(bench.dataset.sayWrong);
  wrong.focus?.();
  return false;
};

// --- opening an entry --------------------------------------------------------------------------------------------------

const FIRST = "input:not([type=hidden]):not([disabled]), textarea:not([disabled]), select:not([disabled])";

const field = (path) => {
  for (let name = `f.${path}`; name.length > 2; name = name.slice(0, Math.max(0, name.lastIndexOf(".")))) {
    const own = entry().querySelector(`[name="${CSS.escape(name)}"], [id="${CSS.escape(name)}"]`);
    if (own) return own.matches(FIRST) ? own : own.querySelector(FIRST);
  }
  return null;
};

const goTo = (path) => {
  const target = (path && field(path)) || entry().querySelector(FIRST) || entry().querySelector("[tabindex='-1']");
  for (let fold = target?.closest("details:not([open])"); fold; fold = fold.parentElement.closest("details:not([open])")) fold.open = true;
  if (!target) return;
  target.focus();
  if (target.select && target.type !== "checkbox") target.select();
};

let turn = 0;
const open = async (at, { focus = true, path = "", push = true } = {}) => {
  if (!(await flush())) return;
  const mine = ++turn;
  const answer = await fetch(address(at), { headers: { "HX-Request": "true" }, credentials: "same-origin" });
  const html = await answer.text();
  await idle();
  if (mine !== turn) return;
  if (!answer.ok) { location.assign(address(at)); return; }
  const fresh = new DOMParser().parseFromString(html, "text/html");
  for (const id of ["tools", "source-here"]) {
    const [own, other] = [document.getElementById(id), fresh.getElementById(id)];
    if (own && other) { other.removeAttribute("hx-swap-oob"); own.replaceWith(document.importNode(other, true)); } else other?.remove();
  }
  for (const id of ["tools", "source-here"]) fresh.getElementById(id)?.remove();
  entry().replaceChildren(...[...fresh.body.childNodes].map((node) => document.importNode(node, true)));
  window.htmx.process(entry());
  if (push && bench.dataset.at !== at) history.pushState({ bench: at }, "", address(at));
  bench.dataset.at = at;
  const item = limbs.mark(at);
  const title = document.querySelector("[data-here-title]");
  if (title && item) title.textContent = item.querySelector(".name").textContent;
  document.querySelector(".kp-outline > details")?.removeAttribute("open");
  text.locate();
  if (focus && !(matchMedia("(pointer: coarse)").matches && !path)) goTo(path);
  if (focus && entry().getBoundingClientRect().top < 0) entry().scrollIntoView({ block: "start" });
};

window.addEventListener("popstate", () => {
  const at = new URLSearchParams(location.search).get("at");
  if (at) open(at, { push: false }); else location.reload();
});

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-at]");
  if (!link || event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  event.preventDefault();
  if (event.target.closest(".knob") && link.hasAttribute("aria-expanded")) {
    limbs.focus(link);
    limbs.expand(link, !limbs.isOpen(link));
    return;
  }
  if (link.dataset.at.startsWith("list-") && limbs.line(link.dataset.at) === link) limbs.expand(link, true);
  open(link.dataset.at, { path: link.dataset.field ?? "" });
});

// --- changing the tree -------------------------------------------------------------------------------------------------

const events = (answer) => {
  const found = JSON.parse(answer.headers.get("HX-Trigger") ?? "{}");
  for (const [name, detail] of Object.entries(found)) window.htmx.trigger(document.body, name, detail);
  return found["kp:rubric"] ?? {};
};

// Post one change; what the server says of it, or null where it said no (and the toast says why).
const post = async (url, values, { gone: mayGo = false } = {}) => {
  if (!(await flush())) return null;
  const body = new URLSearchParams(values);
  let answer;
  try {
    answer = await fetch(url, { method: "POST", body, headers: { "HX-Request": "true", "X-CSRFToken": token() }, credentials: "same-origin" });
  } catch {
    document.body.dispatchEvent(new CustomEvent("htmx:sendError", { bubbles: true }));
    return null;
  }
  if (!answer.ok) {
    const said = new DOMParser().parseFromString(await answer.text(), "text/html").body;
    for (const link of said.querySelectorAll("a, button")) link.remove();
    say(said.textContent.replace(/\s+/g, " ").trim().slice(0, 300) || `${answer.status}`);
    limbs.refresh();
    return null;
  }
  say("");
  if (mayGo) document.getElementById("entry-says")?.remove(); // it would ask about an entry that is there no more
  const detail = events(answer);
  await limbs.refresh();
  return { at: detail.kind ? `${detail.kind}-${detail.key}` : "" };
};

const url = (item, verb) => `${bench.dataset.here}${item.dataset.at.replace("-", "/")}/${verb}/`;

const added = async (values) => {
  const done = await post(bench.dataset.add, values);
  if (done?.at) await open(done.at);
};

const stay = async (item) => {
  const now = limbs.line(item.dataset.at);
  if (!now) return;
  limbs.reveal(now);
  limbs.focus(now);
  if (bench.dataset.at === item.dataset.at) await open(item.dataset.at, { focus: false, push: false });
};

const moved = async (item, values) => {
  if (await post(url(item, "move"), values)) await stay(item);
};

const gone = async (item) => {
  const next = (limbs.after(item) ?? limbs.before(item) ?? limbs.parentOf(item))?.dataset.at;
  const current = bench.dataset.at === item.dataset.at;
  if (!(await post(url(item, "delete"), {}, { gone: current }))) return;
  say(bench.dataset.sayGone, { undo: true });
  const item2 = next && limbs.line(next);
  if (current) { if (item2) await open(next, { focus: false }); else location.assign(bench.dataset.here); }
  if (item2) limbs.focus(item2);
};

const undo = async (values = {}) => {
  const done = await post(bench.dataset.undo, values, { gone: true });
  if (!done) return;
  const at = limbs.line(done.at) ? done.at : bench.dataset.at;
  if (at && limbs.line(at)) await open(at, { focus: false }); else location.assign(bench.dataset.here);
};

const keyOf = (item) => item.dataset.at.split("-")[1];
const CHILD = { category: "item", item: "clause", list: "" };

// A new entry after this one, or inside it.
const more = (item, within) => {
  const kind = limbs.kindOf(item);
  if (kind === "head") return null;
  if (kind === "list") return added({ kind: item.dataset.at.slice(5) });
  if (within) return CHILD[kind] ? added({ kind: CHILD[kind], parent: keyOf(item) }) : null;
  const parent = limbs.parentOf(item);
  return added({ kind, parent: parent && rows(parent.dataset.at) ? keyOf(parent) : "", after: keyOf(item) });
};

const act = (item, event) => {
  const movable = rows(item.dataset.at);
  if (event.altKey && event.key.startsWith("Arrow")) return movable ? () => moved(item, { direction: { ArrowUp: "up", ArrowDown: "down", ArrowRight: "in", ArrowLeft: "out" }[event.key] }) : null;
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "d") return movable ? () => post(url(item, "duplicate"), {}).then((done) => done?.at && open(done.at)) : null;
  if (event.altKey || event.ctrlKey || event.metaKey) return null;
  if (event.key === "Delete" || event.key === "Backspace") return movable ? () => gone(item) : null;
  if (event.key.toLowerCase() === "n") return () => more(item, event.shiftKey);
  return null;
};

nav.addEventListener("keydown", (event) => {
  const item = event.target.closest("[role=treeitem]");
  if (!item) return;
  const change = editable ? act(item, event) : null;
  if (change) { event.preventDefault(); change(); return; }
  if (event.altKey || event.ctrlKey || event.metaKey || !/^(Arrow|Home$|End$)/.test(event.key)) return;
  event.preventDefault();
  const target = limbs.walk(item, event.key);
  if (target) limbs.focus(target);
});

document.addEventListener("submit", async (event) => {
  const form = event.target.closest("form[data-bench-post]");
  if (!form) return;
  event.preventDefault();
  form.closest("details")?.removeAttribute("open");
  const values = new FormData(form);
  if (event.submitter?.name) values.set(event.submitter.name, event.submitter.value);
  const item = limbs.line(bench.dataset.at ?? "");
  if (form.querySelector("[data-undo]")) { undo(Object.fromEntries(values)); return; }
  if (form.dataset.benchPost === "gone") { if (item) gone(item); return; }
  if (form.dataset.benchPost === "open") {
    const done = await post(form.action, values);
    if (done?.at) { if (limbs.line(done.at)) open(done.at); else location.assign(address(done.at)); }
    return;
  }
  if (item) moved(item, Object.fromEntries(values));
});

// --- the rest of the page ----------------------------------------------------------------------------------------------

let waiting = 0;
document.body.addEventListener("kp:rubric", () => {
  clearTimeout(waiting);
  waiting = setTimeout(limbs.refresh, 400);
  if (toast.querySelector("[data-toast-undo]")?.hidden === false) say("");
});
document.body.addEventListener("kp:entry", () => { warned = null; });

toast.querySelector("[data-toast-undo]")?.addEventListener("click", () => undo());

const help = document.getElementById("keys");
for (const button of document.querySelectorAll("[data-help]")) {
  button.hidden = false;
  button.addEventListener("click", () => help.showModal());
}

document.addEventListener("keydown", (event) => {
  const typing = event.target.matches?.("input, textarea, select, [contenteditable]");
  if (event.key === "Escape" && event.target.closest?.("#bench") && !nav.contains(event.target) && limbs.here()) limbs.focus(limbs.here());
  if (typing || help.open) return;
  if (event.key === "?") { event.preventDefault(); help.showModal(); }
  if (editable && (event.ctrlKey || event.metaKey) && !event.shiftKey && event.key.toLowerCase() === "z") { event.preventDefault(); undo(); }
});

// Which folded parts were open is remembered for this sitting.
const keep = (fold) => `bench-fold:${fold.dataset.keep}`;
document.addEventListener("toggle", (event) => {
  if (!event.target.matches?.("details[data-keep]")) return;
  try { sessionStorage.setItem(keep(event.target), event.target.open ? "1" : "0"); } catch { /* only forgotten */ }
}, { capture: true });
const folds = () => {
  for (const fold of document.querySelectorAll("details[data-keep]")) {
    let was = null;
    try { was = sessionStorage.getItem(keep(fold)); } catch { /* as the page has it */ }
    if (was !== null) fold.open = was === "1";
  }
};
document.addEventListener("htmx:afterSwap", (event) => {
  folds();
  if (event.detail.target?.id === "entry-answer") event.detail.target.querySelector(".kp-clash")?.scrollIntoView({ block: "center" });
});

bench.dataset.at = limbs.here()?.dataset.at ?? "";
limbs.begin();
text.begin();
if (editable) drag.begin((item, place) => moved(item, { parent: place.parent, position: place.position }));
if (matchMedia("(max-width: 767px)").matches) document.querySelector("details[data-keep=source]")?.removeAttribute("open");
folds();
