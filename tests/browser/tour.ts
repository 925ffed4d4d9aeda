// Every page of the console, by the table that the server itself answers by.

import type { Browser, BrowserContextOptions, Page } from "@playwright/test";
import { signedIn } from "./fixtures.ts";
import type { Stage, Stop } from "./stage.ts";

/** A page with an address at which it shows something. */
export interface Shown extends Stop {
  address: string;
}

/** Shown in the midst of something only, and looked at by the stories of that: else they lead back to where it begins. */
const IN_THE_MIDST = ["/console/sign-in/passkey", "/console/second-step/passkey", "/console/account/passkeys/new"];

/** What is shown as a page, and not kept as a file or listened to. Fails for a page of which nobody has said where it shows something. */
export async function shown(stage: Stage): Promise<Shown[]> {
  const unsaid = stage.told.pages.filter((stop) => stop.address === null).map((stop) => stop.path);
  if (unsaid.length > 0) throw new Error(`say in tests/src/stage/tour.rs what the ids of these are: ${unsaid.join(", ")}`);
  const cookies = new Map<string, string>();
  const found: Shown[] = [];
  for (const stop of stage.told.pages as Shown[]) {
    const who = session(stage, stop);
    const key = JSON.stringify(who);
    if (who !== null && !cookies.has(key)) cookies.set(key, await stage.tell<string>({ do: "session", ...who }));
    const cookie = cookies.get(key);
    const headers: Record<string, string> = cookie === undefined ? {} : { cookie: `detailbook=${cookie}` };
    const response = await fetch(`${stage.address}${stop.address}`, { headers, redirect: "manual" });
    const type = response.headers.get("content-type") ?? "";
    await response.body?.cancel();
    if (IN_THE_MIDST.includes(stop.path) && response.status === 303) continue;
    if (response.status !== 200) throw new Error(`${stop.address} answers ${response.status}`);
    if (type.startsWith("text/html")) found.push(stop);
  }
  return found;
}

/** Whose session opens it; nobody's for what is everybody's. */
function session(stage: Stage, stop: Stop): { login: string; step: string } | null {
  const login = stage.person("administrator").login;
  switch (stop.gate) {
    case "anybody":
      return null;
    case "second_step":
    case "enrol":
    case "new_password":
      return { login, step: stop.gate };
    default:
      return { login, step: "full" };
  }
}

/** Opens every page, each as somebody who may, and does something there. One window for each of them: opening one is what costs most. */
export async function visit(
  browser: Browser,
  stage: Stage,
  options: BrowserContextOptions,
  look: (page: Page, stop: Shown) => Promise<void>,
): Promise<void> {
  const windows = new Map<string, Page>();
  for (const stop of await shown(stage)) {
    const who = session(stage, stop);
    const key = who?.step ?? "nobody";
    let page = windows.get(key);
    if (page === undefined) {
      const context =
        who === null
          ? await browser.newContext({ baseURL: stage.address, ...options })
          : await signedIn(browser, stage, who.login, who.step, options);
      page = await context.newPage();
      windows.set(key, page);
    }
    await look(page, stop);
    page.removeAllListeners();
  }
  for (const page of windows.values()) await page.context().close();
}
