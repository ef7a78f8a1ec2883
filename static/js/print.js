// [data-print]: prints the page; the print stylesheet leaves only the slip.
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
