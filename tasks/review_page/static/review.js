"use strict";
// Keys for the review page. Buttons name their key in data-key; drawers are <details> that buttons open by id.
const byKey = (key) => document.querySelector(`[data-key="${key}"]:not([disabled])`);
const isTyping = (node) => node instanceof Element && node.closest("input, textarea, select") !== null;

function openDrawer(id) {
  for (const drawer of document.querySelectorAll("details.drawer")) drawer.open = drawer.id === id;
  const field = document.querySelector(`#${id} textarea, #${id} input:not([type=hidden])`);
  if (field) {
    writeOn(field);
    field.scrollIntoView({ block: "nearest" });
  }
}

// The cursor goes behind what stands there: a browser puts it before the first word.
function writeOn(field) {
  field.focus();
  field.setSelectionRange?.(field.value.length, field.value.length);
}

function closeDrawers() {
  for (const drawer of document.querySelectorAll("details.drawer")) drawer.open = false;
}

function step(by) {
  const links = [...document.querySelectorAll(".queue ol a")];
  if (links.length === 0) return;
  const here = links.findIndex((link) => link.hasAttribute("aria-current"));
  const next = links[Math.min(Math.max(here + by, 0), links.length - 1)];
  if (next && !next.hasAttribute("aria-current")) next.click();
}

document.addEventListener("click", (event) => {
  const target = event.target instanceof Element ? event.target.closest("[data-opens], [data-closes], [data-key='?']") : null;
  if (!target) return;
  if (target.dataset.opens) openDrawer(target.dataset.opens);
  else if (target.dataset.closes) closeDrawers();
  else document.getElementById("keys").showModal();
});

document.addEventListener("keydown", (event) => {
  const inField = isTyping(event.target);
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target instanceof HTMLTextAreaElement) {
    event.target.form.requestSubmit();
    return;
  }
  if (event.key === "Escape" && !document.querySelector("dialog[open]")) {
    closeDrawers();
    if (inField) event.target.blur();
    return;
  }
  if (inField || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  if (document.querySelector("dialog[open]")) return;
  if (event.key === "j" || event.key === "k") {
    step(event.key === "j" ? 1 : -1);
    return;
  }
  const found = byKey(event.key === '"' || event.key === "\\" ? "" : event.key);
  if (!found) return;
  event.preventDefault();
  if (found instanceof HTMLInputElement) found.focus();
  else found.click();
});

// A filter takes effect when it is chosen; without a script the button does it.
document.addEventListener("change", (event) => {
  if (event.target instanceof HTMLSelectElement && event.target.form?.matches(".filters")) event.target.form.requestSubmit();
});

document.addEventListener("htmx:afterSettle", () => {
  const text = document.getElementById("text");
  const error = document.querySelector("details.drawer[open] textarea");
  if (error) writeOn(error);
  else if (text) text.focus({ preventScroll: true });
  document.querySelector(".queue a[aria-current]")?.scrollIntoView({ block: "nearest" });
  if (matchMedia("(max-width: 47.5rem)").matches) scrollTo(0, 0);
});
