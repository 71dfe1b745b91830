// The entry form of the workbench: the version to go on from, what is wrong beside its field, focus kept.

import "./controls.js";

const form = () => document.getElementById("entry-form");
const field = (name) => document.getElementById(name) || form()?.elements[name];

// The answer to a save comes as an event; the fields on the page are left as they were typed.
document.body.addEventListener("kp:entry", (event) => {
  const entry = form();
  if (!entry || entry.dataset.entry !== event.detail.at) return;
  entry.elements.version.value = event.detail.version;
  for (const place of entry.querySelectorAll("[data-problem]")) place.textContent = "";
  for (const wrong of entry.querySelectorAll("[aria-invalid]")) wrong.removeAttribute("aria-invalid");
  for (const [name, texts] of Object.entries(event.detail.problems)) {
    const place = nearest(entry, name);
    if (!place) continue;
    place.textContent = `${place.textContent} ${texts.join(" ")}`.trim();
    field(place.dataset.problem)?.setAttribute?.("aria-invalid", "true");
  }
  for (const saved of document.querySelectorAll("[data-saved-at]")) {
    saved.textContent = event.detail.time;
    saved.closest("[hidden]")?.removeAttribute("hidden");
  }
});

// A problem stands beside its own field, or beside the nearest one around it.
const nearest = (entry, name) => {
  for (let path = name; path.includes("."); path = path.slice(0, path.lastIndexOf("."))) {
    const place = entry.querySelector(`[data-problem="${CSS.escape(path)}"]`);
    if (place) return place;
  }
  return null;
};

// A choice that brings other fields makes the form anew: who was in a field is in it again, and what was typed after
// the request had left is put back and saved.
const typedSince = (sent) =>
  sent?.has?.("drop") || sent?.has?.("shift") ? [] : [...(form()?.querySelectorAll("input:not([type=hidden]):not([type=checkbox]), textarea, select:not([multiple])") ?? [])]
    .filter((one) => one.name && sent?.has?.(one.name) && sent.get(one.name) !== one.value)
    .map((one) => [one.name, one.value]);
let held = null;
document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.target?.id !== "entry") return;
  const active = document.activeElement;
  const here = active && active.closest?.("#entry-form");
  const open = [...(form()?.querySelectorAll("details[open][id]") ?? [])].map((part) => part.id);
  held = here ? { open, typed: typedSince(event.detail.requestConfig?.parameters), id: active.id, name: active.name, entry: here.dataset.entry, grow: event.detail.requestConfig?.parameters?.get?.("grow") } : null;
});
document.addEventListener("htmx:afterSettle", (event) => {
  if (event.detail.target?.id !== "entry" || !held || form()?.dataset.entry !== held.entry) return;
  for (const id of held.open) document.getElementById(id)?.setAttribute("open", "");
  const list = held.grow && document.getElementById(held.grow);
  const rows = list?.querySelectorAll(":scope > fieldset, :scope > details, :scope > .kp-row");
  const target = rows?.length ? rows[rows.length - 1].querySelector("input, select, textarea") : field(held.id || held.name);
  target?.focus?.();
  const { typed } = held;
  held = null;
  for (const [name, value] of typed) {
    const again = form().elements[name];
    if (!again || again.value === value) continue;
    again.value = value;
    again.dispatchEvent(new Event("change", { bubbles: true }));
  }
});

// A conflict or a refusal stands above the fields: whoever types further down is led to it.
document.addEventListener("htmx:afterSwap", (event) => {
  const answer = event.detail.target;
  if (answer?.id === "entry-answer" && answer.firstElementChild) answer.scrollIntoView({ block: "center" });
});
