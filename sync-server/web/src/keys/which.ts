// Which keys there are on a page, and when one may be taken.

/** A key and what it does. */
export interface Key {
  key: string;
  says: string;
}

/** What is asked of an event of the keyboard. */
export interface Pressed {
  key: string;
  defaultPrevented: boolean;
  ctrlKey: boolean;
  altKey: boolean;
  metaKey: boolean;
  isComposing: boolean;
  repeat: boolean;
  target: EventTarget | null;
}

/** May a shortcut take it? Not while somebody types or chooses, nor with keys that belong to the browser. */
export function isFree(event: Pressed): boolean {
  if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return false;
  if (event.key.length !== 1 || event.key === " ") return false;
  if (event.repeat && event.key !== "j" && event.key !== "k") return false;
  const target = event.target as Partial<HTMLElement> | null;
  if (!target || typeof target.closest !== "function") return true;
  const typing = "input:not([type=checkbox], [type=radio], [type=button], [type=submit]), textarea, select, [contenteditable], dialog, detail-map";
  return target.closest(typing) === null;
}

/** The keys of a page, each once, in the order in which they stand. */
export function keysOf(page: ParentNode): Key[] {
  const keys: Key[] = [];
  if (page.querySelector("[data-keys] [data-row]")) {
    keys.push({ key: "j", says: "the next row" }, { key: "k", says: "the row before" }, { key: "Enter", says: "open the row" });
  }
  for (const one of page.querySelectorAll<HTMLElement>("[data-key]")) {
    const key = one.dataset["key"] ?? "";
    const says = one.dataset["keySays"] ?? one.textContent?.trim() ?? "";
    if (key && !keys.some((known) => known.key === key)) keys.push({ key, says });
  }
  keys.push({ key: "?", says: "show these shortcuts" });
  return keys;
}
