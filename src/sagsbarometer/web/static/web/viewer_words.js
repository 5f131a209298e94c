// A document of words, as DOCX: paragraphs and tables under each other, with no pages.

import { fetched } from "./viewer_reach.js";

export class Words {
  constructor(scroller) {
    this.scroller = scroller;
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
  }

  zoomed(zoom) {
    this.zoom = Math.min(Math.max(zoom, 0.5), 4);
    if (this.paper) this.paper.style.fontSize = `${this.zoom * 1.6}rem`;
  }

  clear() {
    this.paper = this.body = this.marks = null;
  }

  go(range) {
    const top = range.getBoundingClientRect().top - this.scroller.getBoundingClientRect().top;
    this.scroller.scrollTop += top - this.scroller.clientHeight / 4;
  }
}
