// Files on their way to an item: chosen, dropped, pasted or photographed, each with a line, an answer and an end of its own.

import { renamed, sha256 } from "./uploads/reading.js";
import { say, words } from "./uploads/saying.js";
import { token, Upload } from "./uploads/upload.js";
import "./uploads/looking.js";

const AT_ONCE = 3;
const AGAIN = 3000; // milliseconds until a list that did not come is asked for again
const waiting = [];
const open = new Set(); // every upload that has no answer yet
let running = 0;
let chosen = 0;
let saved = 0;

const next = () => {
  while (running < AT_ONCE && waiting.length) {
    const upload = waiting.shift();
    running += 1;
    upload.send().finally(() => {
      running -= 1;
      settle(upload);
      next();
    });
  }
};

const settle = (upload) => {
  if (upload.answered) open.delete(upload);
  if (upload.state === "kept") saved += 1;
  if (upload.changed) refresh(upload.place);
  if (![...open].some((one) => one.isMoving)) {
    if (chosen > 1) say(words.over, { done: saved, open: document.querySelectorAll(".kp-sending:not(.is-ok)").length });
    chosen = saved = 0;
  } else if (upload.state === "kept") say(words.progress, { done: saved, n: chosen });
};

const queue = (upload) => {
  open.add(upload);
  upload.wait();
  waiting.push(upload);
  next();
};

// --- the list of an item, asked for once after several answers -----------------------------------------

const asked = new Map();
const refresh = (place, after = 200) => {
  clearTimeout(asked.get(place.code));
  asked.set(place.code, setTimeout(async () => {
    const list = place.list();
    if (!list) return;
    try {
      await window.htmx.ajax("GET", place.proofs, { target: list, swap: "outerHTML" });
    } catch {
      refresh(place, AGAIN); // the file is saved: its tile comes when the network is back
    }
  }, after));
};

// --- what is chosen ------------------------------------------------------------------------------------

class Place {
  constructor(box) {
    this.code = box.dataset.files;
    this.data = { ...box.dataset };
    this.proofs = box.dataset.proofs;
  }

  list() { return document.getElementById(this.data.list); }

  queue() {
    return document.getElementById(this.data.list.replace("proofs-", "queue-")) ?? document.getElementById("upload-strays");
  }
}

const placeOf = (element) => {
  const box = element?.closest?.("[data-item]")?.querySelector("[data-files]");
  return box?.querySelector("[data-drop]") ? new Place(box) : null;
};

const take = async (place, files, options = {}) => {
  const uploads = files.map((file) => new Upload(place, file, { url: place.data.attach, ...options, queue, settle }));
  chosen += uploads.length;
  if (uploads.length > 1) say(words.begun, { n: uploads.length });
  for (const upload of uploads) { upload.show(); open.add(upload); }
  const sendable = uploads.filter((upload) => !upload.refuseHere());
  for (const upload of uploads) if (upload.answered) settle(upload);
  const known = options.url ? new Map() : await knownAmong(place, sendable);
  const offered = [];
  for (const upload of sendable) {
    if (upload.answered) continue; // cancelled meanwhile
    const found = known.get(upload.sha256);
    if (!found) queue(upload);
    else if (found.here) { upload.end("here", words.here); settle(upload); }
    else { upload.offer(found); offered.push(upload); }
  }
  if (offered.length > 1) offerAll(place, offered);
};

const knownAmong = async (place, uploads) => {
  const found = new Map();
  if (!window.crypto?.subtle || !uploads.length) return found;
  const data = new FormData();
  data.append("item", place.code);
  for (const upload of uploads) {
    upload.sha256 = await sha256(upload.file);
    if (upload.sha256) data.append("sha256", upload.sha256);
  }
  try {
    const answer = await fetch(place.data.known, { method: "POST", body: data, headers: { Accept: "application/json", ...token() } });
    if (answer.ok && !answer.redirected) for (const one of (await answer.json()).known) found.set(one.sha256, one);
  } catch { /* without an answer every file is sent, and the server recognises it */ }
  return found;
};

const offerAll = (place, uploads) => {
  const line = document.getElementById("upload-all").content.firstElementChild.cloneNode(true);
  line.querySelector("b").textContent = words.all.replace("{n}", uploads.length);
  line.querySelector("[data-use-all]").addEventListener("click", () => {
    line.remove();
    for (const upload of uploads) if (!upload.answered) upload.use();
  });
  place.queue().prepend(line);
};

document.addEventListener("change", (event) => {
  const input = event.target;
  if (!input.matches("[data-drop] input[type=file], [data-replace] input[type=file]") || !input.files.length) return;
  const place = placeOf(input);
  const form = input.closest("[data-replace]");
  const files = [...input.files].map((file) => (input.matches("[data-camera]") ? renamed(file, words.photo) : file));
  if (place && form) {
    const fields = Object.fromEntries([...new FormData(form)].filter(([name]) => name !== "files"));
    take(place, files, { url: form.action, fields });
  } else if (place) take(place, files);
  input.value = "";
});

// --- dropped and pasted ----------------------------------------------------------------------------------

const carriesFiles = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");
const only = () => {
  const items = document.querySelectorAll("[data-item]");
  return items.length === 1 ? items[0] : null;
};
const under = (event) => event.target.closest?.("[data-item]") ?? only();
const unmark = () => { for (const tile of document.querySelectorAll("[data-drop].is-over")) tile.classList.remove("is-over"); };

document.addEventListener("dragover", (event) => {
  if (!carriesFiles(event)) return;
  event.preventDefault(); // a file dropped beside an item must not take the page's place
  const tile = under(event)?.querySelector("[data-drop]");
  event.dataTransfer.dropEffect = tile ? "copy" : "none";
  if (tile?.classList.contains("is-over")) return;
  unmark();
  tile?.classList.add("is-over");
});
document.addEventListener("dragleave", (event) => { if (!event.relatedTarget) unmark(); });
document.addEventListener("drop", (event) => {
  if (!carriesFiles(event)) return;
  event.preventDefault();
  unmark();
  const place = placeOf(under(event));
  const entries = [...event.dataTransfer.items].map((item) => item.webkitGetAsEntry?.());
  const files = [...event.dataTransfer.files];
  for (const [index, file] of files.entries()) if (entries[index]?.isDirectory) file.isFolder = true;
  if (place && files.length) take(place, files);
});

const isTyping = (target) => target.matches?.("input:not([type=file]):not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]");

document.addEventListener("paste", (event) => {
  const files = [...(event.clipboardData?.files ?? [])];
  if (!files.length) return;
  // Cells and text copied from an office program come with a picture of themselves: in a field it is the text that is meant.
  if (isTyping(event.target) && [...event.clipboardData.types].includes("text/plain")) return;
  const current = document.querySelector("[data-toc][aria-current]")?.dataset.toc;
  const place = placeOf(event.target) ?? placeOf(document.getElementById(`item-${current}`)) ?? placeOf(only());
  if (!place) return;
  event.preventDefault();
  take(place, files.map((file) => renamed(file, words.shot)));
});

// --- nothing chosen is lost ------------------------------------------------------------------------------

window.addEventListener("online", () => { for (const upload of open) if (upload.state === "offline") upload.again(); });
window.addEventListener("beforeunload", (event) => {
  if (![...open].some((upload) => upload.isMoving || upload.canRetry)) return;
  event.preventDefault();
  event.returnValue = "";
});
