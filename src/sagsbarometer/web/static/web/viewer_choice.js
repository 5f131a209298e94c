// What is chosen in a document, to be pinned: words that are marked, a box that was drawn, or the page itself.

import { mark, shares, unturned } from "./viewer_boxes.js";
import { linesOf, plain, wordsIn } from "./viewer_text.js";

export class Choice {
  constructor(pane, pages, words, changed) {
    this.changed = changed;
    this.pane = pane;
    this.pages = pages;
    this.words = words;
    this.kept = null; // the range that was marked last
    this.area = null; // { page, box }
    document.addEventListener("selectionchange", () => this.#keep());
    pane.addEventListener("pointerdown", (event) => this.#draw(event));
  }

  clear() {
    this.kept = null;
    this.area = null;
    this.line = null;
    this.changed();
  }

  // One piece for each page it is on: { page, boxes, quote }.
  pieces() {
    this.#keep(); // a key may come before the browser has told what is marked
    const range = this.kept;
    if (range && !range.collapsed && this.pane.contains(range.commonAncestorContainer)) {
      if (this.words.body?.contains(range.commonAncestorContainer)) {
        return [{ page: 0, boxes: [], quote: wordsIn(range) }].filter((piece) => piece.quote);
      }
      const found = this.pages.holders.filter((holder) => range.intersectsNode(holder)).map((holder) => this.#piece(range, holder));
      const pieces = found.filter((piece) => piece && piece.quote && piece.boxes.length);
      if (pieces.length) return pieces;
    }
    if (this.area) return [{ page: this.area.page, boxes: [this.area.box], quote: "" }];
    return this.pages.page ? [{ page: this.pages.page, boxes: [[0, 0, 1, 1]], quote: "" }] : [];
  }

  get isWholePage() {
    const range = this.kept;
    const chosen = this.area || (range && !range.collapsed && this.pane.contains(range.commonAncestorContainer));
    return !chosen && Boolean(this.pages.page);
  }

  select(range) {
    document.getSelection().setBaseAndExtent(range.startContainer, range.startOffset, range.endContainer, range.endOffset);
  }

  // The next line (or paragraph) after the one chosen, or the one before; `more` keeps the one it began with.
  async step(by, more) {
    const layer = this.words.body || this.pages.layer(this.pages.page);
    const lines = layer ? linesOf(layer) : [];
    const page = this.words.body ? 0 : this.pages.page;
    const here = this.line?.page === page && this.line.to < lines.length ? this.line : null;
    const to = here ? here.to + by : by > 0 ? 0 : lines.length - 1;
    if (to < 0 || to >= lines.length) {
      if (more || this.words.body || !this.pages.holder(this.pages.page + by)) return;
      await this.pages.go(this.pages.page + by);
      this.line = null;
      return;
    }
    const from = more && here ? here.from : to;
    this.line = { page, from, to };
    const [first, last] = from <= to ? [lines[from], lines[to]] : [lines[to], lines[from]];
    const range = document.createRange();
    range.setStart(first.first, 0);
    range.setEnd(last.last, last.last.data.length);
    this.select(range);
    this.#show(lines[to].last);
  }

  #show(node) {
    const rect = node.parentElement.getBoundingClientRect();
    const frame = this.pane.getBoundingClientRect();
    if (rect.top < frame.top + 20 || rect.bottom > frame.bottom - 20) {
      this.pane.scrollTop += rect.top - frame.top - frame.height / 3;
    }
  }

  #piece(range, holder) {
    const layer = holder.querySelector(".textLayer");
    if (!layer) return null;
    const own = document.createRange();
    own.selectNodeContents(layer);
    if (range.compareBoundaryPoints(Range.START_TO_START, own) > 0) own.setStart(range.startContainer, range.startOffset);
    if (range.compareBoundaryPoints(Range.END_TO_END, own) < 0) own.setEnd(range.endContainer, range.endOffset);
    const boxes = shares(own.getClientRects(), holder.getBoundingClientRect(), this.pages.rotation);
    return { page: Number(holder.dataset.page), boxes: boxes.slice(0, 60), quote: plain(words(own)) };
  }

  #keep() {
    const selection = document.getSelection();
    if (!selection.rangeCount || !this.pane.contains(selection.anchorNode)) return;
    this.kept = selection.isCollapsed ? null : selection.getRangeAt(0).cloneRange();
    if (this.kept) this.#forget();
    this.changed();
  }

  #forget() {
    this.area = null;
    this.pane.querySelectorAll(".viewer-mark-choice").forEach((old) => old.remove());
  }

  // A page without text is marked by drawing on it; any page, with Alt held down.
  #draw(event) {
    const holder = event.target.closest(".viewer-page");
    const layer = holder?.querySelector(".textLayer");
    if (!layer || event.button || (layer.textContent.trim() && !event.altKey)) return;
    event.preventDefault();
    this.pane.focus({ preventScroll: true });
    const frame = holder.getBoundingClientRect();
    const at = (moved) => [(moved.clientX - frame.left) / frame.width, (moved.clientY - frame.top) / frame.height].map((share) => Math.min(Math.max(share, 0), 1));
    const [x, y] = at(event);
    const marks = holder.querySelector(".viewer-marks");
    const move = (moved) => {
      const [toX, toY] = at(moved);
      const box = [Math.min(x, toX), Math.min(y, toY), Math.abs(toX - x), Math.abs(toY - y)];
      this.#forget();
      if (box[2] * frame.width < 6 || box[3] * frame.height < 6) return;
      this.kept = null;
      this.area = { page: Number(holder.dataset.page), box: unturned(box, this.pages.rotation) };
      marks.append(mark("choice", this.area.box, this.pages.rotation));
      this.changed();
    };
    const end = () => {
      document.removeEventListener("pointermove", move);
      document.removeEventListener("pointerup", end);
    };
    document.addEventListener("pointermove", move);
    document.addEventListener("pointerup", end);
  }
}

// The words of a range; pdf.js breaks a line by an element, which a range says nothing of.
function words(range) {
  const copy = range.cloneContents();
  copy.querySelectorAll("br").forEach((end) => end.replaceWith("\n"));
  return copy.textContent;
}
