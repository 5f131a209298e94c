// The pages of a document under each other. Only those near the eye are drawn; 3,000 are as quick as 3.

import { mark } from "./viewer_boxes.js";
import { say } from "./viewer_reach.js";

const EDGE = 16; // pixels around a page
const MOST_PIXELS = 16e6; // of one canvas: beyond it a page is drawn coarser, and stretched

export class Pages {
  constructor(scroller, { turned, drawn }) {
    this.scroller = scroller;
    this.turned = turned; // called with the page that is looked at
    this.drawn = drawn; // called with a page that has been drawn
    this.holders = [];
    this.zoom = 1;
    this.rotation = 0;
    this.watch = new IntersectionObserver((seen) => this.#near(seen), { root: scroller, rootMargin: "600px 0px" });
    scroller.addEventListener("scroll", () => this.#soon(), { passive: true });
    new ResizeObserver(() => this.#resized()).observe(scroller);
  }

  async show(source, rotation = 0) {
    this.clear();
    this.source = source;
    this.rotation = rotation;
    this.width = this.scroller.clientWidth;
    const first = await source.size(1);
    if (this.source !== source) return;
    this.holders = Array.from({ length: source.pages }, (_, index) => {
      const holder = document.createElement("div");
      holder.className = "viewer-page";
      holder.dataset.page = String(index + 1);
      holder.setAttribute("role", "group");
      holder.setAttribute("aria-label", say("page", { page: index + 1, pages: source.pages }));
      holder.size = first;
      return holder;
    });
    this.#measure();
    this.scroller.replaceChildren(...this.holders);
    this.holders.forEach((holder) => this.watch.observe(holder));
    this.page = 1;
    this.turned(1);
  }

  clear() {
    this.watch.disconnect();
    this.holders.forEach((holder) => holder.stop?.abort());
    this.holders = [];
    this.source?.destroy();
    this.source = null;
    this.page = 0;
    this.scroller.replaceChildren();
    this.scroller.scrollTop = 0;
  }

  holder(number) {
    return this.holders[number - 1];
  }

  layer(number) {
    return this.holder(number)?.querySelector(".textLayer");
  }

  // What a machine found on a page that is a picture; numbers in text are found in the text.
  covers(number) {
    return this.source.scan.known(number).covers.map((box) => mark("cover", box, this.rotation));
  }

  scale(holder) {
    const [width, height] = holder.size;
    const across = this.rotation % 180 ? height : width;
    return (Math.max(this.scroller.clientWidth - 2 * EDGE, 100) / across) * this.zoom;
  }

  // `boxes`: to where on the page, as it is turned now; without them to its top.
  async go(number, boxes = []) {
    const holder = this.holder(Math.min(Math.max(number, 1), this.holders.length));
    if (!holder) return;
    await this.#sized(holder);
    const top = boxes.length ? Math.min(...boxes.map((box) => box[1])) * holder.offsetHeight - this.scroller.clientHeight / 4 : -EDGE / 2;
    this.scroller.scrollTop = holder.offsetTop + Math.max(top, -EDGE / 2);
    if (boxes.length && this.zoom > 1) {
      this.scroller.scrollLeft = Math.min(...boxes.map((box) => box[0])) * holder.offsetWidth - EDGE;
    }
    this.#look();
    await this.#draw(holder);
  }

  zoomed(zoom) {
    this.zoom = Math.min(Math.max(zoom, 0.25), 5);
    this.#again();
  }

  rotated() {
    this.rotation = (this.rotation + 90) % 360;
    this.holders.forEach((holder) => this.#wipe(holder)); // a place on a page that is turned is not where it was
    this.#again();
  }

  // --- what is near ---

  #near(seen) {
    for (const { target, isIntersecting } of seen) {
      target.isNear = isIntersecting;
      if (isIntersecting) this.#draw(target);
      else this.#empty(target);
    }
  }

  #empty(holder) {
    if (document.getSelection()?.containsNode(holder, true)) return; // what is marked stays marked
    this.#wipe(holder);
  }

  #wipe(holder) {
    holder.stop?.abort();
    holder.stop = null;
    holder.as = "";
    holder.isRead = false;
    delete holder.dataset.drawn;
    holder.replaceChildren();
  }

  async #draw(holder) {
    const { source } = this;
    const scale = this.scale(holder);
    const as = `${scale}|${this.rotation}|${devicePixelRatio}`;
    if (!source || holder.as === as || !this.scroller.clientWidth) return;
    holder.as = as;
    holder.stop?.abort();
    const stop = new AbortController();
    holder.stop = stop;
    try {
      if (await this.#sized(holder)) {
        holder.as = "";
        this.#draw(holder);
        return;
      }
      await this.#drawn(holder, source, scale, stop.signal);
    } catch (error) {
      if (!stop.signal.aborted) holder.as = "";
      if (!stop.signal.aborted && error?.name !== "RenderingCancelledException") this.failed?.(error);
    }
  }

