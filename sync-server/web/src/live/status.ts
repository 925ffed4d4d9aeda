// One line that says whether the page is live, and a polite voice for whoever cannot see what changed.

/** Hours and minutes of a moment, in the agency's zone where the page names one. */
export function clock(at: Date, zone: string | undefined): string {
  const parts = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" } as const;
  try {
    return new Intl.DateTimeFormat("en-GB", zone ? { ...parts, timeZone: zone } : parts).format(at);
  } catch {
    return new Intl.DateTimeFormat("en-GB", parts).format(at);
  }
}

/** The line and the voice, put before the region. */
export class Status {
  private readonly line = document.createElement("p");
  private readonly voice = document.createElement("p");
  private state: "new" | "live" | "lost" | "ended" = "new";

  constructor(region: HTMLElement | null) {
    this.line.className = "live quiet";
    this.voice.className = "hidden";
    this.voice.setAttribute("role", "status");
    region?.before(this.line, this.voice);
  }

  live(): void {
    if (this.state === "lost") this.announce("The page is live again.");
    if (this.state !== "ended") this.set("live", "Live", "good");
  }

  shown(at: string): void {
    if (this.state === "live") this.set("live", `Live, shown at ${at}`, "good");
  }

  /** Says since when nothing new came. The first loss counts, not each try that fails after it. */
  notSince(at: string): void {
    if (this.state === "lost" || this.state === "ended") return;
    this.set("lost", `Not live since ${at}. Trying again.`, "warn");
    this.announce(`The page is not live since ${at}.`);
  }

  waits(): void {
    if (this.state === "live") this.set("live", "Something changed: it shows when you leave the form.", "warn");
  }

  signedOut(): void {
    this.set("ended", "You are signed out, so the page is not live. ", "bad");
    const link = document.createElement("a");
    link.href = location.href;
    link.textContent = "Sign in again";
    this.line.append(link);
    this.announce("You are signed out, so the page is not live.");
  }

  announce(text: string): void {
    this.voice.textContent = text;
  }

  private set(state: Status["state"], text: string, mark: string): void {
    this.state = state;
    const said = document.createElement("span");
    said.className = `mark ${mark}`;
    said.textContent = text;
    this.line.replaceChildren(said);
  }
}
