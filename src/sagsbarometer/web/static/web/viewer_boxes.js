// Boxes as shares of a page: [left, top, width, height], of the page as it lies when nobody has turned it.

export function turned([left, top, width, height], rotation) {
  if (rotation === 90) return [1 - top - height, left, height, width];
  if (rotation === 180) return [1 - left - width, 1 - top - height, width, height];
  if (rotation === 270) return [top, 1 - left - width, height, width];
  return [left, top, width, height];
}

export function unturned(box, rotation) {
  return turned(box, (360 - rotation) % 360);
}

// One box for each line of what was marked, of the rectangles a browser gives for it.
export function lines(rects, within) {
  const found = [];
  for (const rect of rects) {
    const left = Math.max(rect.left, within.left);
    const right = Math.min(rect.right, within.right);
    const top = Math.max(rect.top, within.top);
    const bottom = Math.min(rect.bottom, within.bottom);
    if (right - left < 1 || bottom - top < 1) continue;
    const last = found.find((box) => {
      const shared = Math.min(box.bottom, bottom) - Math.max(box.top, top);
      const apart = Math.max(left - box.right, box.left - right);
      return shared > 0.5 * Math.min(box.bottom - box.top, bottom - top) && apart < 2 * (bottom - top);
    });
    if (last) {
      last.left = Math.min(last.left, left);
      last.right = Math.max(last.right, right);
      last.top = Math.min(last.top, top);
      last.bottom = Math.max(last.bottom, bottom);
    } else {
      found.push({ left, right, top, bottom });
    }
  }
  return found;
}

export function shares(rects, within, rotation) {
  const width = within.right - within.left;
  const height = within.bottom - within.top;
  const inside = (share) => Math.min(Math.max(share, 0), 1);
  return lines(rects, within).map((box) => {
    const left = inside((box.left - within.left) / width);
    const top = inside((box.top - within.top) / height);
    const shape = [left, top, inside((box.right - within.left) / width) - left, inside((box.bottom - within.top) / height) - top];
    return unturned(shape, rotation).map((share) => Math.round(Math.min(Math.max(share, 0), 1) * 1e5) / 1e5);
  });
}

export function mark(kind, box, rotation) {
  const made = document.createElement("div");
  const [left, top, width, height] = turned(box, rotation);
  made.className = `viewer-mark viewer-mark-${kind}`;
  Object.assign(made.style, {
    left: `${left * 100}%`, top: `${top * 100}%`, width: `${width * 100}%`, height: `${height * 100}%`,
  });
  return made;
}
