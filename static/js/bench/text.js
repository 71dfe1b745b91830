// The regulation beside the entry: finding words, the place of the open entry, taking selected words into its fields.

const text = () => document.getElementById("source-text");
const paragraphs = () => [...(text()?.children ?? [])];
const SCROLL = () => `bench-source:${text()?.dataset.source}`;

// --- finding -----------------------------------------------------------------------------------------------------------

const clear = () => {
  for (const hit of text().querySelectorAll("mark")) hit.replaceWith(hit.textContent);
  text().normalize();
};

const find = (words) => {
  clear();
  const hits = [];
  if (words.length) {
    for (const paragraph of paragraphs()) {
      const content = paragraph.textContent;
      const places = [];
      for (let place = content.toLowerCase().indexOf(words); place >= 0; place = content.toLowerCase().indexOf(words, place + words.length)) places.push(place);
      if (!places.length) continue;
      const parts = [];
      let from = 0;
      for (const place of places) {
        const hit = document.createElement("mark");
        hit.textContent = content.slice(place, place + words.length);
        parts.push(content.slice(from, place), hit);
        hits.push(hit);
        from = place + words.length;
      }
      paragraph.replaceChildren(...parts, content.slice(from));
    }
  }
  return hits;
};

const show = (target) => {
  const box = text();
  if (!box || !target) return;
  const offset = target.getBoundingClientRect().top - box.getBoundingClientRect().top;
  if (offset < 0 || offset > box.clientHeight - 40) box.scrollTop += offset - box.clientHeight / 4;
};

// --- the place of the open entry -----------------------------------------------------------------------------------------

export const locate = (loud = false) => {
  const place = document.getElementById("source-here")?.dataset.line;
  for (const other of text()?.querySelectorAll(".is-here") ?? []) other.classList.remove("is-here");
  if (!place || !text()) return;
  const target = document.getElementById(`s${place}`);
  target?.classList.add("is-here");
  if (loud || target) show(target);
};

// --- taking words over -------------------------------------------------------------------------------------------------

const chosen = () => {
  const selection = document.getSelection();
  if (!selection || selection.isCollapsed || !text()?.contains(selection.anchorNode) || !text().contains(selection.focusNode)) return "";
  return selection.toString().replace(/\s+/g, " ").trim();
};

const FIELDS = { text: ["f.text", "f.title"], ref: ["f.ref"] };
const fieldFor = (name) => FIELDS[name].map((one) => document.querySelector(`#entry [name="${one}"]`)).find(Boolean);

let taken = "";

export const begin = () => {
  const search = document.querySelector("[data-find]");
  if (!search) return;
  search.hidden = false;
  const count = search.querySelector("[data-found]");
  let hits = [];
  let at = -1;
  search.addEventListener("input", () => {
    hits = find(search.querySelector("input").value.trim().toLowerCase());
    at = hits.length ? 0 : -1;
    count.textContent = search.querySelector("input").value.trim() ? `${hits.length ? 1 : 0} / ${hits.length}` : "";
    show(hits[0]);
  });
  search.addEventListener("submit", (event) => {
    event.preventDefault();
    if (!hits.length) return;
    at = (at + 1) % hits.length;
    count.textContent = `${at + 1} / ${hits.length}`;
    show(hits[at]);
  });
  const box = text();
  box.addEventListener("scroll", () => { try { sessionStorage.setItem(SCROLL(), String(box.scrollTop)); } catch { /* only forgotten */ } }, { passive: true });
  try { box.scrollTop = Number(sessionStorage.getItem(SCROLL()) ?? 0); } catch { /* from the top */ }
  const take = document.querySelector("[data-take]");
  if (take) {
    take.hidden = false;
    document.addEventListener("selectionchange", () => {
      const words = chosen();
      if (words) taken = words;
      for (const button of take.querySelectorAll("button")) button.disabled = !(words || (taken && take.contains(document.activeElement))) || !fieldFor(button.dataset.takeTo);
    });
    take.addEventListener("pointerdown", (event) => event.preventDefault());
    take.addEventListener("click", (event) => {
      const button = event.target.closest("[data-take-to]");
      const field = button && fieldFor(button.dataset.takeTo);
      if (!field || !taken) return;
      field.value = taken;
      field.dispatchEvent(new Event("input", { bubbles: true }));
      field.dispatchEvent(new Event("change", { bubbles: true }));
      field.focus();
    });
  }
  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-locate]")) return;
    event.preventDefault();
    locate(true);
  });
  locate();
};
