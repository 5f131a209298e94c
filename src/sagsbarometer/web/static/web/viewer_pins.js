// Evidence: what is chosen in a document, pinned to the question that was last stood in.

import { Gone, key, post, Refused, root, say } from "./viewer_reach.js";

export class Pins {
  constructor({ choice, document: shown, go, changed, tell }) {
    this.choice = choice;
    this.shown = shown; // gives the document that is shown
    this.go = go;
    this.changed = changed; // called when the marks are to be drawn again
    this.tell = tell;
    this.bar = root.querySelector(".viewer-pinning");
    this.label = root.querySelector(".viewer-pin-said");
    this.question = "";
    document.addEventListener("focusin", (event) => {
      const question = event.target.closest?.("[data-question]");
      if (question) this.at(question.dataset.question);
    });
    document.addEventListener("click", (event) => this.#clicked(event));
  }

  at(question) {
    this.question = question;
    this.bar.hidden = !document.querySelector("[data-pin-here]");
    this.relabel();
  }

  // What would be pinned, and to what.
  relabel() {
    if (!this.question) return;
    this.label.textContent = say(this.choice.isWholePage ? "pin_page_to" : "pin_to", { question: this.#named(this.question) });
  }

  // Every place that is pinned in a document: { id, page, boxes, quote, element }.
  of(id) {
    return Array.from(document.querySelectorAll(`[data-pin][data-document="${CSS.escape(id)}"]`), (element) => read(element));
  }

  async pin(question = this.question) {
    const shown = this.shown();
    const pieces = this.choice.pieces();
    if (!shown || !pieces.length) return this.tell(say("choose_place"));
    if (!question || !document.getElementById(`pins-${question}`)) return this.tell(say("choose_question"));
    for (const piece of pieces) {
      const sent = { question, document: shown.id, page: piece.page, boxes: JSON.stringify(piece.boxes), quote: piece.quote, once: key() };
      if (!(await this.#send(root.dataset.pinAt, sent, question))) return undefined;
    }
    this.choice.clear();
    document.getSelection().removeAllRanges();
    return this.tell(say("pinned", { question: this.#named(question) }));
  }

  async #act(button) {
    const list = button.closest("[data-pins]");
    if (await this.#send(button.dataset.pinAct, {}, list.dataset.pins)) {
      this.tell(say(button.dataset.said));
      const now = document.getElementById(list.id);
      (now.querySelector(".pins-undo button") || now.querySelector("button, a"))?.focus();
    }
  }

  // Sent again with the same key, so that a reply that was lost gives no second pin.
  async #send(address, fields, question) {
    for (let attempt = 0; ; attempt += 1) {
      try {
        const html = await (await post(address, fields)).text();
        const list = new DOMParser().parseFromString(html, "text/html").getElementById(`pins-${question}`);
        document.getElementById(`pins-${question}`).replaceWith(list);
        this.changed();
        document.dispatchEvent(new CustomEvent("pins-changed", { detail: { question } }));
        return true;
      } catch (error) {
        if (error instanceof Refused || error instanceof Gone || attempt === 2) {
          this.tell(error instanceof Refused ? error.message : `${say("not_pinned")}. ${say("unreached")}`);
          return false;
        }
        await new Promise((done) => setTimeout(done, 500 * 3 ** attempt));
      }
    }
  }

  #clicked(event) {
    const place = event.target.closest("[data-pin-go]");
    const act = event.target.closest("[data-pin-act]");
    const here = event.target.closest("[data-pin-here]");
    if (place) {
      const pin = read(place.closest("[data-pin]"));
      if (this.go(pin)) event.preventDefault();
    } else if (act) {
      this.#act(act);
    } else if (here) {
      this.at(here.dataset.pinHere);
      this.pin(here.dataset.pinHere);
    }
  }

  #named(question) {
    return document.getElementById(`l-${question}`)?.firstChild.textContent.trim() || question;
  }
}

function read(element) {
  let boxes = [];
  try {
    boxes = JSON.parse(element.dataset.boxes);
  } catch {
    // no boxes: the page alone
  }
  const { pin, document: id, page, quote } = element.dataset;
  return { id: pin, document: id, page: Number(page), boxes, quote, element };
}
