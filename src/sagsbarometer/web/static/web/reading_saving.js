"use strict";
/* The answers of a reading on their way to the server: one at a time, in order, until each is acknowledged. What is
   typed stays on the page until then, and nowhere else: nothing is kept by the browser. */
(function () {
  const root = document.getElementById("reading");
  if (!root) return;
  const PAUSES = [1, 2, 4, 8, 15, 30]; // seconds before it is tried again
  const LONGEST = 20000; // milliseconds one try may take
  const words = root.dataset;
  const queue = []; // {question, url, body, once, form, tried, step, tries}
  const newer = new Set(); // questions changed while an earlier answer is under way
  const held = new Map(); // questions that are not saved, and why: "refused", "conflict"
  const idle = []; // what waits until all is saved
  let token = (root.querySelector("input[name=csrfmiddlewaretoken]") || {}).value || "";
  let busy = false, timer = 0, stopped = "", paused = false;

  const by = (id) => document.getElementById(id);
  const live = (text) => { by("live").textContent = text; };
  const loud = (text) => { by("loud").textContent = text; };
  const key = () => Array.from(crypto.getRandomValues(new Uint8Array(10)), (n) => n.toString(36).padStart(2, "0")).join("");
  const labelOf = (question) => { const legend = by("l-" + question); return legend ? legend.firstChild.textContent.trim() : ""; };

  /* --- what stands at each question --- */

  function state(question, name, text) {
    const place = by("s-" + question), section = by("q-" + question);
    if (place && place.textContent !== text) place.textContent = text;
    if (section) section.dataset.state = name;
  }

  function unsaved() {
    const ids = [...new Set([...queue.filter((job) => job.tries || paused || stopped).map((job) => job.question), ...held.keys(), ...(stopped ? newer : [])])];
    const box = by("unsaved"), list = by("unsaved-list");
    box.hidden = !ids.length;
    if (!ids.length) return;
    list.replaceChildren(...ids.filter(Boolean).map((id) => {
      const item = document.createElement("li"), link = document.createElement("a");
      link.href = "#q-" + id;
      link.textContent = labelOf(id);
      item.append(link);
      if (stopped) {
        const text = typedIn(id);
        if (text) { const copy = document.createElement("pre"); copy.textContent = text; copy.tabIndex = 0; item.append(copy); }
      }
      return item;
    }));
    by("unsaved-text").textContent = stopped || (navigator.onLine === false ? words.offline : words.unsaved);
    by("unsaved-again").hidden = Boolean(stopped);
  }

  function typedIn(question) {
    const section = by("q-" + question);
    const fields = section ? [...section.querySelectorAll("textarea, input.form-input")] : [];
    const chosen = section ? [...section.querySelectorAll(".reading-option input:checked")].map((box) => box.closest("label").querySelector("span").textContent) : [];
    return [...fields.map((field) => field.value), ...chosen].filter(Boolean).join("\n");
  }

  /* --- the queue --- */

  function save(question) {
    const form = by("a-" + question);
    if (!form || stopped) { if (stopped) { newer.add(question); unsaved(); } return; }
    held.delete(question);
    state(question, "saving", words.saving);
    const waiting = queue.find((job) => job.question === question && !job.step && !job.other);
    if (waiting && waiting.tried) newer.add(question);
    else if (!waiting) queue.push({ question, url: form.action, form, tries: 0 });
    run();
  }

  function post(form, more) {
    queue.push({ question: (form.closest(".reading-question") || { dataset: {} }).dataset.question || "", url: form.action, form, tries: 0, ...more });
    run();
  }

  function fill(job) {
    const body = new URLSearchParams();
    for (const [name, value] of new FormData(job.form)) if (name !== "csrfmiddlewaretoken" && name !== "once") body.append(name, value);
    if (job.button) body.append(job.button.name, job.button.value);
    body.set("once", key());
    job.body = body; // sent as it is until it is acknowledged: the same once, the same reply
    job.tried = true;
  }

  async function run() {
    if (busy || paused || stopped || !queue.length) { if (!queue.length && !busy) settle(); return; }
    busy = true;
    clearTimeout(timer);
    const job = queue[0];
    if (!job.tried) fill(job);
    if (job.question && !job.step) state(job.question, "saving", words.saving);
    const slow = setTimeout(() => live(words.saving), 3000);
    let reply = null, html = "";
    try {
      reply = await fetch(job.url, { method: "POST", body: job.body, redirect: "manual", credentials: "same-origin",
        headers: { "HX-Request": "true", "X-CSRFToken": token }, signal: AbortSignal.timeout(LONGEST) });
      html = reply.type === "opaqueredirect" ? "" : await reply.text();
    } catch { reply = null; }
    clearTimeout(slow);
    busy = false;
    if (!reply || reply.status >= 500 || reply.status === 429) return again(job);
    if (reply.type === "opaqueredirect" || reply.status === 401) return signIn(job);
    if (reply.status === 403) return renewed(job);
    const conflict = reply.headers.get("X-Answer") === "conflict";
    if (reply.status === 404 || (reply.status === 409 && !conflict)) return stop(job);
    done(job, reply, html, conflict);
  }

  function done(job, reply, html, conflict) {
    queue.shift();
    const refused = reply.status >= 400;
    const again = newer.delete(job.question);
    // What stands beside an answer, as a doubt, holds on its own account: once it is through, it holds no more.
    if (job.question && !job.step && (refused || conflict)) held.set(job.question, job.other ? "other" : conflict ? "conflict" : "refused");
    else if (job.other && held.get(job.question) === "other") held.delete(job.question);
    const shown = merge(html, again ? job.question : "");
    if (job.question && !job.step && refused) {
      state(job.question, conflict ? "conflict" : "unsaved", conflict ? words.conflict : words.unsaved);
      loud(`${conflict ? words.conflict : words.unsaved}: ${labelOf(job.question)}`);
    } else if (job.question && !job.step) {
      const section = by("q-" + job.question);
      if (section && !("dirty" in section.dataset)) section.dataset.state = "saved";
      const told = (by("k-" + job.question) || {}).textContent; // how it stands against the key, in an exercise
      live([chosen(job.question), (by("s-" + job.question) || {}).textContent, told && told.replace(/\s+/g, " ").trim(), shown.length ? words.more.replace("%s", shown.map(labelOf).join("; ")) : ""].filter(Boolean).join(". "));
    }
    if (again) save(job.question);
    const moved = reply.headers.get("X-Moved");
    root.dispatchEvent(new CustomEvent("reading:saved", { detail: { question: job.question, moved, step: job.step, refused } }));
    unsaved();
    run();
  }

  function chosen(question) {
    return [...by("q-" + question).querySelectorAll(".reading-option input:checked")].map((box) => box.closest("label").querySelector("span").textContent).join(", ");
  }

  function again(job) {
    const wait = PAUSES[Math.min(job.tries, PAUSES.length - 1)];
    if (!job.tries) loud(`${words.unsaved}: ${labelOf(job.question)}`);
    job.tries += 1;
    for (const other of queue) if (other.question && !other.step) state(other.question, "unsaved", `${words.unsaved}. ${words.again.replace("%s", wait)}`);
    unsaved();
    clearTimeout(timer);
    timer = setTimeout(run, wait * 1000);
  }

  function hurry() { if (queue.length && !busy && !paused && !stopped) { clearTimeout(timer); run(); } }

  function settle() { unsaved(); while (idle.length && !held.size) idle.shift()(); }

  async function where() {
    const reply = await fetch(words.standing, { credentials: "same-origin", redirect: "manual", headers: { "HX-Request": "true" } });
    return { status: reply.type === "opaqueredirect" ? 401 : reply.status, ...(reply.ok ? await reply.json() : {}) };
  }

  async function renewed(job) {
    let found = { status: 0 };
    try { found = await where(); } catch { return again(job); }
    if (found.status === 401) return signIn(job);
    if (!found.token || job.renewed) return stop(job);
    job.renewed = true;
    use(found.token);
    run();
  }

  async function stop(job) {
    let said = words.other;
    try { said = (await where()).stopped || words.other; } catch { return again(job); }
    stopped = said;
    for (const one of queue) if (one.question) state(one.question, "unsaved", words.unsaved);
    root.classList.add("reading-stopped");
    unsaved();
    loud(said);
    by("unsaved").scrollIntoView({ block: "nearest" });
  }

  /* --- a session that ended --- */

  function use(fresh) {
    token = fresh;
    for (const input of document.querySelectorAll("input[name=csrfmiddlewaretoken]")) input.value = fresh;
  }

  function signIn(job) {
    paused = true;
    for (const one of queue) if (one.question) state(one.question, "unsaved", words.unsaved);
    unsaved();
    const dialog = by("login");
    if (!dialog.open) { dialog.showModal(); by("login-word").focus(); }
  }

  async function resume(fault) {
    let found;
    try { found = await where(); } catch { by("login-fault").textContent = words.offline; return; }
    if (found.status === 401 || !found.token) { by("login-fault").textContent = found.status === 404 ? words.other : fault; return; }
    use(found.token);
    by("login-word").value = "";
    by("login-fault").textContent = "";
    paused = false;
    by("login").close();
    run();
  }

  async function logIn(event) {
    event.preventDefault();
    try {
      const page = new DOMParser().parseFromString(await (await fetch(words.login, { credentials: "same-origin" })).text(), "text/html");
      const fresh = page.querySelector("form[action='" + words.login + "'] input[name=csrfmiddlewaretoken]") || page.querySelector("main input[name=csrfmiddlewaretoken]");
      let factor = false;
      if (fresh) { // else somebody has logged in in another tab
        const body = new URLSearchParams({ csrfmiddlewaretoken: fresh.value, login: by("login-email").value, password: by("login-word").value });
        const reply = await fetch(words.login, { method: "POST", body, credentials: "same-origin" });
        factor = /2fa|mfa/.test(new URL(reply.url).pathname);
      }
      await resume(factor ? words.factor : words.wrong);
    } catch { by("login-fault").textContent = words.offline; }
  }

  /* --- what the server sends back --- */

  function merge(html, keep) {
    const page = new DOMParser().parseFromString(`<body>${html}</body>`, "text/html"), shown = [];
    for (const one of [...page.body.children]) {
      if (one.dataset.part) { if (part(one, keep)) shown.push(one.dataset.part); } else put(one);
    }
    return shown;
  }

  function part(sent, keep) {
    const question = sent.dataset.part, section = by("q-" + question), form = by("a-" + question);
    if (!section || !form) return false;
    form.elements.number.value = sent.dataset.number;
    const under = question === keep || "dirty" in section.dataset || held.get(question) || queue.some((job) => job.question === question && !job.step && !job.other);
    for (const one of [...sent.children]) {
      if (one.id === "c-" + question && (under || same(by(one.id), one))) continue;
      if (one.id === "s-" + question && under) continue;
      put(one);
    }
    const asked = sent.dataset.asked === "yes", appears = asked && section.hidden;
    section.hidden = !asked;
    return appears;
  }

  function same(here, sent) {
    const told = (part) => [...part.querySelectorAll("input, textarea")].map((box) => [box.id, box.type === "radio" || box.type === "checkbox" ? box.checked : box.value].join("=")).join("\n");
    return Boolean(here) && told(here) === told(sent);
  }

  function put(sent) {
    const here = by(sent.id);
    if (!here) return;
    const focus = here.contains(document.activeElement) && document.activeElement.id, inside = focus !== false;
    for (const area of here.querySelectorAll("textarea")) { // a reason being written
      const there = area.id && sent.querySelector("#" + CSS.escape(area.id));
      if (there && !area.closest(".reading-controls")) { there.value = area.value; const fold = there.closest("details"); if (fold && area.value) fold.open = true; }
    }
    here.replaceWith(document.adoptNode(sent));
    if (inside) ((focus && by(focus)) || sent.closest(".reading-question") || by("pane-form")).focus({ preventScroll: true });
  }

  async function keepTheirs(question) {
    try {
      const reply = await fetch(by("a-" + question).action, { credentials: "same-origin", redirect: "manual", headers: { "HX-Request": "true" } });
      if (!reply.ok) throw new Error(String(reply.status));
      held.delete(question);
      merge(await reply.text(), "");
      by("q-" + question).dataset.state = "saved";
      unsaved();
      by("q-" + question).focus();
    } catch { loud(words.unsaved); }
  }

  /* --- leaving --- */

  const waits = () => queue.length > 0 || newer.size > 0 || held.size > 0;
  function whenSaved(go) {
    if (!waits() && !busy) return go();
    if (held.size || paused || stopped) { loud(words.wait); unsaved(); by("unsaved").scrollIntoView({ block: "nearest" }); return; }
    live(words.wait);
    idle.push(go);
    hurry();
  }

  addEventListener("beforeunload", (event) => { if (waits() || root.querySelector("[data-dirty]")) event.preventDefault(); });
  addEventListener("online", hurry);
  addEventListener("offline", unsaved);
  addEventListener("focus", hurry);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) hurry(); });
  by("unsaved-again").addEventListener("click", () => { if (paused) by("login").showModal(); else { for (const [question, why] of held) if (why === "refused") save(question); hurry(); } });
  by("login-form").addEventListener("submit", logIn);
  by("login-again").addEventListener("click", () => resume(words.wrong));

  window.reading = { root, state, save, post, whenSaved, keepTheirs, live, loud, merge, labelOf };
})();
