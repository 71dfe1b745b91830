// What stands in a form that is kept: read it, put it back, tell it in words. A kept form or button has `data-keep`.

const FIXED = new Set(["csrfmiddlewaretoken", "clause", "key", "fact", "version", "extras", "item", "say", "client_key", "save_key", "unanswered"]);

export const holderOf = (element) => element.closest?.("[data-keep]") ?? null;
export const isForm = (holder) => holder instanceof HTMLFormElement;
export const isLocked = (holder) => "locked" in holder.dataset;
export const isDraft = (holder) => "keepDraft" in holder.dataset;
export const valueOf = (form, name) => form.elements?.[name]?.value ?? "";

export const pairs = (data) => [...data].filter(([name, value]) => name !== "csrfmiddlewaretoken" && typeof value === "string");
export const read = (form) => pairs(new FormData(form));

const fields = (form) => [...form.elements].filter((field) => field.name && !FIXED.has(field.name) && field.type !== "file");

export const isBlank = (form) => fields(form).every((field) => field.type === "hidden" || !field.value.trim());

const title = (field) => {
  const said = field.closest("[role=radiogroup]")?.getAttribute("aria-label") ?? field.getAttribute("aria-label") ?? field.labels?.[0]?.firstChild?.textContent ?? "";
  return said.split(/[:：]/)[0].trim();
};
const shown = (field) => {
  if (field.matches("select")) return field.selectedOptions[0]?.textContent ?? "";
  if (field.matches("[type=radio], [type=checkbox]")) return field.checked && field.value ? field.labels?.[0]?.textContent ?? field.value : "";
  return field.type === "hidden" ? "" : field.value;
};

// What is in the form, as a person would read it: pairs of a title and a text.
export const told = (form) => fields(form).map((field) => [title(field), shown(field).trim().replace(/\s+/g, " ")]).filter(([, text]) => text);

export const lacks = (form, values) => values.some(([name]) => !FIXED.has(name) && !form.elements[name]);

// Put values back; what they do not speak of stays as it is.
export const fill = (form, values) => {
  const given = new Map();
  for (const [name, value] of values) given.set(name, [...(given.get(name) ?? []), value]);
  for (const field of fields(form)) {
    const own = given.get(field.name);
    if (field.type === "checkbox") {
      if (field.name !== "modifiers" || given.has("extras")) field.checked = Boolean(own?.includes(field.value));
    } else if (own && field.type === "radio") field.checked = own.includes(field.value);
    else if (own && field.type !== "hidden" && field.value !== own[0]) field.value = own[0];
  }
  for (const range of form.querySelectorAll("[data-range]")) {
    const [slider, field] = range.querySelectorAll("input");
    if (slider && field?.value && Number.isFinite(Number(field.value))) slider.value = field.value;
  }
};

// Which stored row, at which version, the form is about.
export const setBase = (form, entry) => {
  for (const name of ["fact", "version"]) {
    const field = form.elements[name];
    if (field && entry[name] !== undefined && entry[name] !== null) field.value = entry[name];
  }
};
