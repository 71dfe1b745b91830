// The tree: walking by keys, branches that stand open, and taking over what the server says has changed without
// losing focus, scroll or what is shut.

export const bench = document.getElementById("bench");
export const nav = document.getElementById("tree");

const STORE = `bench:${bench?.dataset.bench}`;
const trees = () => [...nav.querySelectorAll("[data-limbs]")];
const lines = (tree) => [...tree.querySelectorAll("[role=treeitem]")];
export const line = (at) => nav.querySelector(`[data-at="${CSS.escape(at)}"]`);
export const kindOf = (item) => item.dataset.at.split("-")[0];
export const groupOf = (item) => (item.nextElementSibling?.matches("ul") ? item.nextElementSibling : null);
export const parentOf = (item) => item.parentElement.parentElement.closest("li")?.querySelector(":scope > a") ?? null;
const neighbour = (item, way) => item.parentElement[way]?.querySelector(":scope > a") ?? null;
export const before = (item) => neighbour(item, "previousElementSibling");
export const after = (item) => neighbour(item, "nextElementSibling");

// --- which branches stand open -----------------------------------------------------------------------------------------

const remembered = () => {
  try { return new Set(JSON.parse(sessionStorage.getItem(STORE) ?? "[]")); } catch { return new Set(); }
};
const open = remembered();
const remember = () => { try { sessionStorage.setItem(STORE, JSON.stringify([...open].slice(-200))); } catch { /* a full store only forgets */ } };

export const isOpen = (item) => item.getAttribute("aria-expanded") === "true";

export const expand = (item, wanted) => {
  if (!item.hasAttribute("aria-expanded")) return;
  item.setAttribute("aria-expanded", String(wanted));
  if (wanted) open.add(item.dataset.at); else open.delete(item.dataset.at);
  remember();
  if (wanted && item.hasAttribute("data-lazy")) refresh();
  if (!wanted && item.parentElement.contains(document.activeElement)) focus(item);
};

export const reveal = (item) => {
  for (let up = parentOf(item); up; up = parentOf(up)) if (!isOpen(up)) expand(up, true);
};

// --- where one is ------------------------------------------------------------------------------------------------------

export const here = () => nav.querySelector("[role=treeitem][aria-current]");

const tab = (item) => {
  for (const other of item.closest("[data-limbs]").querySelectorAll("[tabindex='0']")) other.tabIndex = -1;
  item.tabIndex = 0;
};

export const focus = (item) => {
  tab(item);
  item.focus({ preventScroll: true });
  item.scrollIntoView({ block: "nearest" });
};

export const mark = (at) => {
  here()?.removeAttribute("aria-current");
  const item = line(at);
  if (!item) return null;
  item.setAttribute("aria-current", "true");
  reveal(item);
  tab(item);
  item.scrollIntoView({ block: "nearest" });
  return item;
};

// One line of each tree can be reached by Tab, whatever was removed meanwhile.
const reachable = () => {
  for (const tree of trees()) {
    if (tree.querySelector("[tabindex='0']")) continue;
    const item = tree.querySelector("[aria-current]") ?? tree.querySelector("[role=treeitem]");
    if (item) item.tabIndex = 0;
  }
};

// --- taking over what has changed ---------------------------------------------------------------------------------------

const KEPT = new Set(["tabindex", "aria-current", "class"]);

const patch = (old, fresh) => {
  const was = old.getAttribute("aria-expanded");
  for (const { name, value } of fresh.attributes) if (!KEPT.has(name) && old.getAttribute(name) !== value) old.setAttribute(name, value);
  for (const { name } of [...old.attributes]) if (!KEPT.has(name) && !fresh.hasAttribute(name)) old.removeAttribute(name);
  if (was !== null && fresh.hasAttribute("aria-expanded")) old.setAttribute("aria-expanded", was);
  if (old.innerHTML !== fresh.innerHTML) old.innerHTML = fresh.innerHTML;
};

const merge = (list, fresh) => {
  const had = new Map([...list.children].map((entry) => [entry.id, entry]));
  [...fresh.children].forEach((entry, place) => {
    // An entry that came from another branch is moved, so that it keeps what it holds.
    const own = had.get(entry.id) ?? document.getElementById(entry.id);
    had.delete(entry.id);
    if (!own) {
      list.insertBefore(entry, list.children[place] ?? null);
      return;
    }
    if (list.children[place] !== own) list.insertBefore(own, list.children[place] ?? null);
    const [link, group] = [own.querySelector(":scope > a"), own.querySelector(":scope > ul")];
    const [newLink, newGroup] = [entry.querySelector(":scope > a"), entry.querySelector(":scope > ul")];
    patch(link, newLink);
    if (group && newGroup) merge(group, newGroup);
    else if (newGroup) own.append(newGroup);
    else group?.remove();
  });
  for (const gone of had.values()) if (gone.parentElement === list) gone.remove();
};

const take = (html) => {
  const fresh = new DOMParser().parseFromString(html, "text/html");
  const active = document.activeElement?.closest?.("[role=treeitem]");
  const scroll = nav.parentElement.scrollTop;
  for (const tree of trees()) {
    const other = fresh.getElementById(tree.id);
    if (other) merge(tree, document.importNode(other, true));
  }
  for (const item of nav.querySelectorAll("[aria-expanded]")) if (open.has(item.dataset.at) && !item.hasAttribute("data-lazy")) item.setAttribute("aria-expanded", "true");
  for (const item of nav.querySelectorAll("[aria-expanded=true]")) open.add(item.dataset.at);
  remember();
  if (active && document.activeElement !== active && active.isConnected) active.focus({ preventScroll: true });
  nav.parentElement.scrollTop = scroll;
  reachable();
};

let asked = 0;
export const refresh = async () => {
  const turn = ++asked;
  const question = new URLSearchParams();
  const current = here()?.dataset.at;
  if (current) question.set("at", current);
  for (const at of open) question.append("open", at);
  const answer = await fetch(`${bench.dataset.tree}?${question}`, { headers: { "HX-Request": "true" }, credentials: "same-origin" });
  const html = await answer.text();
  if (answer.ok && turn === asked) take(html);
};

// --- keys that walk ----------------------------------------------------------------------------------------------------

const visible = (tree) => lines(tree).filter((item) => item.offsetParent !== null);

export const walk = (item, key) => {
  const list = visible(item.closest("[data-limbs]"));
  const place = list.indexOf(item);
  if (key === "ArrowDown") return list[place + 1] ?? otherTree(item, 1);
  if (key === "ArrowUp") return list[place - 1] ?? otherTree(item, -1);
  if (key === "Home") return list[0];
  if (key === "End") return list.at(-1);
  if (key === "ArrowRight") {
    if (!item.hasAttribute("aria-expanded")) return null;
    if (isOpen(item)) return groupOf(item)?.querySelector("[role=treeitem]") ?? null;
    expand(item, true);
    return null;
  }
  if (isOpen(item)) { expand(item, false); return null; }
  return parentOf(item);
};

const otherTree = (item, step) => {
  const all = trees();
  const next = all[all.indexOf(item.closest("[data-limbs]")) + step];
  return next ? visible(next).at(step > 0 ? 0 : -1) : null;
};

export const begin = () => {
  reachable();
  for (const item of nav.querySelectorAll("[aria-expanded=true]")) open.add(item.dataset.at);
  remember();
  const shut = [...open].some((at) => line(at)?.getAttribute("aria-expanded") === "false");
  if (shut) refresh();
  here()?.scrollIntoView({ block: "nearest" });
};
