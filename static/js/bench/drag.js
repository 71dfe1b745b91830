// Moving an entry with mouse, pen or finger: where it may be dropped is shown, everywhere else nothing happens.

import { expand, isOpen, kindOf, nav, parentOf } from "./limbs.js";

const FAR = 6; // pixels before a press becomes a drag
const LAST = 1_000_000; // behind whatever is there, fetched or not
const LONG = 400; // milliseconds before a finger's press becomes one
const LINGER = 600; // over a shut branch before it opens

// What may hold what. Items of a category stand before the categories inside it.
const HOLDS = { category: ["item", "category"], item: ["clause"] };

const inside = (holder, item) => item.parentElement.contains(holder);

const zone = (target, y) => {
  const { top, height } = target.getBoundingClientRect();
  const part = (y - top) / height;
  return part < 0.3 ? "before" : part > 0.7 ? "after" : "inside";
};

// The place a drop at this height of `target` would mean, or null: {target, where, parent, position}.
export const landing = (item, target, y) => {
  if (!target || target === item || inside(target, item)) return null;
  const [kind, own] = [kindOf(target), kindOf(item)];
  const wanted = zone(target, y);
  if (kind === own && wanted !== "inside") return beside(item, target, wanted);
  if (HOLDS[kind]?.includes(own)) return { target, where: "inside", parent: key(target), position: LAST };
  if (kind === own) return beside(item, target, y - target.getBoundingClientRect().top < target.offsetHeight / 2 ? "before" : "after");
  return null;
};

const beside = (item, target, where) => {
  const parent = parentOf(target);
  if (!parent !== !parentOf(item) && kindOf(item) !== "category") return null;
  if (parent?.dataset.at.startsWith("list-") && parent !== parentOf(item)) return null;
  const place = kin(target.parentElement.parentElement, kindOf(item), item).indexOf(target);
  return { target, where, parent: parent?.dataset.at.startsWith("list-") ? "" : key(parent), position: where === "after" ? place + 1 : place };
};

const key = (item) => item?.dataset.at.split("-")[1] ?? "";
// The entries of one kind in a group as they stand when `item` has gone.
const kin = (group, kind, item) => [...(group?.querySelectorAll(":scope > li > a") ?? [])].filter((one) => kindOf(one) === kind && one !== item);

export const begin = (drop) => {
  let pressed = null;
  let moving = null;

  const clear = () => { for (const one of nav.querySelectorAll(".drop-before, .drop-after, .drop-inside")) one.classList.remove("drop-before", "drop-after", "drop-inside"); };

  const start = (event) => {
    const { item } = pressed;
    const ghost = document.createElement("div");
    ghost.className = "kp-ghost";
    ghost.textContent = item.querySelector(".name").textContent;
    document.body.append(ghost);
    document.body.classList.add("is-dragging");
    item.classList.add("is-dragged");
    moving = { item, ghost, place: null, over: null, timer: 0, scroll: 0 };
    nav.setPointerCapture?.(event.pointerId);
    follow(event);
  };

  const follow = (event) => {
    moving.ghost.style.transform = `translate(${event.clientX + 14}px, ${event.clientY + 10}px)`;
    const under = document.elementFromPoint(event.clientX, event.clientY);
    const target = under?.closest?.("[role=treeitem]");
    clear();
    moving.place = target && nav.contains(target) ? landing(moving.item, target, event.clientY) : null;
    moving.place?.target.classList.add(`drop-${moving.place.where}`);
    linger(target);
    edge(event.clientY);
  };

  const linger = (target) => {
    if (moving.over === target) return;
    clearTimeout(moving.timer);
    moving.over = target;
    if (target?.hasAttribute("aria-expanded") && !isOpen(target) && !inside(target, moving.item)) moving.timer = setTimeout(() => expand(target, true), LINGER);
  };

  const scroller = () => (nav.scrollHeight > nav.clientHeight + 1 && getComputedStyle(nav).overflowY !== "visible" ? nav : nav.parentElement);
  const edge = (y) => {
    cancelAnimationFrame(moving.scroll);
    const box = scroller();
    const { top, bottom } = box.getBoundingClientRect();
    const by = y < top + 30 ? -8 : y > Math.min(bottom, innerHeight) - 30 ? 8 : 0;
    const step = () => {
      if (!moving || !by) return;
      box.scrollTop += by;
      moving.scroll = requestAnimationFrame(step);
    };
    if (by) moving.scroll = requestAnimationFrame(step);
  };

  const end = (dropped) => {
    clearTimeout(pressed?.timer);
    pressed = null;
    if (!moving) return;
    const { item, ghost, place, timer, scroll } = moving;
    moving = null;
    clearTimeout(timer);
    cancelAnimationFrame(scroll);
    ghost.remove();
    item.classList.remove("is-dragged");
    document.body.classList.remove("is-dragging");
    clear();
    nav.addEventListener("click", swallow, { capture: true, once: true });
    setTimeout(() => nav.removeEventListener("click", swallow, { capture: true }), 50);
    if (dropped && place) drop(item, place);
  };

  const swallow = (event) => { event.preventDefault(); event.stopPropagation(); };

  nav.addEventListener("pointerdown", (event) => {
    const item = event.target.closest("[role=treeitem]");
    if (!item || event.button !== 0 || ["head", "list"].includes(kindOf(item))) return;
    pressed = { item, x: event.clientX, y: event.clientY, touch: event.pointerType === "touch", timer: 0 };
    if (pressed.touch) pressed.timer = setTimeout(() => { if (pressed) start(event); }, LONG);
  });
  nav.addEventListener("pointermove", (event) => {
    if (moving) { event.preventDefault(); follow(event); return; }
    if (!pressed) return;
    const far = Math.hypot(event.clientX - pressed.x, event.clientY - pressed.y) > FAR;
    if (far && pressed.touch) { clearTimeout(pressed.timer); pressed = null; } else if (far) start(event);
  });
  nav.addEventListener("pointerup", () => end(true));
  nav.addEventListener("pointercancel", () => end(false));
  nav.addEventListener("dragstart", (event) => event.preventDefault());
  // While a finger drags, the page under it stands still.
  nav.addEventListener("touchmove", (event) => { if (moving) event.preventDefault(); }, { passive: false });
  nav.addEventListener("contextmenu", (event) => { if (moving || pressed?.touch) event.preventDefault(); });
  document.addEventListener("keydown", (event) => { if (event.key === "Escape" && moving) { event.stopPropagation(); end(false); } }, { capture: true });
};
