// Who is signed in by now: asked when an answer says that it is nobody, or somebody else, and before going on.

import { root } from "./says.js";

export const { person } = document.body.dataset;
const EVERY = 15_000; // milliseconds between two questions while signed out

export const token = () => JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"];

const setToken = (fresh) => {
  document.body.setAttribute("hx-headers", JSON.stringify({ "X-CSRFToken": fresh }));
  for (const field of document.querySelectorAll("input[name=csrfmiddlewaretoken]")) field.value = fresh;
};

let out = ""; // "": signed in as far as is known; "gone": nobody is; "other": somebody else is
let hear = () => {};
export const state = () => out;
export const onChange = (callback) => { hear = callback; };

// True where the same person is signed in; the token for sending is fresh then.
export const ask = async () => {
  let answer;
  try {
    answer = await (await fetch(root.dataset.who, { cache: "no-store", credentials: "same-origin", headers: { "X-Passive": "1" } })).json();
  } catch { return false; }
  const before = out;
  out = answer.person === person ? "" : answer.person ? "other" : "gone";
  if (!out) setToken(answer.token);
  if (before !== out) hear(out);
  return !out;
};

export const lost = () => { if (!out) { out = "gone"; hear(out); } ask(); };

const again = () => { if (out && document.visibilityState === "visible") ask(); };
document.addEventListener("visibilitychange", again);
addEventListener("focus", again);
addEventListener("online", again);
setInterval(again, EVERY);
