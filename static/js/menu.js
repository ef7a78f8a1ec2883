// [data-menu-button] and [data-menu]: the browser opens and closes them; this adds the keys of a menu button.
const items = (menu) => [...menu.querySelectorAll(".menu-item")];

document.addEventListener(
  "toggle",
  (event) => {
    if (event.newState === "open" && event.target.matches?.("[data-menu]")) items(event.target)[0]?.focus();
  },
  true,
);

document.addEventListener("keydown", (event) => {
  const button = event.target.closest?.("[data-menu-button]:not([data-row-menu])");
  if (button && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
    event.preventDefault();
    document.getElementById(button.getAttribute("popovertarget")).showPopover({ source: button });
    return;
  }
  const menu = event.target.closest?.("[data-menu]");
  if (menu) moveInMenu(menu, event);
});

function moveInMenu(menu, event) {
  const all = items(menu);
  const here = all.indexOf(document.activeElement);
  const targets = { ArrowDown: here + 1, ArrowUp: here - 1 + all.length, Home: 0, End: all.length - 1 };
  if (event.key in targets) {
    event.preventDefault();
    all[targets[event.key] % all.length].focus();
  } else if (event.key === "Tab") {
    menu.hidePopover();
  }
}
