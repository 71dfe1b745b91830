// Signing out while something that was typed is not saved: asked once more, in numbers.

import * as store from "./keeping/store.js";

const { person } = document.body.dataset;
if (person) store.setPerson(person);
store.forgetOld();

const dialog = document.getElementById("leaving");
let leaving = null;

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches?.("[data-leaving]") || !dialog?.showModal) return;
  const count = store.all(person).length;
  if (!count) return;
  event.preventDefault();
  leaving = form;
  const words = dialog.querySelector("[data-say]");
  words.textContent = words.dataset.say.replace("{n}", count);
  dialog.showModal();
});
dialog?.querySelector("[data-stay]").addEventListener("click", () => dialog.close());
dialog?.querySelector("[data-leave]").addEventListener("click", () => leaving?.submit());
