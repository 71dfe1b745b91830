// The unit's own targets: rows that come and go, pasted from Excel, their sum before one's eyes.

import { changed } from "./controls.js";

const rows = (form) => [...form.querySelectorAll("[data-row]")];
const fields = (row) => [...row.querySelectorAll("input")];
const isBlank = (row) => fields(row).every((input) => input.value.trim() === "");

// Sums are worked out in whole parts of the finest decimal, so that 0.1 and 0.2 make 0.3.
const plain = (text) => text.normalize("NFKC").replace(/[,\s]/g, "");
const isNumber = (text) => /^\d+(\.\d{1,12})?$/.test(plain(text));
const sum = (texts) => {
  const numbers = texts.filter(isNumber).map(plain);
  const places = Math.max(0, ...numbers.map((text) => (text.split(".")[1] ?? "").length));
  const total = numbers.reduce((all, text) => {
    const [whole, part = ""] = text.split(".");
    return all + BigInt(whole + part.padEnd(places, "0"));
  }, 0n);
  if (!places) return String(total);
  const digits = String(total).padStart(places + 1, "0");
  return `${digits.slice(0, -places)}.${digits.slice(-places)}`.replace(/\.?0+$/, "");
};

const tally = (form) => {
  const shown = form.querySelector("[data-sum]");
  const points = rows(form).map((row) => row.querySelector("[name=points]").value);
  shown.textContent = sum(points);
  const wanted = form.closest("[data-points]")?.dataset.points;
  shown.closest(".kp-tg-sum").classList.toggle("is-off", Boolean(wanted) && shown.textContent !== wanted && points.some((text) => text.trim()));
  for (const input of form.querySelectorAll("[name=points], [name=value]")) {
    if (input.value.trim() && !isNumber(input.value)) input.setAttribute("aria-invalid", "true");
    else input.removeAttribute("aria-invalid");
  }
  let number = 0;
  rows(form).forEach((row) => { row.querySelector("[data-n]").textContent = isBlank(row) ? "" : String((number += 1)); });
};

const count = (form) => rows(form).forEach((row, place) => {
  for (const one of row.querySelectorAll("[aria-label]")) one.setAttribute("aria-label", one.getAttribute("aria-label").replace(/\d+/, String(place + 1)));
  row.querySelector("[data-drop-row]").value = String(place);
});

const grow = (form) => {
  const last = rows(form).at(-1);
  const made = last.cloneNode(true);
  for (const input of fields(made)) { input.value = ""; input.removeAttribute("aria-invalid"); }
  last.after(made);
  count(form);
  tally(form);
  return made;
};

document.addEventListener("click", (event) => {
  const form = event.target.closest("[data-targets]");
  if (!form) return;
  if (event.target.closest("[data-add-row]")) {
    event.preventDefault();
    grow(form).querySelector("input").focus();
  }
  const drop = event.target.closest("[data-drop-row]");
  if (!drop) return;
  event.preventDefault();
  const row = drop.closest("[data-row]");
  const next = row.nextElementSibling ?? row.previousElementSibling ?? grow(form);
  row.remove();
  count(form);
  tally(form);
  next.querySelector("input").focus();
  changed(form);
});

document.addEventListener("input", (event) => {
  const form = event.target.closest("[data-targets]");
  if (form) tally(form);
});

// Enter goes down a row, as in a sheet of figures, and makes one where there is none; what was typed is saved by the change.
document.addEventListener("keydown", (event) => {
  const input = event.target;
  const form = input.closest?.("[data-targets]");
  if (event.key !== "Enter" || !form || !input.matches("[data-row] input")) return;
  event.preventDefault();
  const row = input.closest("[data-row]");
  const below = row.nextElementSibling ?? grow(form);
  below.querySelector(`[name=${input.name}]`).focus();
});

document.addEventListener("paste", (event) => {
  const input = event.target;
  const form = input.closest?.("[data-targets]");
  const text = event.clipboardData?.getData("text/plain") ?? "";
  if (!form || !/[\t\n]/.test(text.trim())) return;
  event.preventDefault();
  let row = input.closest("[data-row]");
  const first = fields(row).indexOf(input);
  text.replace(/\r/g, "").replace(/\n+$/, "").split("\n").forEach((line, place) => {
    if (place) row = row.nextElementSibling ?? grow(form);
    const into = fields(row).slice(first);
    line.split("\t").slice(0, into.length).forEach((cell, column) => { into[column].value = cell.trim(); });
  });
  tally(form);
  changed(input);
});

const all = () => document.querySelectorAll("[data-targets]").forEach(tally);
document.addEventListener("htmx:afterSettle", all);
all();
