// Keys for two readings beside each other. Without them the page works by its buttons.
"use strict";

const items = [...document.querySelectorAll("[data-difference]")];
const here = () => items.find((item) => item.contains(document.activeElement));
const typing = (target) => target.closest("input, textarea, select") !== null;

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
  const item = here();
  if (event.key === "j" || event.key === "k") {
    const place = items.indexOf(item) + (event.key === "j" ? 1 : -1);
    const next = items[item ? place : 0];
    if (next) {
      next.focus();
      next.scrollIntoView({ block: "nearest" });
    }
    return;
  }
  const button = item && item.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
  if (button) {
    event.preventDefault();
    button.click();
    const open = button.closest("details[open]");
    if (open) open.querySelector("select, input:not([type=hidden]), textarea")?.focus();
  }
});

const first = document.querySelector("[data-focus]");
if (first && !document.querySelector(".workplace-errors")) first.focus();
