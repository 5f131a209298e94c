// The documents of a case beside its form: which is shown, the tools above it, and the keys.

import { lines, mark, turned } from "./viewer_boxes.js";
import { Choice } from "./viewer_choice.js";
import { Pages } from "./viewer_pages.js";
import { Pins } from "./viewer_pins.js";
import { Gone, opened, root, say } from "./viewer_reach.js";
import { Search } from "./viewer_search.js";
import { pdf, pictures, ready } from "./viewer_sources.js";
import { closest, find, numbersOf } from "./viewer_text.js";
import { Thumbs } from "./viewer_thumbs.js";
import { Words } from "./viewer_words.js";

const one = (selector) => root.querySelector(selector);
const library = root?.dataset.library || "";
const links = Array.from(root?.querySelectorAll(".viewer-documents a") || []);
const docs = links.map((link) => ({
  id: link.dataset.document, kind: link.dataset.kind, size: Number(link.dataset.size), pages: Number(link.dataset.pages),
  url: link.getAttribute("href"), open: link.dataset.opening, words: link.dataset.words, scan: link.dataset.scanAt, page: link.dataset.pageAt, picture: link.dataset.pictureAt,
  name: link.querySelector(".viewer-name").textContent, rotation: 0, link,
}));
const shows = (doc) => doc.kind !== "pdf" || Boolean(library);

class Viewer {
  constructor() {
    this.pane = one(".viewer-pages");
    this.words = new Words(this.pane, () => this.#markWords(), (state) => this.tell(say(`scan_${state}`)));
    this.pages = new Pages(this.pane, { turned: (page) => this.#turned(page), drawn: (page) => this.#drawn(page) });
    this.pages.failed = (error) => this.#failed(error);
    this.thumbs = new Thumbs(one(".viewer-thumbs"), (page) => this.pages.go(page));
    this.choice = new Choice(this.pane, this.pages, this.words, () => this.pins?.relabel());
    this.search = new Search({
      names: new Map(docs.map((doc) => [doc.id, doc.name])), go: (hit) => this.#toHit(hit), tell: (text) => this.tell(text),
    });
    this.pins = new Pins({
      choice: this.choice, document: () => this.doc, go: (pin) => this.#toPin(pin), changed: () => this.#remark(),
      tell: (text) => this.tell(text),
    });
    this.shown = null; // the pin that was gone to
    this.turn = 0;
    this.#listen();
  }

  tell(text) {
    one(".viewer-status").textContent = text;
  }

  async open(doc) {
    if (this.doc === doc) return true;
    this.turn += 1;
    const { turn } = this;
    this.doc = null;
    links.forEach((link) => link.removeAttribute("aria-current"));
    doc.link.setAttribute("aria-current", "true");
    this.choice.clear();
    this.words.clear();
    this.pages.clear();
    this.thumbs.show(null);
    this.#say("loading");
    this.tell("");
    one(".viewer-tools").hidden = false;
    one(".viewer-alone").href = doc.url;
    try {
      if (doc.kind === "docx") {
        await this.words.show(doc);
      } else {
        const source = await (doc.kind === "pdf" ? pdf(doc, library) : pictures(doc));
        if (turn !== this.turn) return source.destroy();
        this.pages.zoom = 1;
        await this.pages.show(source, doc.rotation);
        this.thumbs.show(one(".viewer-thumbs").hidden ? null : source, doc.rotation);
      }
    } catch (error) {
      if (turn === this.turn) this.#failed(error);
      return false;
    }
    if (turn !== this.turn) return false;
    this.doc = doc;
    root.dataset.shown = doc.id;
    this.#tools();
    this.#remark();
    return true;
  }

  #failed(error) {
    const why = { PasswordException: "password", InvalidPDFException: "damaged", InvalidStateError: "damaged" };
    this.pages.clear();
    this.words.clear();
    this.doc = null;
    delete root.dataset.shown;
    this.#say(error instanceof Gone ? "gone" : why[error?.name] || "unreached");
  }

  #say(keyword) {
    const text = document.createElement("p");
    text.className = "viewer-none";
    text.textContent = say(keyword);
    this.pane.replaceChildren(text);
    if (keyword !== "loading") this.tell(say(keyword));
  }

  // --- what is seen ---

  #turned(page) {
    one(".viewer-page-number").value = String(page);
    this.thumbs.at(page);
    this.#tools();
  }

