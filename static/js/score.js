// The running score comes as a fragment; its values are written into the places of the page that name a node or a clause.

const write = (place, text, lost) => {
  if (place.textContent !== text) place.textContent = text;
  place.classList.toggle("kp-lost", lost);
};

const fill = (fragment) => {
  const values = fragment.querySelectorAll("data[data-value-of]");
  if (!values.length) return;
  for (const entry of values) {
    for (const place of document.querySelectorAll(`[data-node="${CSS.escape(entry.dataset.valueOf)}"]`)) {
      const full = place.dataset.full;
      write(place, full ? `${entry.value} / ${full}` : entry.value, false);
    }
  }
  const moved = new Map([...fragment.querySelectorAll("data[data-points-of]")].map((entry) => [entry.dataset.pointsOf, entry]));
  for (const place of document.querySelectorAll("[data-points]")) {
    const entry = moved.get(place.dataset.points);
    write(place, entry ? entry.value : "", Boolean(entry && "lost" in entry.dataset));
  }
};

document.addEventListener("htmx:afterSwap", (event) => fill(event.detail.target));
// A row that was swapped in anew by a save has empty places until the next score arrives: fill them from the last one.
document.addEventListener("htmx:oobAfterSwap", () => { for (const score of document.querySelectorAll(".kp-running")) fill(score); });
