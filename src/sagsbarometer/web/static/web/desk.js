"use strict";
/* »Mine sager« by keys: n opens the next case, j and k go through the list. */
(function () {
  const links = () => [...document.querySelectorAll(".reading-desk-list a")];
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.target.matches("input, textarea, select")) return;
    const next = document.getElementById("next"), all = links(), at = all.indexOf(document.activeElement);
    if (event.key === "n" && next) next.click();
    else if (event.key === "j" && all.length) all[Math.min(at + 1, all.length - 1)].focus();
    else if (event.key === "k" && all.length) all[Math.max(at - 1, 0)].focus();
    else return;
    event.preventDefault();
  });
})();
