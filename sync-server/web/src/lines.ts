// A form that says what it comes to while it is filled in: <form data-lines="lines"> ... <div id="lines"> ... <button name="do" value="look">.
// What is typed is sent as that button would send it, and the region of the answer is put in the place of the old one. The form is not taken by
// it: looking does nothing.

/** How long somebody is left to type before the server is asked. */
const GATHER = 500;

class Lines {
  private waiting: number | undefined;
  private asked: AbortController | undefined;

  constructor(private readonly form: HTMLFormElement, private readonly id: string) {
    form.addEventListener("input", () => this.soon());
    form.addEventListener("change", () => this.soon());
  }

  private soon(): void {
    window.clearTimeout(this.waiting);
    this.waiting = window.setTimeout(() => void this.ask(), GATHER);
  }

  private async ask(): Promise<void> {
    this.asked?.abort();
    const asked = new AbortController();
    this.asked = asked;
    try {
      const answer = await fetch(this.form.action, {
        method: "POST", body: typed(this.form), signal: asked.signal, redirect: "error", credentials: "same-origin",
      });
      if (asked.signal.aborted || !answer.ok) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const [old, made] = [document.getElementById(this.id), page.getElementById(this.id)];
      if (!asked.signal.aborted && old && made) old.replaceChildren(...made.childNodes);
    } catch {
      // What it comes to is shown by the button as well, and before anything is ruled.
    }
  }
}

/** What the form holds, as its button that only looks would send it. */
function typed(form: HTMLFormElement): URLSearchParams {
  const fields = new URLSearchParams();
  for (const [name, value] of new FormData(form)) {
    if (typeof value === "string") fields.append(name, value);
  }
  fields.append("do", "look");
  return fields;
}

for (const form of document.querySelectorAll<HTMLFormElement>("form[data-lines]")) {
  new Lines(form, form.dataset["lines"] ?? "lines");
}
