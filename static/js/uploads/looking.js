// Looking at files in the page, and the dialog in which files are chosen again.

const dialog = document.getElementById("file-dialog");
const body = document.getElementById("file-dialog-body");

const show = (link) => {
  const { look, name, download } = link.dataset;
  const head = document.getElementById("look-head").content.cloneNode(true);
  head.querySelector("h2").textContent = name;
  head.querySelector("[data-save]").href = download;
  const view = document.createElement(look === "image" ? "img" : "iframe");
  view.className = "kp-viewer";
  view.src = look === "pdf" ? `${link.href}#navpanes=0&view=FitH` : link.href;
  if (look === "image") view.alt = name;
  else view.title = name;
  body.replaceChildren(head, view);
  dialog.showModal();
};

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-look]");
  if (link && dialog && !event.ctrlKey && !event.metaKey && !event.shiftKey) { event.preventDefault(); show(link); }
  if (event.target.closest("[data-shut]") || event.target === dialog) dialog?.close();
  const about = event.target.closest("[data-shut-about]")?.closest(".kp-about");
  if (about) {
    const key = about.querySelector("input[name=attachment]")?.value;
    about.replaceChildren();
    about.parentElement.querySelector(`[href$="attachment=${CSS.escape(key)}"]`)?.focus();
  }
});

// A viewer that is not seen holds no document.
dialog?.addEventListener("close", () => body.replaceChildren());

document.addEventListener("htmx:afterSwap", (event) => {
  const target = event.detail.target;
  if (target === body && !dialog.open) dialog.showModal();
  if (target.matches?.(".kp-about")) target.querySelector("h3")?.focus();
});
document.addEventListener("htmx:afterRequest", (event) => {
  if (event.detail.successful && event.detail.elt.matches?.("[data-shut-after]")) dialog?.close();
});

// The panel of a file that is not at its item any more, be it taken off or replaced, goes with its tile.
document.addEventListener("htmx:afterSettle", () => {
  for (const panel of document.querySelectorAll(".kp-about")) {
    const key = panel.querySelector("input[name=attachment]")?.value;
    if (key && !document.getElementById(`${panel.id.replace("about-", "file-")}-${key}`)) panel.replaceChildren();
  }
});
