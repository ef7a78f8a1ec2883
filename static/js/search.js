// [data-search]: arrows go from it down the rows' menu buttons, [data-row-menu]. What is empty stays out of the address.
const search = () => document.querySelector("[data-search]");
const buttons = () => [...document.querySelectorAll("[data-row-menu]")];

document.addEventListener("keydown", (event) => {
  if (event.target === search() && event.key === "ArrowDown") {
    event.preventDefault();
    buttons()[0]?.focus();
  } else if (event.target.matches?.("[data-row-menu]") && ["ArrowDown", "ArrowUp"].includes(event.key)) {
    event.preventDefault();
    const next = buttons().indexOf(event.target) + (event.key === "ArrowDown" ? 1 : -1);
    (buttons()[next] ?? (next < 0 ? search() : event.target)).focus();
  }
});

// Whoever was on their way down the list when it changed under them goes on at its top.
let wasAmongRows = false;
document.addEventListener("htmx:beforeSwap", (event) => {
  wasAmongRows = event.detail.target.id === "people" && event.detail.target.contains(document.activeElement);
});
document.addEventListener("htmx:afterSettle", () => {
  if (wasAmongRows) (buttons()[0] ?? search())?.focus();
  wasAmongRows = false;
});

document.addEventListener("htmx:configRequest", (event) => {
  for (const [name, value] of [...event.detail.formData.entries()]) {
    if (value === "") event.detail.formData.delete(name);
  }
});
