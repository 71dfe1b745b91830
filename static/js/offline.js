// The page shown while there is no network: how much waits, and back to the sheet as soon as the server answers.

import * as store from "./keeping/store.js";

const place = document.getElementById("count");
const waiting = store.all(store.lastPerson()).filter((entry) => entry.ask).length;
place.textContent = waiting ? place.dataset.some.replace("{n}", waiting) : place.dataset.none;

const back = async () => {
  try {
    const answer = await fetch(place.dataset.who, { cache: "no-store", headers: { "X-Passive": "1" } });
    if (answer.ok) location.reload();
  } catch { /* still no network */ }
};
addEventListener("online", back);
setInterval(back, 4000);