  async #drawn(holder, source, scale, signal) {
    const number = Number(holder.dataset.page);
    const canvas = document.createElement("canvas");
    canvas.setAttribute("aria-hidden", "true");
    const [width, height] = holder.size;
    const fine = Math.min(Math.min(devicePixelRatio || 1, 2), Math.sqrt(MOST_PIXELS / (width * height)) / scale);
    await source.draw(number, canvas, scale * fine, this.rotation, signal);
    if (signal.aborted) return;
    const old = holder.querySelector("canvas");
    if (old && holder.isRead) { // larger or smaller: the text has followed by itself, and what is chosen in it stays
      old.replaceWith(canvas);
      return this.drawn(number);
    }
    const layer = document.createElement("div");
    layer.className = "textLayer";
    const marks = document.createElement("div");
    marks.className = "viewer-marks";
    marks.append(...this.covers(number));
    holder.replaceChildren(canvas, layer, marks);
    holder.dataset.drawn = "yes";
    performance.mark("page-drawn"); // how long one waits is measured by it
    await source.text(number, layer, scale, this.rotation);
    if (signal.aborted) return undefined;
    holder.isRead = true;
    layer.style.setProperty("--total-scale-factor", String(this.scale(holder)));
    return this.drawn(number);
  }

  // Whether the size of a page was another than was thought.
  async #sized(holder) {
    if (holder.isSized || !this.source) return false;
    const [width, height] = await this.source.size(Number(holder.dataset.page));
    holder.isSized = true;
    if (holder.size[0] === width && holder.size[1] === height) return false;
    holder.size = [width, height];
    this.#shape(holder);
    return true;
  }

  // --- how large ---

  #shape(holder) {
    const scale = this.scale(holder);
    const [width, height] = this.rotation % 180 ? [holder.size[1], holder.size[0]] : holder.size;
    holder.style.width = `${Math.floor(width * scale)}px`;
    holder.style.height = `${Math.floor(height * scale)}px`;
    holder.querySelector(".textLayer")?.style.setProperty("--total-scale-factor", String(scale));
  }

  #measure() {
    this.holders.forEach((holder) => this.#shape(holder));
  }

  #again() {
    const place = this.#place();
    this.#measure();
    this.#back(place);
    this.holders.forEach((holder) => {
      if (holder.isNear) this.#draw(holder);
    });
    this.turned(this.page);
  }

  #resized() {
    if (this.scroller.clientWidth === this.width || !this.holders.length) return;
    const place = this.#place();
    this.width = this.scroller.clientWidth;
    this.#measure();
    this.#back(place);
    clearTimeout(this.later);
    this.later = setTimeout(() => this.#again(), 120);
  }

  #place() {
    const holder = this.holder(this.page);
    return holder ? [holder, (this.scroller.scrollTop - holder.offsetTop) / Math.max(holder.offsetHeight, 1)] : null;
  }

  #back(place) {
    if (place) this.scroller.scrollTop = place[0].offsetTop + place[1] * place[0].offsetHeight;
  }

  // --- which page is looked at ---

  #soon() {
    this.frame ??= requestAnimationFrame(() => {
      this.frame = null;
      this.#look();
    });
  }

  #look() {
    if (!this.holders.length) return;
    const at = this.scroller.scrollTop + this.scroller.clientHeight / 3;
    let low = 0;
    let high = this.holders.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.holders[middle].offsetTop <= at) low = middle;
      else high = middle - 1;
    }
    if (this.page !== low + 1) {
      this.page = low + 1;
      this.turned(this.page);
    }
  }
}
