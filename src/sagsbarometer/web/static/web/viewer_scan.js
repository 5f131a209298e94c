// What a machine read on a page that is a picture: words that can be chosen and searched, and what is covered of it.

import { fetched } from "./viewer_reach.js";

const NOTHING = { state: "read", turn: 0, lines: [], covers: [] };
const AGAIN = 5_000; // milliseconds
const FONT = 40; // pixels: what a word is measured at

export class Scan {
  constructor(doc) {
    this.doc = doc;
    this.kept = new Map(); // page -> what was read on it
  }

  // To be asked for before a page is shown: what is to be covered is never seen uncovered.
  async page(number) {
    if (!this.doc.scan) return NOTHING;
    if (!this.kept.has(number)) {
      const reply = await fetched(this.doc, this.doc.scan.replace("/skannet/0/", `/skannet/${number}/`));
      this.kept.set(number, await reply.json());
    }
    const said = this.kept.get(number);
    if (said.state === "waiting") setTimeout(() => this.kept.delete(number), AGAIN); // asked again when it is drawn again
    return said;
  }

  known(number) {
    return this.kept.get(number) || NOTHING;
  }

  // Lays the words over the picture, unseen. `size`: of the page at scale 1, before anybody turned it.
  lay(number, layer, [width, height], rotation) {
    const { lines, turn } = this.known(number);
    if (!lines.length) return;
    layer.style.width = `calc(var(--total-scale-factor) * ${width}px)`;
    layer.style.height = `calc(var(--total-scale-factor) * ${height}px)`;
    layer.dataset.mainRotation = String(rotation);
    const ruler = document.createElement("canvas").getContext("2d");
    ruler.font = `${FONT}px sans-serif`;
    for (const line of lines) {
      for (const [text, box] of line) layer.append(word(text, box, turn, width, height, ruler));
      const end = document.createElement("br");
      end.setAttribute("role", "presentation");
      layer.append(end);
    }
  }
}

// A word begins at that corner of its box that is its upper left one when the page is turned to be read.
function word(text, [left, top, across, down], turn, width, height, ruler) {
  const lies = turn % 180 !== 0;
  const high = lies ? across * width : down * height;
  const long = lies ? down * height : across * width;
  const made = document.createElement("span");
  made.textContent = `${text} `;
  const drawn = (ruler.measureText(text).width * high) / FONT;
  made.style.left = `${(left + (turn === 180 || turn === 270 ? across : 0)) * 100}%`;
  made.style.top = `${(top + (turn === 180 || turn === 90 ? down : 0)) * 100}%`;
  made.style.fontFamily = "sans-serif";
  made.style.setProperty("--font-height", `${high}px`);
  made.style.setProperty("--scale-x", String(drawn ? long / drawn : 1));
  made.style.setProperty("--rotate", `${(360 - turn) % 360}deg`);
  return made;
}
