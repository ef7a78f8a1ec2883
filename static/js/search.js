// [data-search]: "/" goes to the search; arrows go from it down the rows' menu buttons, [data-row-menu].
const typing = (element) => element.matches?.("input, select, textarea, [contenteditable]");
const search = () => document.querySelector("[data-search]");
const rows = () => [...document.querySelectorAll("[data-row-menu]")];

document.addEventListener("keydown", (event) => {
  if (event.key === "/" && search() && !typing(event.target) && !event.ctrlKey && !event.metaKey && !event.altKey) {
    event.preventDefault();
    search().focus();
    search().select();
  } else if (event.target === search() && event.key === "ArrowDown") {
    event.preventDefault();
    rows()[0]?.focus();
  } else if (event.target.matches?.("[data-row-menu]") && ["ArrowDown", "ArrowUp"].includes(event.key)) {
    event.preventDefault();
    const next = rows().indexOf(event.target) + (event.key === "ArrowDown" ? 1 : -1);
    (rows()[next] ?? (next < 0 ? search() : event.target)).focus();
  }
});
