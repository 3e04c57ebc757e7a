// Keys of the desk: each does what a link or a summary with that data-key does. Nothing happens while somebody types.
"use strict";
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.target.closest("input, select, textarea, button, [contenteditable]")) return;
  const wanted = document.querySelector(`[data-key="${CSS.escape(event.key.toLowerCase())}"]`);
  if (!wanted) return;
  event.preventDefault();
  if (wanted.tagName !== "SUMMARY") {
    wanted.click();
    return;
  }
  wanted.parentElement.open = true;
  wanted.parentElement.querySelector("select, input:not([type=hidden])").focus();
});
