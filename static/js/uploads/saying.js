// What is told about files: the page's own words, and aloud for those who listen.

export const words = { ...document.getElementById("upload-words")?.dataset };

const spoken = document.getElementById("upload-said");

export const filled = (text, values = {}) =>
  Object.entries(values).reduce((whole, [name, value]) => whole.replace(`{${name}}`, value), text ?? "");

export const say = (text, values) => { if (spoken) spoken.textContent = filled(text, values); };
