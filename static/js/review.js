// Reviewing from the keyboard: the keys stand on the buttons; a key presses its button, or opens what has to be filled in.

const typing = (target) => target.matches("input:not([type=radio]), textarea, select, [contenteditable]");
const form = document.getElementById("decide");

const pick = (verdict) => {
  const choice = form?.querySelector(`input[name="verdict"][value="${verdict}"]`);
  if (!choice) return;
  choice.checked = true;
  choice.dispatchEvent(new Event("change", { bubbles: true }));
  const first = verdict === "changed" ? form.querySelector(".is-changed input:not([type=hidden]), .is-changed select") : null;
  (first ?? form.querySelector("textarea[name=reason]"))?.focus();
};

const open = (id) => {
  const part = document.getElementById(id);
  if (!part) return;
  part.open = true;
  part.querySelector("select, textarea")?.focus();
  part.scrollIntoView({ block: "nearest" });
};

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-pick], [data-open], [data-accept]");
  if (!button) return;
  if (button.dataset.pick) pick(button.dataset.pick);
  if (button.dataset.open && !button.matches("summary")) open(button.dataset.open);
  // The radios say what is sent: the button beside the claim accepts whatever was chosen in the form before.
  if ("accept" in button.dataset) for (const one of form.querySelectorAll("input[name=verdict]")) one.checked = one.value === "accepted";
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && typing(event.target)) { event.target.blur(); return; }
  if (event.ctrlKey && event.key === "Enter" && event.target.form) { event.target.form.requestSubmit(); return; }
  if (typing(event.target) || event.ctrlKey || event.metaKey || event.altKey) return;
  const button = document.querySelector(`[data-key="${CSS.escape(event.key.toLowerCase())}"]`);
  if (!button) return;
  event.preventDefault();
  if (button.matches("summary")) open(button.dataset.open);
  else button.click();
});

// Stepper and slider work here as on the sheet.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-step] button[data-by]");
  if (!button) return;
  const input = button.closest("[data-step]").querySelector("input");
  input.value = String(Math.max(0, (Number.parseInt(input.value || "0", 10) || 0) + Number(button.dataset.by)));
});
document.addEventListener("input", (event) => {
  const range = event.target.closest("[data-range]");
  if (!range) return;
  const [slider, field] = range.querySelectorAll("input");
  if (event.target === slider) field.value = slider.value;
});

document.querySelector("[aria-current=location]")?.scrollIntoView({ block: "nearest" });
