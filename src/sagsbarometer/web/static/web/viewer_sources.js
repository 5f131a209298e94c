// What a document is drawn from: pages with a size, a picture and perhaps a text.

import { fetched } from "./viewer_reach.js";
import { Scan } from "./viewer_scan.js";

const CHUNK = 1 << 18; // bytes fetched at a time of a large document
const NEAR = 1 << 20; // bytes between two chunks that are fetched rather than left out
const MOST = 16 << 20; // bytes fetched at once
const SMALL = 2 << 20; // bytes that are fetched whole
let library = null;
let worker = null;

// Fetched while the opening of the first document is under way.
export function ready(base) {
  library ??= import(`${base}pdf.min.mjs`).then((pdfjs) => {
    pdfjs.GlobalWorkerOptions.workerSrc = `${base}pdf.worker.min.mjs`;
    worker = new pdfjs.PDFWorker();
    return pdfjs;
  });
  library.catch(() => { library = null; });
  return library;
}

async function bytes(doc, begin, end) {
  const range = begin === 0 && end >= doc.size ? "" : `bytes=${begin}-${end - 1}`;
  return new Uint8Array(await (await fetched(doc, doc.url, range)).arrayBuffer());
}

// pdf.js asks for one chunk at a time, and to count the pages of many files for most of them. What it asks for in the
// same moment is fetched together: the server opens 8 MB at a time whatever it sends.
function together(doc, give, fail) {
  let asked = [];
  const ask = () => {
    const wanted = asked.sort((one, other) => one[0] - other[0]);
    asked = [];
    while (wanted.length) {
      const part = [wanted.shift()];
      while (wanted.length && wanted[0][0] - part.at(-1)[1] <= NEAR && wanted[0][1] - part[0][0] <= MOST) part.push(wanted.shift());
      const [start, end] = [part[0][0], part.at(-1)[1]];
      bytes(doc, start, end).then((found) => {
        // Each chunk is handed over to another thread, so each needs bytes of its own.
        part.forEach(([from, to]) => give(from, found.slice(from - start, to - start)));
      }, fail);
    }
  };
  return (begin, end) => {
    if (!asked.length) setTimeout(ask, 4);
    asked.push([begin, end]);
  };
}

export async function pdf(doc, base) {
  const [pdfjs, first] = await Promise.all([ready(base), bytes(doc, 0, doc.size <= SMALL ? doc.size : CHUNK)]);
  let fail;
  const failed = new Promise((_, reject) => { fail = reject; });
  failed.catch(() => {});
  const from = {};
  if (doc.size <= SMALL) {
    from.data = first;
  } else {
    from.range = new pdfjs.PDFDataRangeTransport(doc.size, first);
    from.range.requestDataRange = together(doc, (begin, found) => from.range.onDataRange(begin, found), fail);
  }
  const task = pdfjs.getDocument({
    ...from, worker, rangeChunkSize: CHUNK, disableStream: true, disableAutoFetch: true, verbosity: 0, useWasm: false,
    cMapUrl: `${base}cmaps/`, standardFontDataUrl: `${base}standard_fonts/`, wasmUrl: `${base}wasm/`,
  });
  const file = await Promise.race([task.promise, failed]);
  const page = (number) => Promise.race([file.getPage(number), failed]);
  const scan = new Scan(doc);
  return {
    pages: file.numPages,
    scan,
    async size(number) {
      const { width, height } = (await page(number)).getViewport({ scale: 1 });
      return [width, height];
    },
    async draw(number, canvas, scale, rotation, signal) {
      const [found] = await Promise.all([page(number), scan.page(number)]);
      if (signal.aborted) return;
      const viewport = found.getViewport({ scale, rotation: (found.rotate + rotation) % 360 });
      canvas.width = Math.max(Math.floor(viewport.width), 1);
      canvas.height = Math.max(Math.floor(viewport.height), 1);
      const drawing = found.render({ canvas, viewport });
      signal.addEventListener("abort", () => drawing.cancel());
      await Promise.race([drawing.promise, failed]);
    },
    async text(number, layer, scale, rotation) {
      const found = await page(number);
      const viewport = found.getViewport({ scale, rotation: (found.rotate + rotation) % 360 });
      layer.style.setProperty("--total-scale-factor", String(scale));
      await new pdfjs.TextLayer({ textContentSource: found.streamTextContent(), container: layer, viewport }).render();
      const { width, height } = found.getViewport({ scale: 1 });
      scan.lay(number, layer, [width, height], rotation);
    },
    destroy: () => task.destroy(),
  };
}

export async function pictures(doc) {
  const kept = new Map(); // page -> promise of its picture; the newest few
  const picture = (number) => {
    if (!kept.has(number)) {
      const address = doc.kind === "tiff" ? doc.page.replace("/side/0/", `/side/${number}/`) : doc.url;
      const asked = fetched(doc, address).then((reply) => reply.blob()).then((blob) => createImageBitmap(blob));
      asked.catch(() => kept.delete(number));
      kept.set(number, asked);
      if (kept.size > 8) kept.delete(kept.keys().next().value);
    }
    return kept.get(number);
  };
  await picture(1);
  const scan = new Scan(doc);
  return {
    pages: doc.kind === "tiff" ? doc.pages : 1,
    scan,
    async size(number) {
      const { width, height } = await picture(number);
      return [width, height];
    },
    async draw(number, canvas, scale, rotation, signal) {
      const [image] = await Promise.all([picture(number), scan.page(number)]);
      if (signal.aborted) return;
      const across = rotation % 180 ? image.height : image.width;
      const down = rotation % 180 ? image.width : image.height;
      canvas.width = Math.max(Math.floor(across * scale), 1);
      canvas.height = Math.max(Math.floor(down * scale), 1);
      const context = canvas.getContext("2d");
      context.translate(canvas.width / 2, canvas.height / 2);
      context.rotate((rotation * Math.PI) / 180);
      context.scale(scale, scale);
      context.drawImage(image, -image.width / 2, -image.height / 2);
    },
    async text(number, layer, scale, rotation) {
      layer.style.setProperty("--total-scale-factor", String(scale));
      const { width, height } = await picture(number);
      scan.lay(number, layer, [width, height], rotation);
    },
    destroy: () => kept.clear(),
  };
}
