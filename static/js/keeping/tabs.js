// Which window of this browser an entry belongs to: only that one sends it; when it is gone, another takes it over.

import { random } from "./store.js";

const NAME = "kaoping:tab:";
const STALE = 150_000; // milliseconds without a sign of life: the browser slows the clocks of windows in the background
const locks = navigator.locks ?? null;

export const tab = random();

const beat = () => { try { localStorage.setItem(NAME + tab, String(Date.now())); } catch { /* one window, then */ } };
const isGone = (other) => {
  try { return Date.now() - Number(localStorage.getItem(NAME + other) ?? 0) > STALE; } catch { return true; }
};

// Say that this window is there, as long as it is.
export const begin = () => {
  if (locks) { locks.request(NAME + tab, () => new Promise(() => {})).catch(() => {}); return; }
  beat();
  setInterval(beat, 5000);
  addEventListener("pagehide", () => { try { localStorage.removeItem(NAME + tab); } catch { /* it grows stale */ } });
};

const watched = new Set();

// Call back when the other window is gone; at once if it is gone already. Each window is watched once.
export const whenGone = (other, callback) => {
  if (other === tab || watched.has(other)) return;
  watched.add(other);
  const done = () => { watched.delete(other); callback(other); };
  if (locks) { locks.request(NAME + other, async () => { done(); }).catch(() => watched.delete(other)); return; }
  const look = () => { if (isGone(other)) done(); else setTimeout(look, 10_000); };
  look();
};
