// How the viewer reaches the server. Nothing is kept in the browser beyond the page itself.

export const root = document.getElementById("viewer");
const texts = document.getElementById("viewer-said");
const said = texts ? JSON.parse(texts.textContent) : {};
const openings = new Map(); // document -> promise of its opening: one event for each, however often it is fetched

export class Gone extends Error {} // not there, or nothing can be done with it any more
export class Refused extends Error {} // what the server answered is the message

export function say(key, fields = {}) {
  return (said[key] || key).replace(/\{(\w+)\}/g, (whole, name) => (name in fields ? String(fields[name]) : whole));
}

// A session that ended: the page's dialog asks one to sign in, and what was under way goes on.
async function signIn() {
  const dialog = document.getElementById("login");
  if (!dialog) throw new Gone();
  if (!dialog.open) dialog.showModal();
  await new Promise((done) => dialog.addEventListener("close", done, { once: true }));
}

export async function post(address, fields, isAgain = false) {
  const token = root.querySelector("[name=csrfmiddlewaretoken]");
  const reply = await fetch(address, {
    method: "POST",
    body: new URLSearchParams(fields),
    headers: { "X-CSRFToken": token.value, Accept: "application/json, text/html" },
  });
  if (reply.redirected && !isAgain) { // to where one signs in
    await signIn();
    return post(address, fields, true);
  }
  if (reply.status === 422) throw new Refused((await reply.json()).said);
  if (reply.redirected || [403, 404, 409, 410].includes(reply.status)) throw new Gone();
  if (!reply.ok) throw new Error(String(reply.status));
  return reply;
}

export function opened(doc) {
  if (!openings.has(doc.id)) {
    const asked = post(doc.open, {}).then(async (reply) => (await reply.json()).opening);
    asked.catch(() => openings.delete(doc.id));
    openings.set(doc.id, asked);
  }
  return openings.get(doc.id);
}

export function alsoOpened(told) {
  for (const [id, opening] of Object.entries(told)) openings.set(id, Promise.resolve(opening));
}

export async function allOpened() {
  const found = {};
  for (const [id, asked] of openings) found[id] = await asked.catch(() => "");
  return JSON.stringify(found);
}

export async function fetched(doc, address = doc.url, range = "") {
  for (let attempt = 0; ; attempt += 1) {
    try {
      const headers = { "X-Opening": await opened(doc), ...(range ? { Range: range } : {}) };
      const reply = await fetch(address, { headers });
      if (reply.status === 404 || reply.status === 410) throw new Gone();
      if (reply.redirected) await signIn();
      if (reply.status === 403) openings.delete(doc.id); // a working day has gone by
      if (!reply.ok || reply.redirected) throw new Error(String(reply.status));
      return reply;
    } catch (error) {
      if (error instanceof Gone || attempt === 3) throw error;
      await new Promise((done) => setTimeout(done, 400 * 3 ** attempt));
    }
  }
}

export function key() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
