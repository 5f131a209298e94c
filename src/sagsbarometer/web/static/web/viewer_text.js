// Words in the text of a page: found, and turned into ranges that a browser can mark.

function pieces(layer) {
  const walker = document.createTreeWalker(layer, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT);
  const nodes = [];
  let text = "";
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (node.nodeType === Node.TEXT_NODE) {
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
  const walker = document.createTreeWalker(layer, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (["BR", "P", "TD"].includes(node.nodeName)) line = null;
    if (node.nodeType !== Node.TEXT_NODE || !node.data.trim()) continue;
    if (line) {
      line.last = node;
    } else {
      line = { first: node, last: node };
      found.push(line);
    }
  }
  return found;
}

export function plain(text) {
  return text.replace(/\s+/g, " ").trim();
}
