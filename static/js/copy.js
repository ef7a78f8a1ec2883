// [data-copy="selector"]: copies the text or the value of what the selector names, and says so, aloud in [data-said].
const labels = [...document.querySelectorAll("[data-copy-label]")];
for (const label of labels) label.dataset.label = label.textContent;
for (const button of document.querySelectorAll("[data-copy]")) {
  button.hidden = false;
  button.addEventListener("click", () => copy(button));
}
document.querySelector(".copy-first")?.focus();

async function copy(button) {
  const source = document.querySelector(button.dataset.copy);
  const text = (source.value ?? (source.content ?? source).textContent).trim();
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    copyWithoutClipboard(text); // over plain http there is no clipboard to ask
    button.focus();
  }
  say(button.querySelector("[data-copy-label]"));
}

function copyWithoutClipboard(text) {
  const area = Object.assign(document.createElement("textarea"), { value: text, className: "visually-hidden" });
  document.body.append(area);
  area.select();
  document.execCommand("copy");
  area.remove();
}

function say(copied) {
  // Only one thing is on the clipboard, so only one button may say so.
  for (const label of labels) label.textContent = label === copied ? label.dataset.copied : label.dataset.label;
  const said = document.querySelector("[data-said]");
  said.textContent = ""; // the same word again would not be said again
  requestAnimationFrame(() => (said.textContent = copied.dataset.copied));
}
