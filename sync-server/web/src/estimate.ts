// The estimate of a form while it is being filled in. `<div id="..." data-estimate="ADDRESS">` within the form is filled with what the
// address answers to the form's fields. It is a GET: nothing is kept by it. Without script a button of the form does the same.

import { query } from "./estimate/query";

/** How long after the last key it is asked for. */
const PAUSE = 400;

class Estimate {
  private waiting: number | undefined;
  private asked = "";
  private latest = 0;

  constructor(
    private readonly form: HTMLFormElement,
    private readonly region: HTMLElement,
    private readonly address: string,
    private readonly status: HTMLElement | null,
  ) {}

  start(): void {
    this.form.addEventListener("input", () => this.soon());
    this.form.addEventListener("change", () => this.soon());
  }

  private soon(): void {
    window.clearTimeout(this.waiting);
    this.waiting = window.setTimeout(() => void this.ask(), PAUSE);
  }

  private async ask(): Promise<void> {
    const text = query(new FormData(this.form));
    if (text === this.asked) return;
    this.asked = text;
    const number = ++this.latest;
    try {
      const answer = await fetch(`${this.address}?${text}`, { credentials: "same-origin", redirect: "error" });
      // What was typed since then is asked for by itself; what is refused leaves what stands there.
      if (answer.ok && number === this.latest) this.show(await answer.text());
    } catch {
      // Not reached: the button still does it, and says what is wrong.
      this.asked = "";
    }
  }

  private show(text: string): void {
    const page = new DOMParser().parseFromString(text, "text/html");
    this.region.replaceChildren(...page.body.childNodes);
    const said = this.region.querySelector("p")?.textContent?.trim() ?? "";
    if (this.status && this.status.textContent !== said) this.status.textContent = said;
  }
}

for (const region of document.querySelectorAll<HTMLElement>("[data-estimate]")) {
  const form = region.closest("form");
  const address = region.dataset["estimate"];
  if (form && address) new Estimate(form, region, address, form.querySelector("[data-estimate-says]")).start();
}
