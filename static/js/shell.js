// What every page does besides being read: menus shut, dialogs with the server that fail are said so, printing, quick search key.

import "./leaving.js";
import "./score.js";

const menus = () => document.querySelectorAll("details.kp-menu[open]");

document.addEventListener("click", (event) => {
  for (const menu of menus()) if (!menu.contains(event.target)) menu.open = false;
  const target = event.target.closest("[data-print], [data-close]");
  if (!target) return;
  if (target.matches("[data-print]")) { event.preventDefault(); window.print(); }
  if (target.matches("[data-close]")) target.closest("[role=alert], [role=status]").hidden = true;
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of menus()) { menu.open = false; menu.querySelector("summary").focus(); }
});

const alarm = document.getElementById("alarm");
const say = (kind) => {
  if (!alarm) return;
  alarm.querySelector("p").textContent = alarm.dataset[kind];
  alarm.hidden = false;
};
// What is kept in the browser until it is saved speaks for itself.
const isKept = (event) => Boolean(event.detail.requestConfig?.kept);
document.addEventListener("htmx:sendError", (event) => { if (!isKept(event)) say("offline"); });
document.addEventListener("htmx:timeout", (event) => { if (!isKept(event)) say("offline"); });
document.addEventListener("htmx:afterOnLoad", () => { if (alarm) alarm.hidden = true; });
document.addEventListener("htmx:responseError", (event) => {
  const status = event.detail.xhr.status;
  if (isKept(event)) return;
  if (status === 409 || status === 422) return; // those answers are swapped into the page and speak for themselves
  say(status === 401 || status === 403 || status === 404 ? "denied" : "error");
});

// Folded parts must not be lost on paper.
window.addEventListener("beforeprint", () => {
  for (const part of document.querySelectorAll("main details:not([open])")) { part.dataset.folded = ""; part.open = true; }
});
window.addEventListener("afterprint", () => {
  for (const part of document.querySelectorAll("main details[data-folded]")) { delete part.dataset.folded; part.open = false; }
});

// A choice that loads its page at once; its form works by the button without this.
document.addEventListener("change", (event) => {
  if (event.target.matches("select[data-go]")) event.target.form.requestSubmit();
});
