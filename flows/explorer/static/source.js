"use strict";
// What is marked is brought into view, whichever link led here.
if (!location.hash) {
  const marked = document.getElementById("figure");
  if (marked) marked.scrollIntoView({ block: "center" });
}
