// A document of words, as DOCX: paragraphs, tables and pictures under each other, with no pages.

import { mark } from "./viewer_boxes.js";
import { fetched, say } from "./viewer_reach.js";
import { Scan } from "./viewer_scan.js";

const EM = 11; // points: the size that the text of a document most often has

export class Words {
  constructor(scroller, moved, notRead) {
    this.notRead = notRead; // called with the state of a picture that no machine has read
    this.scroller = scroller;
    this.moved = moved; // called when a picture has moved what is below it
    this.zoom = 1;
  }

  async show(doc) {
    // The server wrote it by a template that escapes everything: paragraphs, tables and text.
    const html = await (await fetched(doc, doc.words)).text();
    const paper = document.createElement("div");
    paper.className = "viewer-paper";
    const body = document.createElement("div");
    body.className = "viewer-body";
    body.append(...new DOMParser().parseFromString(html, "text/html").body.childNodes);
    this.marks = document.createElement("div");
    this.marks.className = "viewer-marks";
    paper.append(body, this.marks);
    this.paper = paper;
    this.body = body;
    this.scroller.replaceChildren(paper);
    this.scroller.scrollTop = 0;
    this.zoomed(this.zoom);
    this.#pictures(doc);
  }

  // Fetched when they come near the eye.
  #pictures(doc) {
    this.scan = new Scan(doc);
    this.watch?.disconnect();
    this.watch = new IntersectionObserver((seen) => {
      for (const { target, isIntersecting } of seen) {
        if (!isIntersecting) continue;
        this.watch.unobserve(target);
        this.#draw(doc, target);
      }
    }, { root: this.scroller, rootMargin: "600px 0px" });
    for (const place of this.body.querySelectorAll(".viewer-picture")) {
      const [width, height] = [Number(place.dataset.width), Number(place.dataset.height)];
      if (width) place.style.width = `min(100%, ${width / EM}em)`;
      if (width && height) place.style.aspectRatio = `${width} / ${height}`;
      this.watch.observe(place);
    }
  }

  async #draw(doc, place) {
    const { body, scan } = this;
    try {
      const number = Number(place.dataset.number);
      const [reply, { covers, state }] = await Promise.all([fetched(doc, doc.picture.replace("/billede/0/", `/billede/${number}/`)), scan.page(number)]);
      const image = await createImageBitmap(await reply.blob());
      const canvas = document.createElement("canvas");
      [canvas.width, canvas.height] = [image.width, image.height];
      canvas.getContext("2d").drawImage(image, 0, 0);
      image.close();
      if (!Number(place.dataset.width)) place.style.width = `min(100%, ${(canvas.width * 0.75) / EM}em)`;
      place.style.aspectRatio = `${canvas.width} / ${canvas.height}`; // as it is drawn: a cover lies in shares of it
      if (state !== "read") this.notRead(state);
      place.replaceChildren(canvas, ...covers.map((box) => mark("cover", box, 0)));
      place.dataset.drawn = "yes";
    } catch {
      place.removeAttribute("role");
      place.removeAttribute("aria-label");
      place.dataset.beside = "";
      place.className = "viewer-missing";
      place.removeAttribute("style");
      place.textContent = say("picture_failed");
    }
    if (this.body === body && body) this.moved();
  }

  zoomed(zoom) {
    this.zoom = Math.min(Math.max(zoom, 0.5), 4);
    if (this.paper) this.paper.style.fontSize = `${this.zoom * 1.6}rem`;
  }

  clear() {
    this.watch?.disconnect();
    this.paper = this.body = this.marks = null;
  }

  go(range) {
    const top = range.getBoundingClientRect().top - this.scroller.getBoundingClientRect().top;
    this.scroller.scrollTop += top - this.scroller.clientHeight / 4;
  }
}
