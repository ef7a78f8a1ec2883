// [data-select-page] selects everybody on the page; [data-selected-count] says how many are.
const boxes = () => [...document.querySelectorAll("[data-row] input[type=checkbox]")];

function show() {
  const chosen = boxes().filter((box) => box.checked).length;
  for (const page of document.querySelectorAll("[data-select-page]")) {
    page.hidden = false;
    page.checked = chosen > 0 && chosen === boxes().length;
    page.indeterminate = chosen > 0 && chosen < boxes().length;
  }
  for (const count of document.querySelectorAll("[data-selected-count]")) count.textContent = chosen || "";
}

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-select-page]")) {
    for (const box of boxes()) box.checked = event.target.checked;
  }
  if (event.target.matches("[data-select-page], [data-row] input")) show();
});

document.addEventListener("htmx:afterSettle", show);
window.addEventListener("pageshow", show);
