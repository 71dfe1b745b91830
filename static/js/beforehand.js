// What comes before the sheet: files dropped on a prerequisite, with progress.

import { changed } from "./controls.js";

const place = (event) => event.target.closest?.("[data-files]")?.querySelector("[data-drop]");

document.addEventListener("dragover", (event) => {
  const tile = place(event);
  if (!tile) return;
  event.preventDefault();
  tile.classList.add("is-over");
});
document.addEventListener("dragleave", (event) => place(event)?.classList.remove("is-over"));
document.addEventListener("drop", (event) => {
  const tile = place(event);
  if (!tile || !event.dataTransfer?.files.length) return;
  event.preventDefault();
  tile.classList.remove("is-over");
  const input = tile.querySelector("input[type=file]");
  input.files = event.dataTransfer.files;
  changed(input);
});
document.addEventListener("htmx:xhr:progress", (event) => {
  const bar = event.target.closest?.("[data-drop]")?.querySelector("progress");
  if (!bar || !event.detail.lengthComputable) return;
  bar.hidden = false;
  bar.value = (100 * event.detail.loaded) / event.detail.total;
});

// A button that cannot be used yet keeps the focus and says why; pressing it does nothing.
document.addEventListener("click", (event) => {
  if (event.target.closest(".kp-pre-say [aria-disabled=true]")) event.preventDefault();
});
