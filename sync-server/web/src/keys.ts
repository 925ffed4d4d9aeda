// Keyboard shortcuts, declared in the page:
//   <table data-keys="Places"> ... <tr data-row="7"> <a data-open href="..."> ... <button data-key="a" data-key-says="Accept">
// j and k go through the rows, Enter opens what has the focus, a key of a button acts on the row one is in. A [data-key] outside of
// rows is the page's own. `?` says which there are. All of them can be turned off (WCAG 2.1.4), and none is taken while somebody types.

import { Dialog } from "./keys/help";
import { Once, sends } from "./keys/once";
import { isFree, keysOf } from "./keys/which";

const ROWS = "[data-keys] [data-row]";

function rows(): HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>(ROWS)].filter((row) => row.offsetParent !== null);
}

function current(): HTMLElement | null {
  return document.activeElement?.closest<HTMLElement>("[data-row]") ?? null;
}

function go(by: number): void {
  const all = rows();
  const here = current();
  const at = here ? all.indexOf(here) : by > 0 ? -1 : all.length;
  const next = all[Math.min(Math.max(at + by, 0), all.length - 1)];
  const link = next?.querySelector<HTMLElement>("[data-open], a[href], button");
  if (!next || !link) return;
  link.focus();
  next.scrollIntoView({ block: "nearest" });
}

/** Presses what that key stands for: in the row one is in, else on the page. */
function press(key: string): boolean {
  const named = (within: ParentNode) =>
    [...within.querySelectorAll<HTMLElement>("[data-key]")].find((one) => one.dataset["key"] === key && one.offsetParent !== null);
  const row = current();
  const found = (row && named(row)) ?? [...document.querySelectorAll<HTMLElement>("[data-key]")]
    .find((one) => one.dataset["key"] === key && !one.closest("[data-row]") && one.offsetParent !== null);
  if (!found) return false;
  if (found.matches("input:not([type=checkbox], [type=radio]), select, textarea")) found.focus();
  else if (!sends(found) || once.press()) found.click();
  return true;
}

const once = new Once(() => Date.now(), () => sessionStorage);
once.shown();
window.addEventListener("pageshow", (event) => {
  // One that was left comes back as it was.
  if (event.persisted) once.shown();
});
document.addEventListener("submit", (event) => {
  if (!event.defaultPrevented) once.sent();
});

const help = new Dialog(() => keysOf(document));

document.addEventListener("keydown", (event) => {
  if (!isFree(event) || !help.isOn() || help.isOpen()) return;
  if (event.key === "?") help.open();
  else if (event.key === "j" && rows().length > 0) go(1);
  else if (event.key === "k" && rows().length > 0) go(-1);
  else if (!press(event.key)) return;
  event.preventDefault();
});
