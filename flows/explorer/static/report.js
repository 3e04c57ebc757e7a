// Small comforts of a report's page, which works without them.
"use strict";

// Escape puts away what is told of a cell, until another one is pointed at or focused.
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") document.body.classList.add("put-away");
});
for (const kind of ["pointerover", "focusin"]) {
  document.addEventListener(kind, () => document.body.classList.remove("put-away"));
}

// The cell whose source is shown stays marked, and a source below the form comes into sight.
document.addEventListener("click", (event) => {
  const chosen = event.target.closest("a[target=source]");
  if (!chosen) return;
  for (const former of document.querySelectorAll("a[aria-current=true]")) former.removeAttribute("aria-current");
  chosen.setAttribute("aria-current", "true");
  const frame = document.querySelector("iframe[name=source]");
  const place = frame?.getBoundingClientRect();
  if (place && (place.top >= window.innerHeight || place.bottom <= 0)) frame.scrollIntoView({ block: "nearest" });
});
