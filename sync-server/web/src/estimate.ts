// A form that says what it comes to while it is filled in. Within it stands
//   <div data-estimate="ADDRESS" data-estimate-fields="starts ends" data-estimate-columns="day:days start">
// which is filled with what the address answers to those fields: a piece of a page. It is a GET: nothing is kept by it, and the form stays the
// one that was given. An element with `data-estimate-says` reads the first of it out. Without script a button of the form does the same.

import { listen } from "./estimate/listen";
import { asks, query } from "./estimate/query";

function shown(region: HTMLElement, status: HTMLElement | null, text: string): void {
  const page = new DOMParser().parseFromString(text, "text/html");
  region.replaceChildren(...page.body.childNodes);
  const said = region.querySelector("p")?.textContent?.trim() ?? "";
  if (status && status.textContent !== said) status.textContent = said;
}

for (const region of document.querySelectorAll<HTMLElement>("[data-estimate]")) {
  const form = region.closest("form");
  const address = region.dataset["estimate"];
  if (!form || !address) continue;
  const asked = asks(region.dataset["estimateFields"], region.dataset["estimateColumns"]);
  const status = form.querySelector<HTMLElement>("[data-estimate-says]");
  const changed = listen({
    now: () => query(asked, new FormData(form)),
    later: (work, pause) => window.setTimeout(work, pause),
    never: (timer) => window.clearTimeout(timer),
    async ask(text) {
      const answer = await fetch(`${address}?${text}`, { credentials: "same-origin", redirect: "error" });
      return answer.ok ? await answer.text() : null;
    },
    show: (text) => shown(region, status, text),
  });
  form.addEventListener("input", changed);
  form.addEventListener("change", changed);
}
