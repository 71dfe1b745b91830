// What was typed and is not saved yet, in the browser's own store: one row for each entry, under the person who typed it.

const ROWS = "kaoping:kept:";
const PERSON = "kaoping:person";
const LONGEST = 90 * 24 * 3600 * 1000; // milliseconds; what is older is forgotten

const memory = new Map(); // where the browser refuses to keep anything: lost with the page, and said so
let refused = false;

const parsed = (text) => { try { return JSON.parse(text); } catch { return null; } };
const name = (entry) => `${ROWS}${entry.person}:${entry.id}`;

export const random = () => [...crypto.getRandomValues(new Uint8Array(12))].map((byte) => byte.toString(16).padStart(2, "0")).join("");

// Whether the last write was kept.
export const works = () => !refused;

export const put = (entry) => {
  memory.set(name(entry), entry);
  try { localStorage.setItem(name(entry), JSON.stringify(entry)); refused = false; } catch { refused = true; }
  return entry;
};

export const drop = (entry) => {
  memory.delete(name(entry));
  try { localStorage.removeItem(name(entry)); } catch { /* it was only in memory */ }
};

// All entries of one person, the oldest first; of one sheet where it is named.
export const all = (person, sheet = null) => {
  const found = new Map();
  if (!person) return [];
  const mine = `${ROWS}${person}:`;
  for (const [key, entry] of memory) if (key.startsWith(mine)) found.set(key, entry);
  try {
    for (const key of [...memory.keys()]) if (!refused && localStorage.getItem(key) === null) { found.delete(key); memory.delete(key); }
    for (let place = 0; place < localStorage.length; place += 1) {
      const key = localStorage.key(place);
      if (key.startsWith(mine)) found.set(key, parsed(localStorage.getItem(key)));
    }
  } catch { /* memory is what there is */ }
  return [...found.values()].filter((entry) => entry && (!sheet || entry.sheet === sheet)).sort((one, other) => one.at.localeCompare(other.at));
};

export const get = (person, id) => all(person).find((entry) => entry.id === id) ?? null;

// Whose browser this is for the offline page, which cannot ask.
export const lastPerson = () => { try { return localStorage.getItem(PERSON) ?? ""; } catch { return ""; } };
export const setPerson = (person) => { try { localStorage.setItem(PERSON, person); } catch { /* the offline page counts nothing */ } };

export const forgetOld = (now = Date.now()) => {
  try {
    for (const key of Object.keys(localStorage).filter((one) => one.startsWith(ROWS))) {
      const entry = parsed(localStorage.getItem(key));
      if (!entry || now - Date.parse(entry.at) > LONGEST) localStorage.removeItem(key);
    }
  } catch { /* nothing is kept here */ }
};
