"use strict";
// What is marked is brought into view, whichever link led here; not by scrollIntoView, which would move the page around
// a frame as well.
if (!location.hash) {
  const marked = document.querySelector("main > iframe.archived") || document.getElementById("figure");
  if (marked) {
    const place = marked.getBoundingClientRect();
    window.scrollTo(0, window.scrollY + place.top + place.height / 2 - window.innerHeight / 2);
  }
}
// A frame goes to its mark before it has its width, and again once all of it is there.
for (const frame of document.querySelectorAll("iframe.archived")) {
  frame.addEventListener("load", () => { frame.src = frame.src; }, { once: true });
}