  #tools() {
    const paged = Boolean(this.pages.holders.length);
    one(".viewer-of").textContent = paged ? ` / ${this.pages.holders.length}` : "";
    one(".viewer-jump").hidden = !paged;
    one("[data-do=thumbs]").hidden = !paged;
    one("[data-do=rotate]").hidden = !paged;
    one(".viewer-percent").textContent = say("zoom", { percent: Math.round((paged ? this.pages : this.words).zoom * 100) });
  }

  #drawn(page) {
    const { state, lines } = this.pages.source.scan.known(page);
    const isHere = page === this.pages.page;
    if (isHere && !this.pages.layer(page).textContent.trim()) this.tell(say("no_text"));
    this.#mark(page);
    if (isHere && (state !== "read" || lines.length)) this.tell(say(`scan_${state}`));
    this.pins.relabel();
  }

  // What looks like CPR numbers on a page; that it is covered is said once for each document.
  #covers(page, holder) {
    const found = numbersOf(this.pages.layer(page)).flatMap((range) => boxes(range, holder, "cover"));
    found.push(...this.pages.covers(page));
    if (found.length && this.coveredIn !== this.doc) this.tell(say("covered"));
    if (found.length) this.coveredIn = this.doc;
    return found;
  }

  #remark() {
    if (this.words.body) return this.#markWords();
    return this.pages.holders.forEach((holder, index) => { if (holder.querySelector(".viewer-marks")) this.#mark(index + 1); });
  }

  #mark(page) {
    const holder = this.pages.holder(page);
    const marks = holder?.querySelector(".viewer-marks");
    const doc = docs.find((known) => known.link.getAttribute("aria-current"));
    if (!marks || !doc) return;
    const made = [];
    for (const pin of this.pins.of(doc.id)) {
      const kind = pin.id === this.shown ? "pin viewer-mark-shown" : "pin";
      if (pin.page === page) made.push(...pin.boxes.map((box) => mark(kind, box, this.pages.rotation)));
    }
    if (this.choice.area?.page === page) made.push(mark("choice", this.choice.area.box, this.pages.rotation));
    made.push(...this.#hits(this.pages.layer(page), holder, doc, page), ...this.#covers(page, holder));
    marks.replaceChildren(...made);
  }

  #markWords() {
    const made = [];
    for (const pin of this.pins.of(this.doc?.id || "")) {
      const [range] = find(this.words.body, pin.quote, 1);
      const kind = pin.id === this.shown ? "pin viewer-mark-shown" : "pin";
      if (range) made.push(...boxes(range, this.words.paper, kind));
    }
    made.push(...this.#hits(this.words.body, this.words.paper, this.doc, 0));
    this.words.marks.replaceChildren(...made);
  }

  #hits(layer, holder, doc, page) {
    if (!this.search.words || !layer) return [];
    const { now } = this.search;
    const here = now && doc && now.document === doc.id && now.page === page;
    return find(layer, this.search.words).flatMap((range, nth) => boxes(range, holder, here && nth === now.nth ? "hit viewer-mark-shown" : "hit"));
  }

  // --- where one goes ---

  async #toHit(hit) {
    const doc = docs.find((known) => known.id === hit.document);
    if (!doc || !shows(doc) || !(await this.open(doc))) return;
    const page = hit.page || 1;
    if (!this.words.body) await this.pages.go(page);
    await this.#settled(page);
    const ranges = find(this.words.body || this.pages.layer(page), this.search.words);
    const range = this.words.body ? closest(this.words.body, ranges, hit) : ranges[hit.nth] || ranges[0];
    if (range) {
      this.choice.select(range); // so that it can be pinned by one key
      this.#show(range, page);
    } else if (this.words.body) {
      this.tell(say("hit_unseen"));
    }
    this.#remark();
  }

  #toPin(pin) {
    const doc = docs.find((known) => known.id === pin.document);
    if (!doc || !shows(doc)) return false;
    document.getElementById("tab-documents")?.click(); // on a narrow window the form is in front
    this.#showPin(doc, pin);
    return true;
  }

  async #showPin(doc, pin) {
    this.shown = pin.id;
    if (!(await this.open(doc))) return;
    if (this.words.body) {
      const [range] = find(this.words.body, pin.quote, 1);
      if (range) this.words.go(range);
    } else {
      await this.pages.go(pin.page, pin.boxes.map((box) => turned(box, this.pages.rotation)));
    }
    this.#remark();
    this.pane.focus({ preventScroll: true });
  }

  #show(range, page) {
    if (this.words.body) return this.words.go(range);
    const holder = this.pages.holder(page).getBoundingClientRect();
    const rect = range.getBoundingClientRect();
    const top = (rect.top - holder.top) / holder.height;
    return this.pages.go(page, [[(rect.left - holder.left) / holder.width, top, 0, 0]]);
  }

  // Until the text of a page is there, or a second has gone by.
  async #settled(page) {
    for (let wait = 0; wait < 40 && !this.words.body && !this.pages.layer(page)?.textContent; wait += 1) {
      await new Promise((done) => setTimeout(done, 25));
    }
  }

  // --- tools and keys ---

  #listen() {
    links.forEach((link, index) => link.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey || event.button || !shows(docs[index])) return;
      event.preventDefault();
      this.open(docs[index]);
    }));
    root.addEventListener("click", (event) => {
      const button = event.target.closest("[data-do]");
      if (button) this.do(button.dataset.do);
    });
    root.addEventListener("submit", (event) => {
      event.preventDefault();
      if (event.target.dataset.form === "search") this.search.ask(one(".viewer-words-asked").value);
      else this.#jump();
    });
    // The search field clears itself by a cross.
    one(".viewer-words-asked").addEventListener("search", (event) => { if (!event.target.value) this.do("close-found"); });
    root.addEventListener("keydown", (event) => this.#key(event));
    document.addEventListener("keydown", (event) => {
      const open = document.querySelector("dialog[open]");
      if (event.key === "b" && !open && !event.defaultPrevented && !root.contains(event.target) && free(event)) this.do("pin");
    });
    new ResizeObserver(() => { if (this.words.body) this.#markWords(); }).observe(this.pane);
  }

  #jump() {
    const page = parseInt(one(".viewer-page-number").value, 10);
    if (page) this.pages.go(page);
    else this.#turned(this.pages.page);
    this.pane.focus({ preventScroll: true });
  }

  do(what) {
    const view = this.words.body ? this.words : this.pages;
    const tools = {
      thumbs: () => this.#thumbs(),
      smaller: () => view.zoomed(view.zoom / 1.25),
      larger: () => view.zoomed(view.zoom * 1.25),
      fit: () => view.zoomed(1),
      rotate: () => this.#rotate(),
      pin: () => this.pins.pin(),
      "close-found": () => this.#close(),
      next: () => this.pages.go(this.pages.page + 1),
      before: () => this.pages.go(this.pages.page - 1),
      line: () => this.choice.step(1, false),
      "line-before": () => this.choice.step(-1, false),
      "more-line": () => this.choice.step(1, true),
      "more-line-before": () => this.choice.step(-1, true),
      search: () => one(".viewer-words-asked").select(),
      page: () => one(".viewer-page-number").select(),
      hit: () => this.search.to(this.search.at + 1),
      "hit-before": () => this.search.to(this.search.at - 1),
      document: () => this.#other(1),
      "document-before": () => this.#other(-1),
    };
    tools[what]?.();
    this.#tools();
    if (this.words.body) this.#markWords();
  }

  #thumbs() {
    const strip = one(".viewer-thumbs");
    strip.hidden = !strip.hidden;
    one("[data-do=thumbs]").setAttribute("aria-pressed", String(!strip.hidden));
    this.thumbs.show(strip.hidden ? null : this.pages.source, this.pages.rotation);
    this.thumbs.at(this.pages.page);
  }

  #rotate() {
    if (!this.doc || this.words.body) return;
    this.choice.clear();
    this.pages.rotated();
    this.doc.rotation = this.pages.rotation;
    if (!one(".viewer-thumbs").hidden) this.thumbs.show(this.pages.source, this.pages.rotation);
    this.thumbs.at(this.pages.page);
  }

  #close() {
    one(".viewer-words-asked").value = "";
    this.search.close();
    this.#remark();
    this.pane.focus({ preventScroll: true });
  }

  #other(by) {
    const shown = docs.filter(shows);
    const at = shown.findIndex((doc) => doc.link.getAttribute("aria-current"));
    this.open(shown[(at + by + shown.length) % shown.length]);
    this.pane.focus({ preventScroll: true });
  }

  #key(event) {
    const keys = {
      b: "pin", j: "line", k: "line-before", J: "more-line", K: "more-line-before", n: "next", p: "before", g: "page", s: "search",
      "+": "larger", "-": "smaller", 0: "fit", r: "rotate", t: "thumbs", ".": "document", ",": "document-before",
    };
    const found = event.key === "F3" ? (event.shiftKey ? "hit-before" : "hit") : keys[event.key];
    if (event.key === "Escape" && event.target.closest(".viewer-search")) {
      event.preventDefault();
      this.do("close-found");
    } else if (found && (event.key === "F3" || free(event))) {
      event.preventDefault();
      event.stopPropagation(); // the form has keys of its own
      this.do(found);
    }
  }
}

function boxes(range, holder, kind) {
  const frame = holder.getBoundingClientRect();
  return lines(range.getClientRects(), frame).map((box) => mark(kind, [
    (box.left - frame.left) / frame.width, (box.top - frame.top) / frame.height,
    (box.right - box.left) / frame.width, (box.bottom - box.top) / frame.height,
  ], 0));
}

function free(event) {
  return !(event.ctrlKey || event.metaKey || event.altKey || event.target.closest?.("input, textarea, select, [contenteditable]"));
}

if (docs.length) {
  const viewer = new Viewer();
  if (!docs.every(shows)) viewer.tell(say("missing"));
  const first = docs.find(shows);
  if (first) {
    if (first.kind === "pdf") ready(library).catch(() => {});
    opened(first).catch(() => {});
    viewer.open(first);
  }
}
