// Searching all documents of the case. The server finds the places; the page marks them.

import { allOpened, alsoOpened, post, Refused, root, say } from "./viewer_reach.js";
import { plain } from "./viewer_text.js";

export class Search {
  constructor({ names, go, tell }) {
    this.names = names; // document -> name
    this.go = go; // called with a hit
    this.tell = tell;
    this.box = root.querySelector(".viewer-found");
    this.list = root.querySelector(".viewer-hits");
    this.said = root.querySelector(".viewer-found-said");
    this.words = "";
    this.hits = [];
    this.at = -1;
    this.list.addEventListener("click", (event) => {
      const button = event.target.closest("button");
      if (button) this.to(Number(button.dataset.hit));
    });
  }

  async ask(words) {
    this.words = plain(words);
    if (!this.words) return this.close();
    this.tell(say("searching"));
    try {
      const reply = await post(root.dataset.search, { words: this.words, openings: await allOpened() });
      const told = await reply.json();
      alsoOpened(told.openings);
      this.#show(told);
    } catch (error) {
      this.tell(error instanceof Refused ? error.message : say("unreached"));
    }
  }

  close() {
    this.box.hidden = true;
    this.words = "";
    this.hits = [];
    this.at = -1;
    this.list.replaceChildren();
  }

  to(index) {
    if (!this.hits.length) return;
    this.at = (index + this.hits.length) % this.hits.length;
    for (const button of this.list.querySelectorAll("[aria-current]")) button.removeAttribute("aria-current");
    const button = this.list.querySelector(`[data-hit="${this.at}"]`);
    button.setAttribute("aria-current", "true");
    const below = button.offsetTop + button.offsetHeight - this.box.clientHeight;
    if (button.offsetTop < this.box.scrollTop || below > this.box.scrollTop) this.box.scrollTop = below + 40;
    this.go(this.hits[this.at]);
  }

  get now() {
    return this.hits[this.at];
  }

  #show({ hits, more, silent }) {
    this.hits = hits;
    this.at = -1;
    const count = hits.length === 1 ? say("one_hit") : hits.length ? say("hits", { hits: hits.length }) : say("no_hits");
    const said = more ? say("more_hits", { hits: hits.length }) : count;
    this.said.textContent = silent ? `${said}. ${say("silent", { silent })}` : said;
    this.tell(this.said.textContent);
    this.list.replaceChildren(...hits.map((hit, index) => this.#row(hit, index)));
    this.box.hidden = false;
    if (hits.length) this.to(0);
  }

  #row(hit, index) {
    const item = document.createElement("li");
    const button = document.createElement("button");
    button.type = "button";
    button.dataset.hit = String(index);
    const place = document.createElement("strong");
    const name = this.names.get(hit.document) || "";
    place.textContent = hit.page ? say("hit", { name, page: hit.page }) : name;
    const words = document.createElement("span");
    const mark = document.createElement("mark");
    mark.textContent = hit.match;
    words.append(`… ${hit.before}`, mark, `${hit.after} …`);
    button.append(place, " ", words);
    item.append(button);
    return item;
  }
}
