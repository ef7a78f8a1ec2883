// [data-copy="selector"]: copies the text or the value of what the selector names, and says so, aloud in [data-said].
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

function say(label) {
  label.textContent = label.dataset.copied;
  document.querySelector("[data-said]").textContent = label.dataset.copied;
}
