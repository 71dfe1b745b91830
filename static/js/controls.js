// Controls that answer a clause: steppers and sliders, wherever a clause is answered.

export const changed = (input) => input.dispatchEvent(new Event("change", { bubbles: true }));

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-step] button[data-by]");
  if (!button) return;
  const input = button.closest("[data-step]").querySelector("input");
  const now = Number.parseInt(input.value || "0", 10) || 0;
  const next = Math.max(0, now + Number(button.dataset.by));
  if (next === now) return;
  input.value = String(next);
  changed(input);
});

// The arrows count up and down in a field that has the two buttons beside it.
document.addEventListener("keydown", (event) => {
  const by = { ArrowUp: 1, ArrowDown: -1 }[event.key];
  const buttons = by && event.target.matches?.("input") && event.target.closest("[data-step]");
  if (!buttons) return;
  event.preventDefault();
  buttons.querySelector(`button[data-by="${by}"]`)?.click();
});

// The slider has no name of its own: it moves the field beside it, which is what is saved.
document.addEventListener("input", (event) => {
  const range = event.target.closest("[data-range]");
  if (!range) return;
  const [slider, field] = range.querySelectorAll("input");
  if (event.target === slider) field.value = slider.value;
  else if (field.value !== "" && Number.isFinite(Number(field.value))) slider.value = field.value;
});
