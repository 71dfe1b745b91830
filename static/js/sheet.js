// The clerk's sheet: steppers, sliders, dropped files with progress, keys, and which item one is at.

import { changed } from "./controls.js";

// Enter saves by the change it causes; the page is never loaded anew.
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && event.target.matches("form[data-fact] input:not([type=checkbox]):not([type=radio])")) {
    event.preventDefault();
    event.target.blur();
    event.target.focus();
  }
});

// --- files ---------------------------------------------------------------------------------------

const tile = (event) => event.target.closest?.("[data-drop]");
const section = (event) => event.target.closest?.("[data-item]");

document.addEventListener("dragover", (event) => {
  const place = section(event)?.querySelector("[data-drop]");
  if (!place) return;
  event.preventDefault();
  place.classList.add("is-over");
});
document.addEventListener("dragleave", (event) => section(event)?.querySelector("[data-drop]")?.classList.remove("is-over"));
document.addEventListener("drop", (event) => {
  const place = section(event)?.querySelector("[data-drop]");
  if (!place || !event.dataTransfer?.files.length) return;
  event.preventDefault();
  place.classList.remove("is-over");
  const input = place.querySelector("input[type=file]");
  input.files = event.dataTransfer.files;
  changed(input);
});
document.addEventListener("htmx:xhr:progress", (event) => {
  const bar = tile(event)?.querySelector("progress");
  if (!bar || !event.detail.lengthComputable) return;
  bar.hidden = false;
  bar.value = (100 * event.detail.loaded) / event.detail.total;
});

// --- where one is, and keys ------------------------------------------------------------------------

const items = () => [...document.querySelectorAll("[data-item]")];
const summary = document.querySelector(".kp-outline summary b");

const mark = (slug) => {
  for (const entry of document.querySelectorAll("[data-toc]")) {
    if (entry.dataset.toc === slug) {
      entry.setAttribute("aria-current", "location");
      if (summary) summary.textContent = entry.querySelector("a").firstChild.textContent;
    } else entry.removeAttribute("aria-current");
  }
};

const line = () => window.innerHeight * 0.35;
const current = () => items().filter((item) => item.getBoundingClientRect().top <= line()).at(-1) ?? items()[0];

let waiting = false;
const follow = () => {
  if (waiting) return;
  waiting = true;
  requestAnimationFrame(() => {
    waiting = false;
    const item = current();
    if (item) mark(item.id.replace("item-", ""));
  });
};
addEventListener("scroll", follow, { passive: true });
document.addEventListener("htmx:afterSettle", follow);
follow();

document.addEventListener("click", (event) => {
  if (event.target.closest(".kp-tree a")) document.querySelector(".kp-outline details")?.removeAttribute("open");
});

const typing = (target) => target.matches("input, textarea, select, [contenteditable]");

document.addEventListener("keydown", (event) => {
  if (typing(event.target) || event.ctrlKey || event.metaKey || event.altKey) return;
  const item = event.target.closest?.("[data-item]") ?? current();
  if (event.key === "n") item?.querySelector("[data-nothing]")?.click();
  if (event.key === "j" || event.key === "k") {
    const step = event.key === "j" ? 1 : -1;
    const link = document.querySelector(`[data-go="${event.key}"]`);
    if (link) { link.click(); return; }
    const list = items();
    const next = list[list.indexOf(item) + step];
    if (next) { next.scrollIntoView({ block: "start" }); next.focus({ preventScroll: true }); }
  }
});
