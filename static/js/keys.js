// <html data-keys="on">: single keys, which a person can switch off (WCAG 2.1.4). They never work while somebody types.
// [data-row] is a person, [data-row-menu] their menu, [data-keys] the dialog that lists the keys.
const on = () => document.documentElement.dataset.keys === "on";
const typing = (element) => element.matches?.("input:not([type=checkbox]), select, textarea, [contenteditable]");
const rows = () => [...document.querySelectorAll("[data-row]")];
const here = () => rows().indexOf(document.activeElement?.closest?.("[data-row]"));
const go = (place) => rows()[Math.min(Math.max(place, 0), rows().length - 1)]?.querySelector(".who-name").focus();

const keys = {
  "/": () => {
    const search = document.querySelector("[data-search]");
    search?.focus();
    search?.select();
    return search;
  },
  j: () => (go(here() + 1), rows().length),
  k: () => (go(here() < 0 ? 0 : here() - 1), rows().length),
  x: () => (rows()[here()]?.querySelector("input[type=checkbox]").click(), here() >= 0),
  ".": () => {
    const button = rows()[here()]?.querySelector("[data-row-menu]");
    button?.click();
    return button;
  },
  "?": () => {
    const dialog = document.querySelector("[data-keys]:is(dialog)");
    dialog?.showModal();
    return dialog;
  },
};

document.addEventListener("keydown", (event) => {
  const plain = !(event.ctrlKey || event.metaKey || event.altKey || event.isComposing);
  const busy = typing(event.target) || document.querySelector("dialog[open], [popover]:popover-open");
  if (on() && plain && !busy && Object.hasOwn(keys, event.key) && keys[event.key]()) event.preventDefault();
});

for (const hint of document.querySelectorAll("[data-keys-hint]")) hint.hidden = false;
