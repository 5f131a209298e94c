"use strict";
/* The page a case is read on: keys, choices, the divide and the tabs. Without it the page works by its buttons. */
(function () {
  const reading = window.reading;
  if (!reading) return;
  const { root } = reading, by = (id) => document.getElementById(id);
  const PAUSE = 800, NUMBER_PAUSE = 1500; // milliseconds after the last keystroke
  const WHOLE = { date: /^\s*\d{1,2}[./-]\d{1,2}[./-]\d{4}\s*$/, int: /^\s*\d[\d ]*$/ };
  const timers = new Map();
  root.classList.add("reading-js");

  /* --- questions and where one is --- */

  const questions = () => [...root.querySelectorAll(".reading-question")].filter((one) => !one.hidden);
  let last = null;
  const current = () => {
    const here = document.activeElement && document.activeElement.closest(".reading-question");
    if (here) last = here;
    return last && last.isConnected && !last.hidden ? last : questions()[0] || null;
  };
  function go(section) {
    if (!section) return;
    show("form");
    section.focus({ preventScroll: true });
    section.scrollIntoView({ block: "nearest" });
    last = section;
  }
  function move(by_) {
    const all = questions(), at = all.indexOf(current());
    const target = all[Math.min(Math.max(at + by_, 0), all.length - 1)];
    if (at === all.length - 1 && by_ > 0) { const end = root.querySelector("[data-leaves] button"); if (end) { show("form"); end.focus(); return; } }
    go(target);
  }
  const empty = (section) => {
    const field = section.querySelector(".reading-typed .form-input");
    return !section.querySelector(".reading-option input:checked") && !(field && field.value.trim());
  };
  function missing() {
    const all = questions(), at = all.indexOf(current());
    const open = [...all.slice(at + 1), ...all.slice(0, at + 1)].find(empty);
    if (open) go(open); else { const end = root.querySelector("[data-leaves] button"); if (end) end.focus(); }
  }

  /* --- answers --- */

  function changed(box) {
    const section = box.closest(".reading-question"), field = section.querySelector(".reading-typed .form-input");
    if (box.type === "checkbox" && box.checked)
      for (const other of section.querySelectorAll(".reading-option input"))
        if (other !== box && ("alone" in box.dataset || "alone" in other.dataset)) other.checked = false;
    if (box.checked && field && "alone" in box.dataset) field.value = "";
    settle(section);
    reading.save(section.dataset.question);
  }
  function choose(section, key) {
    const box = section.querySelector(`.reading-option input[data-key="${CSS.escape(key)}"]`);
    if (!box) return false;
    if (box.type === "radio") { if (box.checked) return true; box.checked = true; } else box.checked = !box.checked;
    changed(box);
    return true;
  }
  function clear(section) {
    for (const box of section.querySelectorAll(".reading-option input")) box.checked = false;
    const field = section.querySelector(".reading-typed .form-input");
    if (field) field.value = "";
    settle(section);
    reading.save(section.dataset.question);
  }
  function settle(section) { clearTimeout(timers.get(section)); timers.delete(section); delete section.dataset.dirty; }
  function typing(field) {
    const section = field.closest(".reading-question"), kind = field.tagName === "TEXTAREA" ? "text" : field.placeholder ? "date" : "int";
    for (const box of section.querySelectorAll(".reading-option input")) box.checked = false;
    section.dataset.dirty = "";
    reading.state(section.dataset.question, "typing", "");
    clearTimeout(timers.get(section));
    if (kind !== "text" && field.value.trim() && !WHOLE[kind].test(field.value)) return;
    timers.set(section, setTimeout(() => { settle(section); reading.save(section.dataset.question); }, kind === "int" ? NUMBER_PAUSE : PAUSE));
  }
  function flush() {
    for (const section of root.querySelectorAll("[data-dirty]")) { settle(section); reading.save(section.dataset.question); }
  }

  root.addEventListener("change", (event) => {
    if (event.target.matches(".reading-option input")) changed(event.target);
    else if (event.target.matches(".reading-typed .form-input") && "dirty" in event.target.closest(".reading-question").dataset) flush();
  });
  root.addEventListener("input", (event) => { if (event.target.matches(".reading-typed .form-input")) typing(event.target); });
  root.addEventListener("focusout", (event) => { if (event.target.matches(".reading-typed .form-input")) flush(); });
  root.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.matches(".reading-answer")) {
      event.preventDefault();
      const section = form.closest(".reading-question");
      if (event.submitter && event.submitter.name === "clear") return clear(section);
      settle(section);
      reading.save(section.dataset.question);
      if (document.activeElement && document.activeElement.matches("input.form-input")) move(1);
    } else if (form.dataset.step) {
      event.preventDefault();
      flush();
      reading.post(form, { step: form.dataset.step });
    } else if ("saves" in form.dataset) {
      event.preventDefault();
      if (form.reportValidity()) reading.post(form, { other: true, button: event.submitter });
    } else if ("leaves" in form.dataset) {
      event.preventDefault();
      flush();
      const left = form.elements.left;
      if (left) left.value = divide.getAttribute("aria-valuenow");
      reading.whenSaved(() => form.submit());
    }
  });
  root.addEventListener("click", (event) => {
    const keep = event.target.closest("[data-keep=theirs]");
    if (keep) { event.preventDefault(); reading.keepTheirs(keep.closest(".reading-question").dataset.question); }
    const open = event.target.closest("[data-open]");
    if (open) by(open.dataset.open).showModal();
  });
  root.addEventListener("reading:saved", (event) => {
    const { moved, step } = event.detail;
    if (!moved || !step) return;
    const section = by("q-" + moved);
    if (section.hidden) reading.live(`${step === "undo" ? root.dataset.undone : root.dataset.redone}: ${reading.labelOf(moved)}`);
    else { go(section); reading.live(`${step === "undo" ? root.dataset.undone : root.dataset.redone}: ${reading.labelOf(moved)}`); }
  });

  /* --- keys --- */

  const press = (selector) => { const button = root.querySelector(selector); if (button && !button.disabled && !button.closest("[hidden]")) { button.click(); return true; } return false; };
  const KEYS = {
    j: () => move(1), ArrowDown: () => move(1), Enter: () => move(1), k: () => move(-1), ArrowUp: () => move(-1), m: missing,
    u: () => press("[data-step=undo] button"), U: () => press("[data-step=redo] button"), a: () => press("[data-leaves] button"),
    x: () => { const section = current(); if (section && root.querySelector("[data-leaves]")) clear(section); },
    i: () => { const field = current() && current().querySelector(".reading-typed .form-input"); if (field) field.focus(); return Boolean(field); },
    d: () => { const there = by("pane-documents").contains(document.activeElement) ? "form" : "documents"; if (there === "form") go(current()); else { show("documents"); (root.querySelector(".viewer-pages") || by("pane-documents")).focus(); } },
    "?": () => by("keys").showModal(),
    n: () => { const next = root.querySelector("a.button-primary[href$='/naeste/']"); if (next) next.click(); return Boolean(next); },
  };
  document.addEventListener("keydown", (event) => {
    const at = event.target, key = event.key;
    if (event.ctrlKey || event.altKey || event.metaKey || event.defaultPrevented || document.querySelector("dialog[open]")) return;
    if (!root.contains(at) && at !== document.body && at.id !== "main-content") return;
    const field = at.matches("textarea, select, input:not([type=radio]):not([type=checkbox])");
    if (field) { if (key === "Escape" && at.closest(".reading-question")) { go(at.closest(".reading-question")); event.preventDefault(); } return; }
    const inDocuments = by("pane-documents").contains(at);
    if (inDocuments && key !== "d" && key !== "?") return;
    if (key === "Escape") { go(current()); event.preventDefault(); return; } // back from law and doubts
    const onControl = at.matches("button, a, summary, input, [role=separator], [role=tab]");
    const arrow = key.startsWith("Arrow");
    if ((arrow && onControl) || (key === "Enter" && onControl && !at.matches(".reading-option input"))) return;
    const section = current();
    if (/^[0-9sr]$/.test(key)) { if (section && choose(section, key)) { go(section); event.preventDefault(); return; } }
    if (Object.hasOwn(KEYS, key)) { if (KEYS[key]() !== false) event.preventDefault(); return; }
    // Keys of what stands beside the answer: evidence, doubt, law.
    if (section && key.length === 1 && !section.dispatchEvent(new CustomEvent("reading:key", { bubbles: true, cancelable: true, detail: { key, question: section.dataset.question } }))) event.preventDefault();
  });

  /* --- the divide, and tabs where there is no room for it --- */

  const divide = by("divide"), panes = root.querySelector(".reading-panes"), narrow = matchMedia("(max-width: 61.99em)");
  function place(percent) {
    const share = Math.round(Math.min(Math.max(percent, 20), 75));
    root.style.setProperty("--left", `${share}%`);
    divide.setAttribute("aria-valuenow", String(share));
  }
  const dragged = (event) => { const box = panes.getBoundingClientRect(); place(((event.clientX - box.left) / box.width) * 100); };
  divide.addEventListener("pointerdown", (event) => { divide.setPointerCapture(event.pointerId); event.preventDefault(); divide.focus(); });
  divide.addEventListener("pointermove", (event) => { if (divide.hasPointerCapture(event.pointerId)) dragged(event); });
  divide.addEventListener("dblclick", () => place(50));
  divide.addEventListener("keydown", (event) => {
    const now = Number(divide.getAttribute("aria-valuenow")), to = { ArrowLeft: now - 2, ArrowRight: now + 2, Home: 20, End: 75 }[event.key];
    if (to !== undefined) { place(to); event.preventDefault(); }
  });
  const tabs = { documents: by("tab-documents"), form: by("tab-form") };
  function show(which) {
    for (const [name, tab] of Object.entries(tabs)) {
      const pane = by("pane-" + name), here = name === which;
      pane.classList.toggle("reading-pane-away", narrow.matches && !here);
      if (narrow.matches) tab.setAttribute("aria-selected", String(here)); else tab.removeAttribute("aria-selected");
      tab.tabIndex = here ? 0 : -1;
    }
  }
  function shape() {
    for (const [name, tab] of Object.entries(tabs)) {
      const pane = by("pane-" + name);
      for (const [where, role] of [[tab, "tab"], [pane, "tabpanel"]]) if (narrow.matches) where.setAttribute("role", role); else where.removeAttribute("role");
    }
    tabs.form.parentElement[narrow.matches ? "setAttribute" : "removeAttribute"]("role", "tablist");
    show("form");
  }
  for (const [name, tab] of Object.entries(tabs)) {
    tab.addEventListener("click", () => show(name));
    tab.addEventListener("keydown", (event) => {
      if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
      const other = name === "form" ? "documents" : "form";
      show(other); tabs[other].focus(); event.preventDefault();
    });
  }
  narrow.addEventListener("change", shape);
  shape();
  if (root.dataset.left) place(Number(root.dataset.left));
  reading.show = show;
  reading.go = go;

  /* --- where one begins: the address says, else what has no answer yet --- */

  const asked = location.hash.startsWith("#q-") ? by(location.hash.slice(1)) : null;
  if (!by("errors")) go(asked && !asked.hidden ? asked : questions().find(empty) || questions()[0]);
})();
