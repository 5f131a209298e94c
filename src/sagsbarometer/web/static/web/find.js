// A field above a long table that shows the rows with the words written in it. Without it the whole table is there.
"use strict";
const LEAST = 15; // rows: a shorter table is read at a glance

for (const [number, table] of document.querySelectorAll("table[data-find]").entries()) {
  const rows = [...table.tBodies[0].rows];
  if (rows.length < LEAST) continue;
  const group = document.createElement("div");
  group.className = "form-group workplace-find";
  const label = document.createElement("label");
  label.className = "form-label";
  label.htmlFor = `find-${number}`;
  label.textContent = table.dataset.find;
  const field = document.createElement("input");
  field.className = "form-input";
  field.type = "search";
  field.id = label.htmlFor;
  const told = document.createElement("p");
  told.setAttribute("role", "status");
  told.className = "workplace-muted";
  group.append(label, field, told);
  const scrolled = table.parentElement;
  scrolled.before(group);
  field.addEventListener("input", () => {
    const wanted = field.value.trim().toLowerCase();
    let shown = 0;
    for (const row of rows) {
      row.hidden = !row.textContent.toLowerCase().includes(wanted);
      shown += !row.hidden;
    }
    told.textContent = wanted ? `${shown} / ${rows.length}` : "";
  });
}
