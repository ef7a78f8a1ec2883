// A form that is on its way is not sent a second time, whichever of its buttons is pressed: only the last answer would be
// shown. [data-again]: its answer is a file, after which the page stays. Whoever waits for long may press again.
const PATIENCE = 10_000; // ms; the server answers the same form with the same page
let onTheirWay = new WeakSet();

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post" || form.matches("[data-again]")) return;
  if (onTheirWay.has(form)) {
    event.preventDefault();
    return;
  }
  onTheirWay.add(form);
  form.ariaBusy = "true";
  setTimeout(() => release(form), PATIENCE);
});

addEventListener("pageshow", () => {
  onTheirWay = new WeakSet();
  for (const form of document.querySelectorAll("form[aria-busy]")) form.ariaBusy = null;
});

function release(form) {
  onTheirWay.delete(form);
  form.ariaBusy = null;
}
