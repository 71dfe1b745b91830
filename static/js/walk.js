// Walking through the sheet: which item one is at, the next open one, keys, and the bar at the thumb.
// The sheet may hold hundreds of clauses: nothing here runs through all of them on a scroll or a keystroke.

const find = (id) => document.getElementById(id);
const outline = find("toc");
const handle = document.querySelector(".kp-outline summary b");
const single = Boolean(document.querySelector("#walk.is-single"));

let sections = [];
const gather = () => { sections = [...document.querySelectorAll("[data-item]")]; };
const slugOf = (section) => section.id.slice("item-".length);
const lineOf = (slug) => find(`toc-${slug}`);

// --- where one is ------------------------------------------------------------------------------------

/** The last section that begins above a third of the window; they stand in order, so halving finds it. */
const current = () => {
  const edge = window.innerHeight * 0.35;
  let low = 0, high = sections.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (sections[middle].getBoundingClientRect().top <= edge) low = middle; else high = middle - 1;
  }
  return sections[low];
};

let marked = "";
const mark = (slug) => {
  const line = lineOf(slug);
  if (!line || line.hasAttribute("aria-current")) return;
  lineOf(marked)?.removeAttribute("aria-current");
  marked = slug;
  line.setAttribute("aria-current", "location");
  if (handle) handle.textContent = line.querySelector("a").firstChild.textContent;
  const above = line.offsetTop - outline.scrollTop;
  if (above < 0 || above > outline.clientHeight - line.offsetHeight) outline.scrollTop = line.offsetTop - outline.clientHeight / 2;
};

let waiting = false;
const follow = () => {
  if (waiting) return;
  waiting = true;
  requestAnimationFrame(() => {
    waiting = false;
    const section = current();
    if (section) mark(slugOf(section));
  });
};

// --- going somewhere -----------------------------------------------------------------------------------

const here = (target) => target?.closest?.("[data-item]") ?? current();
const go = (section) => {
  if (!section) return;
  section.scrollIntoView({ block: "start" });
  section.focus({ preventScroll: true });
};
const open = (slug) => {
  const section = find(`item-${slug}`);
  if (section) go(section);
  else lineOf(slug)?.querySelector("a").click();
};

/** One item further or back; in the view of one item its links say where. */
const step = (by, from) => {
  const link = document.querySelector(`#walk a[data-go="${by}"]`);
  if (link) link.click();
  else if (!single) go(sections[sections.indexOf(from) + by]);
};

/** The next item that still asks for something, round to the beginning. The outline knows: every save brings its line. */
const nextOpen = (from) => {
  const lines = [...outline.querySelectorAll("[data-toc]")];
  const place = lines.findIndex((line) => line.dataset.toc === slugOf(from));
  const next = [...lines.slice(place + 1), ...lines.slice(0, place)].find((line) => "awaits" in line.dataset);
  if (next) open(next.dataset.toc);
  else document.querySelector("[data-check]")?.focus();
};

const nothing = (section) => section.querySelector("[data-nothing]")?.click();
const firstField = (section) => section.querySelector(".ctl input:not([type=hidden]):not(:disabled), .ctl select:not(:disabled)")?.focus();
const files = (section) => section.querySelector("input[type=file]")?.click();
const duty = (section) => {
  const part = section.querySelector(".kp-duty");
  if (!part) return;
  part.open = true;
  part.querySelector("textarea")?.focus();
};
const help = find("keys");

const KEYS = {
  j: (section) => step(1, section),
  k: (section) => step(-1, section),
  o: nextOpen,
  n: nothing,
  e: firstField,
  f: files,
  d: duty,
  w: () => document.querySelector("[data-other-view]")?.click(),
  s: () => document.querySelector("[data-check]")?.click(),
  "?": () => help?.showModal(),
};

const typing = (target) => target.matches("textarea, select, [contenteditable], input:not([type=checkbox]):not([type=radio]):not([type=range])");

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || document.querySelector("dialog[open]")) return;
  if (event.key === "Escape" && event.target.closest("[data-item]")) { event.target.closest("[data-item]").focus({ preventScroll: true }); return; }
  const act = KEYS[event.key];
  if (!act || typing(event.target)) return;
  const section = here(event.target);
  if (!section) return;
  event.preventDefault();
  act(section);
});

document.addEventListener("click", (event) => {
  if (event.target.closest("#toc a")) document.querySelector(".kp-outline details")?.removeAttribute("open");
  if (event.target.closest("[data-help]")) help?.showModal();
  const button = event.target.closest("#walk [data-go], #walk [data-open]");
  if (!button || (button.matches("a") && "go" in button.dataset)) return;
  event.preventDefault();
  if ("open" in button.dataset) nextOpen(current());
  else step(Number(button.dataset.go), current());
});

// --- what the bar and the handle repeat -----------------------------------------------------------------

const saved = find("sheet-head");
const repeated = document.querySelector("[data-repeats=saved]");
const share = find("walk-share");

const repeat = () => {
  const mark = find("saved");
  if (repeated && mark && repeated.innerHTML !== mark.innerHTML) repeated.replaceChildren(...[...mark.cloneNode(true).childNodes]);
  const left = outline.querySelectorAll("[data-awaits]").length;
  if (share) share.value = share.max - left;
  for (const button of document.querySelectorAll("#walk [data-open]")) button.hidden = !left;
};
if (saved) new MutationObserver(repeat).observe(saved, { childList: true, subtree: true, characterData: true });

// An item that is swapped in anew keeps the focus that was in the old one.
let held = "";
document.addEventListener("htmx:beforeSwap", (event) => {
  const target = event.detail.target;
  held = target?.matches?.("[data-item]") && target.contains(document.activeElement) ? target.id : "";
});
document.addEventListener("htmx:afterSettle", () => {
  if (held && document.activeElement === document.body) find(held)?.focus({ preventScroll: true });
  held = "";
  if (sections.some((section) => !section.isConnected)) gather();
  if (marked) { const line = lineOf(marked); if (line && !line.hasAttribute("aria-current")) { const slug = marked; marked = ""; mark(slug); } }
  follow();
  repeat();
});

// A link to a place of the whole sheet that meets the view of one item: to the item that holds the place.
const meet = () => {
  const [, kind, slug] = location.hash.match(/^#(item|clause)-(.+)$/) ?? [];
  if (!slug || find(location.hash.slice(1))) return;
  const line = lineOf(kind === "item" ? slug : slug.slice(0, slug.lastIndexOf("__")));
  if (line) location.replace(line.querySelector("a").href);
};

gather();
addEventListener("scroll", follow, { passive: true });
addEventListener("hashchange", meet);
if (single) meet();
follow();
repeat();
