// Who fills in what: ticking a whole category ticks its items, and says so back when they are ticked one by one.

const groups = document.querySelectorAll("[data-share] [data-group]");

const boxes = (group, person) => [...group.querySelectorAll(`[data-to="${person}"]`)];

function mirror(group, whole) {
  const all = boxes(group, whole.dataset.all);
  const ticked = all.filter((box) => box.checked).length;
  whole.checked = all.length > 0 && ticked === all.length;
  whole.indeterminate = ticked > 0 && ticked < all.length;
}

groups.forEach((group) => {
  group.querySelectorAll("[data-all]").forEach((whole) => {
    whole.removeAttribute("name"); // the items say it themselves from here on
    mirror(group, whole);
  });
  group.addEventListener("change", (event) => {
    const { all, to } = event.target.dataset;
    if (all) boxes(group, all).forEach((box) => { box.checked = event.target.checked; });
    const whole = group.querySelector(`[data-all="${all ?? to}"]`);
    if (whole) mirror(group, whole);
  });
});
