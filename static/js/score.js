// The running score comes as a fragment; its values are written into the places of the page that name a node or a clause.

const write = (place, text, lost) => {
  if (place.textContent !== text) place.textContent = text;
  place.classList.toggle("kp-lost", lost);
};

// Each place is looked for once, not once for each value: a sheet of hundreds of clauses is filled in one pass.
const fill = (fragment) => {
  const values = new Map([...fragment.querySelectorAll("data[data-value-of]")].map((entry) => [entry.dataset.valueOf, entry.value]));
  if (!values.size) return;
  for (const place of document.querySelectorAll("[data-node]")) {
    const value = values.get(place.dataset.node);
    if (value !== undefined) write(place, place.dataset.full ? `${value} / ${place.dataset.full}` : value, false);
  }
  const moved = new Map([...fragment.querySelectorAll("data[data-points-of]")].map((entry) => [entry.dataset.pointsOf, entry]));
  for (const place of document.querySelectorAll("[data-points]")) {
    const entry = moved.get(place.dataset.points);
    write(place, entry ? entry.value : "", Boolean(entry && "lost" in entry.dataset));
  }
  const whole = fragment.querySelector(".kp-fig");
  for (const place of document.querySelectorAll("[data-score]")) if (whole) write(place, whole.textContent, false);
};

document.addEventListener("htmx:afterSwap", (event) => fill(event.detail.target));
// A row that was swapped in anew by a save has empty places until the next score arrives: fill them from the last one.
document.addEventListener("htmx:oobAfterSwap", () => { for (const score of document.querySelectorAll(".kp-running")) fill(score); });
