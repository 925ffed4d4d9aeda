// What must not be lost when a region is put in the place of another: where the keyboard is, what is scrolled, what is open.

const FIELDS = "input, select, textarea";

/** Is something being filled in that showing the region anew would lose? */
export function isTyping(region: HTMLElement): boolean {
  const active = document.activeElement;
  if (active instanceof HTMLElement && region.contains(active) && active.matches(FIELDS)) return true;
  return [...region.querySelectorAll("form")].some(isChanged);
}

function isChanged(form: HTMLFormElement): boolean {
  return [...form.elements].some((field) => {
    if (field instanceof HTMLInputElement) {
      const ticked = field.type === "checkbox" || field.type === "radio";
      return ticked ? field.checked !== field.defaultChecked : field.type !== "hidden" && field.value !== field.defaultValue;
    }
    if (field instanceof HTMLTextAreaElement) return field.value !== field.defaultValue;
    return field instanceof HTMLSelectElement && isChosenAnew(field);
  });
}

/** A list where nothing is marked begins with its first. */
function isChosenAnew(list: HTMLSelectElement): boolean {
  const given = [...list.options].findIndex((option) => option.defaultSelected);
  return list.selectedIndex !== Math.max(given, 0);
}

/** Remembers how the region is left; what it gives puts a new region into the same state. */
export function hold(old: HTMLElement): (fresh: HTMLElement) => void {
  const active = document.activeElement;
  const focus = active instanceof HTMLElement && old.contains(active) ? way(active) : undefined;
  const scrolled = [...old.querySelectorAll<HTMLElement>(".scroll")].map(({ scrollLeft, scrollTop }) => ({ scrollLeft, scrollTop }));
  const open = [...old.querySelectorAll("details")].filter((part) => part.open).map((part) => part.id);
  const top = window.scrollY;
  return (fresh) => {
    for (const id of open) fresh.querySelector<HTMLDetailsElement>(`#${CSS.escape(id || "-")}`)?.setAttribute("open", "");
    [...fresh.querySelectorAll<HTMLElement>(".scroll")].forEach((part, at) => Object.assign(part, scrolled[at] ?? {}));
    if (focus) find(fresh, focus)?.focus({ preventScroll: true });
    window.scrollTo({ top, behavior: "instant" });
  };
}

/** Ways to the same element in another copy of the region, the surest first. */
function way(element: HTMLElement): string[] {
  const ways: string[] = [];
  if (element.id) ways.push(`#${CSS.escape(element.id)}`);
  const href = element.getAttribute("href");
  const row = element.closest<HTMLElement>("[data-row]")?.dataset["row"];
  const within = row === undefined ? "" : `[data-row="${CSS.escape(row)}"] `;
  if (href) ways.push(`${within}a[href="${CSS.escape(href)}"]`, `a[href="${CSS.escape(href)}"]`);
  const key = element.dataset["key"];
  if (key) ways.push(`${within}[data-key="${CSS.escape(key)}"]`);
  const action = element.closest("form")?.getAttribute("action");
  if (action) ways.push(`form[action="${CSS.escape(action)}"] button`);
  if (within) ways.push(`${within}a`, `${within}button`);
  return ways;
}

function find(region: HTMLElement, ways: string[]): HTMLElement | null {
  for (const selector of ways) {
    const found = region.matches(selector) ? region : region.querySelector<HTMLElement>(selector);
    if (found) return found;
  }
  // What had the focus is gone: the region itself keeps the place, so that the keyboard does not begin at the top of the page.
  region.tabIndex = -1;
  return region;
}
