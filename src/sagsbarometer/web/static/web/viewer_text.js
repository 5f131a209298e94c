// Words in the text of a page: found, and turned into ranges that a browser can mark.

// What the page says beside a document, such as where a picture is missing, is none of its words.
function walked(layer) {
  return document.createTreeWalker(layer, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT, (node) => (
    node.nodeType === Node.ELEMENT_NODE && node.hasAttribute("data-beside") ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT
  ));
}

// Text that stands on a line of its own: the caption of a picture.
const captionOf = (node) => node.parentElement.closest(".viewer-caption");

function pieces(layer) {
  const walker = walked(layer);
  const nodes = [];
  let text = "";
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (node.nodeType === Node.TEXT_NODE) {
      if (nodes.length && captionOf(node) !== captionOf(nodes.at(-1).node)) text += "\n";
      nodes.push({ node, start: text.length });
      text += node.data;
    } else if (node.nodeName === "BR" || node.nodeName === "P" || node.nodeName === "TD") {
      text += "\n";
    }
  }
  return { text, nodes };
}

function point(nodes, at, isEnd) {
  let low = 0;
  let high = nodes.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (isEnd ? nodes[middle].start < at : nodes[middle].start <= at) low = middle;
    else high = middle - 1;
  }
  const { node, start } = nodes[low];
  return [node, Math.min(Math.max(at - start, 0), node.data.length)];
}

// Ranges of the places where the words stand one after the other. A line may be broken, and a space left out, anywhere.
export function find(layer, words, most = 200) {
  const asked = words.trim().split(/\s+/).filter(Boolean);
  if (!asked.length) return [];
  return ranges(layer, new RegExp(asked.map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("\\s*"), "giu"), most);
}

// A day, a month, a year and four digits, whatever stands between them: the check digit says nothing (kernel/ids.py).
const CPR = /(?<!\d)(?:0[1-9]|[12]\d|3[01])[-./_\s]{0,3}(?:0[1-9]|1[0-2])[-./_\s]{0,3}(?:(?:18|19|20)(?=\d\d[-./_:\s]{0,5}\d{4}))?\d\d[-./_:\s]{0,5}\d\d\s?\d\d(?!\d)/gu;

// The places of a page that look like a CPR number.
export function numbersOf(layer) {
  return ranges(layer, CPR, 2000);
}

function ranges(layer, pattern, most) {
  if (!layer) return [];
  const { text, nodes } = pieces(layer);
  if (!nodes.length) return [];
  const found = [];
  for (const match of text.matchAll(pattern)) {
    const range = document.createRange();
    range.setStart(...point(nodes, match.index, false));
    range.setEnd(...point(nodes, match.index + match[0].length, true));
    found.push(range);
    if (found.length === most) break;
  }
  return found;
}

// The lines of a page, or the paragraphs of a text: each the first and last piece of text in it.
export function linesOf(layer) {
  const found = [];
  let line = null;
  const walker = walked(layer);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (["BR", "P", "TD"].includes(node.nodeName)) line = null;
    if (node.nodeType !== Node.TEXT_NODE || !node.data.trim()) continue;
    if (line && captionOf(line.last) === captionOf(node)) {
      line.last = node;
    } else {
      line = { first: node, last: node };
      found.push(line);
    }
  }
  return found;
}

// The range of a hit whose words before and after are most like those that the server found: it reads the parts of a
// document in another order than they are shown in.
export function closest(layer, found, hit) {
  const bare = (text) => text.replace(/\s+/g, "");
  const like = (one, other) => {
    let same = 0;
    while (same < one.length && same < other.length && one[same] === other[same]) same += 1;
    return same;
  };
  const backwards = (text) => Array.from(bare(text)).reverse();
  const { text, nodes } = pieces(layer);
  const at = (node, offset) => nodes.find((known) => known.node === node).start + offset;
  const scores = found.map((range) => (
    like(backwards(text.slice(0, at(range.startContainer, range.startOffset)).slice(-120)), backwards(hit.before))
    + like(bare(text.slice(at(range.endContainer, range.endOffset)).slice(0, 120)), bare(hit.after))
  ));
  const best = Math.max(...scores);
  return scores[hit.nth] === best ? found[hit.nth] : found[scores.indexOf(best)];
}

// The document's own words in a range.
export function wordsIn(range) {
  const copy = range.cloneContents();
  copy.querySelectorAll("[data-beside]").forEach((beside) => beside.remove());
  return plain(copy.textContent);
}

export function plain(text) {
  return text.replace(/\s+/g, " ").trim();
}
