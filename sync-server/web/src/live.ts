// Live pages. A region `<div id="board" data-live="HEAD">` is shown anew when the agency's feed moved past HEAD: the same page is
// asked for again and the region is put in the place of the old one. The stream says that something moved, never what.

import { hold, isTyping } from "./live/region";
import { Status, clock } from "./live/status";
import { Turns } from "./live/turns";

/** How long to gather pokes before the page is asked for. */
const GATHER = 400;
/** How soon a lost stream is tried again at first, and at most. */
const RETRY = 3_000;
const RETRY_AT_MOST = 60_000;

class Live {
  private readonly status: Status;
  private stream: EventSource | undefined;
  private wait = RETRY;
  private asked: number | undefined;
  private retry: number | undefined;
  /** Nobody is signed in any more. */
  private over = false;
  private readonly turns = new Turns(() => this.soon());
  /** Somebody types in what has changed: it is shown when they have done. */
  private held = false;
  /** Each region as the server last gave it: scripts may have changed what is shown of it since. */
  private readonly given = new Map<string, string>();

  constructor(private readonly ids: string[], private readonly zone: string | undefined) {
    this.status = new Status(this.region(0));
    for (const id of ids) this.given.set(id, content(document.getElementById(id)));
  }

  start(): void {
    this.listen();
    // Time passes without any change of the feed: who was due is late now.
    const every = Number(this.region(0)?.dataset["liveEvery"] ?? "60");
    window.setInterval(() => this.soon(), Math.max(every, 15) * 1_000);
    // A page that nobody sees keeps no connection: a browser has few of them for all its pages.
    document.addEventListener("visibilitychange", () => {
      if (document.hidden) {
        this.leave();
      } else {
        this.listen();
        this.soon();
      }
    });
    document.addEventListener("focusout", () => {
      if (this.held) this.soon();
    });
    window.addEventListener("pagehide", () => this.leave());
    window.addEventListener("pageshow", (event) => {
      if (event.persisted) this.listen();
    });
  }

  private region(which: number): HTMLElement | null {
    const id = this.ids[which];
    return id === undefined ? null : document.getElementById(id);
  }

  private leave(): void {
    window.clearTimeout(this.retry);
    this.retry = undefined;
    this.stream?.close();
    this.stream = undefined;
  }

  private listen(): void {
    this.leave();
    if (document.hidden || this.over) return;
    const head = this.region(0)?.dataset["live"] ?? "";
    const stream = new EventSource(`/console/live?since=${encodeURIComponent(head)}`);
    this.stream = stream;
    stream.addEventListener("open", () => {
      this.wait = RETRY;
      this.status.live();
    });
    stream.addEventListener("moved", () => this.soon());
    stream.addEventListener("ended", () => {
      stream.close();
      this.lost();
    });
    stream.addEventListener("error", () => {
      this.status.notSince(clock(new Date(), this.zone));
      // A browser goes on by itself after a loss on the way, but not after a refusal.
      if (stream.readyState === EventSource.CLOSED) this.lost();
    });
  }

  /** Tries again later, and looks whether somebody is signed in still. */
  private lost(): void {
    this.status.notSince(clock(new Date(), this.zone));
    window.clearTimeout(this.retry);
    this.retry = window.setTimeout(async () => {
      if (await this.show()) this.listen();
    }, this.wait);
    this.wait = Math.min(this.wait * 2, RETRY_AT_MOST);
  }

  /** Shows the page anew in a moment; of many pokes, once. */
  private soon(): void {
    if (this.asked !== undefined || document.hidden || this.over) return;
    this.asked = window.setTimeout(() => {
      this.asked = undefined;
      void this.show();
    }, GATHER);
  }

  /** Asks for the page and puts its regions in place. `false`: nobody is signed in any more. */
  private async show(): Promise<boolean> {
    await this.turns.take(() => this.ask());
    return !this.over;
  }

  private async ask(): Promise<void> {
    try {
      const headers = { "x-detailbook-unattended": "1", accept: "text/html" };
      const answer = await fetch(location.href, { headers, cache: "no-store" });
      if (answer.redirected && new URL(answer.url).pathname !== location.pathname) {
        this.over = true;
        this.leave();
        this.status.signedOut();
        return;
      }
      if (answer.ok) this.put(new DOMParser().parseFromString(await answer.text(), "text/html"));
      else this.status.notSince(clock(new Date(), this.zone));
    } catch {
      this.status.notSince(clock(new Date(), this.zone));
    }
  }

  private put(page: Document): void {
    this.held = false;
    for (const id of this.ids) {
      const [old, fresh] = [document.getElementById(id), page.getElementById(id)];
      if (!old || !fresh) continue;
      const given = content(fresh);
      if (this.given.get(id) === given) {
        old.dataset["live"] = fresh.dataset["live"];
        continue;
      }
      if (isTyping(old)) {
        this.held = true;
        this.status.waits();
        continue;
      }
      this.given.set(id, given);
      const says = [old.dataset["liveSays"], fresh.dataset["liveSays"]];
      const put = hold(old);
      old.replaceWith(document.adoptNode(fresh));
      put(fresh);
      fresh.dispatchEvent(new CustomEvent("detailbook:shown", { bubbles: true }));
      if (says[1] && says[0] !== says[1]) this.status.announce(says[1]);
    }
    if (!this.held) this.status.shown(clock(new Date(), this.zone));
  }
}

/** What a region shows: not from which state of the feed it was made, nor the numbers that make each form one of its own. */
function content(region: HTMLElement | null): string {
  return region?.innerHTML.replace(/name="form" value="[^"]*"/g, "") ?? "";
}

const regions = [...document.querySelectorAll<HTMLElement>("[data-live][id]")];
if (regions.length > 0) new Live(regions.map((region) => region.id), regions[0]?.dataset["zone"]).start();
