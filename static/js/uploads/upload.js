// One file on its way: its line on the page, its progress, and what became of it.

import { ask, lost } from "../keeping/session.js";
import { sizeText } from "./reading.js";
import { filled, say, words } from "./saying.js";

const SHOWN = 4000; // milliseconds that the line of a saved file stays; its tile stands above by then
export const token = () => JSON.parse(document.body.getAttribute("hx-headers") || "{}");

export class Upload {
  // state: waiting, sending; then kept, known, here, refused or gone; or offered, offline, broken, signedOut, which wait for a person
  constructor(place, file, { url, fields = {}, queue, settle }) {
    Object.assign(this, { place, file, url, fields, queue, settle, state: "waiting", sha256: "" });
  }

  get answered() { return ["kept", "known", "here", "refused", "gone"].includes(this.state); }

  get changed() { return this.state === "kept" || this.state === "known"; }

  get isMoving() { return this.state === "waiting" || this.state === "sending"; }

  get canRetry() { return ["offline", "broken", "signedOut"].includes(this.state); }

  show() {
    this.line = document.getElementById("upload-line").content.firstElementChild.cloneNode(true);
    this.line.querySelector("b").textContent = this.file.name;
    this.bar = this.line.querySelector("progress");
    this.bar.setAttribute("aria-label", filled(words.bar, { name: this.file.name }));
    this.on("[data-cancel]", () => this.cancel());
    this.on("[data-retry]", () => this.again());
    this.on("[data-use]", () => this.use());
    this.tell(words.checking);
    this.place.queue().append(this.line);
  }

  on(which, act) { this.line.querySelector(which).addEventListener("click", act); }

  tell(text) { this.line.querySelector("span").textContent = `${sizeText(this.file.size)} · ${text}`; }

  offers(...names) {
    for (const name of ["use", "retry"]) this.line.querySelector(`[data-${name}]`).hidden = !names.includes(name);
  }

  // What need not be sent to be refused; the server would say the same.
  refuseHere() {
    if (this.file.isFolder) this.end("refused", words.folder);
    else if (!this.file.size) this.end("refused", words.empty);
    else if (this.file.size > Number(words.limit)) this.end("refused", filled(words.tooLarge, { size: sizeText(this.file.size) }));
    return this.answered;
  }

  wait() {
    this.state = "waiting";
    this.line.classList.remove("is-bad");
    this.offers();
    this.tell(words.waiting);
  }

  offer(known) {
    this.state = "offered";
    this.known = known;
    const serves = known.serves.length ? ` ${filled(words.serves, { items: known.serves.join("、") })}` : "";
    this.tell(filled(words.known, { name: known.name }) + serves);
    this.offers("use");
    say(`${this.file.name}: ${filled(words.known, { name: known.name })}`);
  }

  async again() {
    if (this.state === "signedOut" && !(await ask())) return; // still out; with the same person back the token is fresh
    this.queue(this);
  }

  use() {
    const data = new FormData();
    data.append("item", this.place.code);
    data.append("attachment", this.known.attachment);
    this.instead = { url: this.place.data.given, data };
    this.queue(this);
  }

  send() {
    if (this.answered) return Promise.resolve();
    this.state = "sending";
    const { url, data } = this.instead ?? { url: this.url, data: this.body() };
    return new Promise((done) => {
      const request = new XMLHttpRequest();
      this.request = request;
      request.open("POST", url);
      request.setRequestHeader("Accept", "application/json");
      for (const [name, value] of Object.entries(token())) request.setRequestHeader(name, value);
      request.upload.addEventListener("progress", (event) => this.progress(event));
      request.upload.addEventListener("load", () => this.tell(words.finishing));
      request.addEventListener("load", () => { this.answer(request); done(); });
      request.addEventListener("error", () => { this.fail("offline", words.offline); done(); });
      request.addEventListener("timeout", () => { this.fail("offline", words.offline); done(); });
      request.addEventListener("abort", () => done());
      request.send(data);
    });
  }

  body() {
    const data = new FormData();
    data.append("item", this.place.code);
    for (const [name, value] of Object.entries(this.fields)) if (name !== "item") data.append(name, value);
    data.append("files", this.file, this.file.name);
    return data;
  }

  progress(event) {
    if (!event.lengthComputable || this.state !== "sending") return;
    const percent = Math.floor((100 * event.loaded) / event.total);
    this.bar.hidden = false;
    this.bar.value = percent;
    this.tell(filled(words.sending, { n: percent }));
  }

  answer(request) {
    let said = null;
    try { said = JSON.parse(request.responseText); } catch { /* a page instead of an answer: signed out, or a fault */ }
    if (said?.state) this.end(said.state, said.text || words.kept);
    else if (request.status === 413) this.end("refused", filled(words.tooLarge, { size: sizeText(this.file.size) }));
    else if (request.status === 403 || request.status === 401 || request.status < 400) {
      this.fail("signedOut", words.signedOut);
      lost();
    } else this.fail("broken", words.broken);
  }

  end(state, text) {
    this.state = state;
    this.bar.hidden = true;
    this.offers();
    this.tell(text);
    this.line.querySelector("[data-cancel] span").textContent = words.close;
    this.line.classList.toggle("is-bad", state === "refused");
    this.line.classList.toggle("is-ok", state === "kept");
    if (state === "refused") say(`${this.file.name}: ${text}`);
    if (state === "kept") setTimeout(() => this.line.remove(), SHOWN);
    else this.stay();
  }

  fail(state, text) {
    this.state = state;
    this.bar.hidden = true;
    this.line.classList.add("is-bad");
    this.offers("retry");
    this.tell(text);
    this.stay();
    say(`${this.file.name}: ${text}`);
  }

  // An answer is seen even where the item that it is about has gone from the page.
  stay() { if (!this.line.isConnected) document.getElementById("upload-strays").append(this.line); }

  cancel() {
    const was = this.answered;
    if (!was) this.state = "gone";
    this.request?.abort();
    this.line.remove();
    if (!was) { say(words.cancelled, { name: this.file.name }); this.settle(this); }
  }
}
