// The dialog that says which shortcuts there are and turns them off, and the button that opens it also when they are off.

import type { Key } from "./which";

const OFF = "detailbook-keys-off";

/** Browsers may refuse to keep anything; then the choice holds for this page. */
function kept(): boolean {
  try {
    return localStorage.getItem(OFF) !== null;
  } catch {
    return false;
  }
}

function keep(off: boolean): void {
  try {
    if (off) localStorage.setItem(OFF, "1");
    else localStorage.removeItem(OFF);
  } catch {
    // The choice holds for this page.
  }
}

function element<K extends keyof HTMLElementTagNameMap>(tag: K, text = "", className = ""): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  made.textContent = text;
  if (className) made.className = className;
  return made;
}

export class Dialog {
  private readonly dialog = element("dialog", "", "keys card");
  private readonly list = element("dl", "", "shortcuts");
  private readonly on = element("input");

  constructor(private readonly keys: () => Key[]) {
    const title = element("h2", "Keyboard shortcuts");
    title.id = "keys-title";
    this.dialog.setAttribute("aria-labelledby", title.id);
    this.on.type = "checkbox";
    this.on.checked = !kept();
    this.on.addEventListener("change", () => keep(!this.on.checked));
    const tick = element("label", "", "tick");
    tick.append(this.on, element("span", "Single keys do this"));
    const close = element("button", "Close");
    close.type = "button";
    close.addEventListener("click", () => this.dialog.close());
    this.dialog.append(title, this.list, tick, close);
    const opener = element("button", "Keyboard shortcuts", "plain");
    opener.type = "button";
    opener.addEventListener("click", () => this.open());
    const line = element("p", "", "keys-opener");
    line.append(opener);
    document.querySelector("main")?.append(line, this.dialog);
  }

  isOn(): boolean {
    return this.on.checked;
  }

  isOpen(): boolean {
    return this.dialog.open;
  }

  open(): void {
    this.list.replaceChildren(...this.keys().flatMap(({ key, says }) => {
      const name = element("dt");
      name.append(element("kbd", key));
      return [name, element("dd", says)];
    }));
    this.dialog.showModal();
  }
}
