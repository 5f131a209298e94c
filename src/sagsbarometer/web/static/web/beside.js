"use strict";
/* What stands beside an answer on the reading page: law and doubts, fetched when they are asked for. Without it each is
   a link to a page of its own. */
(function () {
  const reading = window.reading;
  if (!reading) return;
  const { root } = reading;
  const place = (link) => document.getElementById(link.dataset.beside);
  for (const link of root.querySelectorAll("[data-beside]")) {
    link.setAttribute("role", "button");
    link.setAttribute("aria-expanded", "false");
    link.setAttribute("aria-controls", link.dataset.beside);
  }

  async function toggle(link) {
    const here = place(link);
    if (!here.hidden) {
      if ([...here.querySelectorAll("textarea")].some((area) => area.value.trim())) { focus(here); return; } // something is being written
      const section = link.closest(".reading-question");
      here.hidden = true;
      here.replaceChildren();
      link.setAttribute("aria-expanded", "false");
      section.focus({ preventScroll: true });
      return;
    }
    let reply = null;
    try { reply = await fetch(link.href, { credentials: "same-origin", redirect: "manual", headers: { "HX-Request": "true" } }); } catch { /* told below */ }
    if (!reply || !reply.ok) { reading.loud(root.dataset.unreached || root.dataset.offline); return; }
    reading.merge(await reply.text(), "");
    link.setAttribute("aria-expanded", "true");
    focus(place(link));
  }
  function focus(here) {
    const field = here.id.startsWith("doubt-") && [...here.querySelectorAll("textarea")].pop();
    const target = field || here.querySelector("[tabindex='-1']");
    if (target) target.focus({ preventScroll: true });
    here.scrollIntoView({ block: "nearest" });
  }

  root.addEventListener("click", (event) => {
    const link = event.target.closest("[data-beside]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    toggle(link);
  });
  root.addEventListener("keydown", (event) => {
    const link = event.target.closest("[data-beside]");
    if (link && event.key === " ") { event.preventDefault(); toggle(link); }
  });
  root.addEventListener("reading:key", (event) => {
    const link = event.target.querySelector(`[data-beside][data-key="${CSS.escape(event.detail.key)}"]`);
    if (link) { event.preventDefault(); toggle(link); }
  });
})();
