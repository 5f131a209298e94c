// Small pages beside the large ones. Each is drawn when it comes into sight.

import { say } from "./viewer_reach.js";

const WIDTH = 96; // pixels

export class Thumbs {
  constructor(strip, go) {
    this.strip = strip;
    this.watch = new IntersectionObserver((seen) => {
      seen.forEach(({ target, isIntersecting }) => { if (isIntersecting) this.#draw(target); });
    }, { root: strip, rootMargin: "200px 0px" });
    strip.addEventListener("click", (event) => {
      const button = event.target.closest("button");
      if (button) go(Number(button.dataset.page));
    });
  }

  show(source, rotation) {
    this.watch.disconnect();
    this.source = source;
    this.rotation = rotation;
    const made = Array.from({ length: source?.pages || 0 }, (_, index) => {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "viewer-thumb";
      button.dataset.page = String(index + 1);
      button.setAttribute("aria-label", say("page", { page: index + 1, pages: source.pages }));
      const canvas = document.createElement("canvas");
      canvas.width = WIDTH;
      canvas.height = Math.round(WIDTH * 1.414);
      const number = document.createElement("span");
      number.setAttribute("aria-hidden", "true");
      number.textContent = String(index + 1);
      button.append(canvas, number);
      this.watch.observe(button);
      return button;
    });
    this.strip.replaceChildren(...made);
  }

  at(page) {
    for (const button of this.strip.querySelectorAll("[aria-current]")) button.removeAttribute("aria-current");
    const button = this.strip.children[page - 1];
    if (!button) return;
    button.setAttribute("aria-current", "true");
    const out = button.offsetTop < this.strip.scrollTop || button.offsetTop + button.offsetHeight > this.strip.scrollTop + this.strip.clientHeight;
    if (out) this.strip.scrollTop = button.offsetTop - this.strip.clientHeight / 3;
  }

  async #draw(button) {
    const { source, rotation } = this;
    if (!source || button.isDrawn) return;
    button.isDrawn = true;
    try {
      const number = Number(button.dataset.page);
      const [width, height] = await source.size(number);
      const canvas = document.createElement("canvas");
      await source.draw(number, canvas, WIDTH / (rotation % 180 ? height : width), rotation, new AbortController().signal);
      if (this.source === source) button.querySelector("canvas").replaceWith(canvas);
    } catch {
      button.isDrawn = false;
    }
  }
}
