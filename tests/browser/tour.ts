// Every page of the console, by the table that the server itself answers by.

import type { Browser, BrowserContextOptions, Page } from "@playwright/test";
import { signedIn } from "./fixtures.ts";
import type { Stage, Stop } from "./stage.ts";

/** A page with an address at which it shows something. */
export interface Shown extends Stop {
  address: string;
}

/** Shown in the midst of something only, and looked at by the stories of that. Each with how it answers whoever is not: it leads back to
 *  where that begins, or refuses a browser that no identity provider has sent back. */
const IN_THE_MIDST = new Map([
  ["/console/sign-in/passkey", 303],
  ["/console/second-step/passkey", 303],
  ["/console/account/passkeys/new", 303],
  ["/console/sign-in/provider/{agency}", 401],
]);

/** How a page answers. */
interface Answer {
  stop: Shown;
  status: number;
  type: string;
  /** A page of its own, and no piece that a script puts into one. */
  whole: boolean;
}

/** Asks for every page that says where it shows something. */
async function answers(stage: Stage): Promise<Answer[]> {
  const cookies = new Map<string, string>();
  const found: Answer[] = [];
  for (const stop of stage.told.pages.filter((one): one is Shown => one.address !== null)) {
    const who = session(stage, stop);
    const key = JSON.stringify(who);
    if (who !== null && !cookies.has(key)) cookies.set(key, await stage.tell<string>({ do: "session", ...who }));
    const cookie = cookies.get(key);
    const headers: Record<string, string> = cookie === undefined ? {} : { cookie: `detailbook=${cookie}` };
    const response = await fetch(`${stage.address}${stop.address}`, { headers, redirect: "manual" });
    const type = response.headers.get("content-type") ?? "";
    const live = type.startsWith("text/event-stream");
    const text = live ? "" : await response.text();
    if (live) await response.body?.cancel();
    found.push({ stop, status: response.status, type, whole: text.includes("<html") });
  }
  return found;
}

/** What each stage was found to show: asked once of each, for one of these questions counts as somebody who could not sign in. */
const asked = new WeakMap<Stage, Promise<Answer[]>>();

async function answered(stage: Stage): Promise<Answer[]> {
  if (!asked.has(stage)) asked.set(stage, answers(stage));
  return await asked.get(stage)!;
}

/** What is shown as a page, and not kept as a file or listened to. */
export async function shown(stage: Stage): Promise<Shown[]> {
  const all = await answered(stage);
  return all.filter(({ status, type, whole }) => status === 200 && type.startsWith("text/html") && whole).map(({ stop }) => stop);
}

/** Pages that no test here looks at, though they should: each with why. */
export async function unseen(stage: Stage): Promise<string[]> {
  const unsaid = stage.told.pages.filter((stop) => stop.address === null);
  const other = (await answered(stage)).filter(({ stop, status }) => status !== (IN_THE_MIDST.get(stop.path) ?? 200));
  return [
    ...unsaid.map((stop) => `${stop.path}: say in tests/src/stage/tour.rs what its ids are`),
    ...other.map(({ stop, status }) => `${stop.address} answers ${status}`),
  ];
}

/** Whose session opens it; nobody's for what is everybody's. */
function session(stage: Stage, stop: Stop): { login: string; step: string } | null {
  const login = stage.person("administrator").login;
  switch (stop.gate) {
    case "anybody":
      return null;
    case "step:second_step":
    case "step:enrol":
    case "step:new_password":
      return { login, step: stop.gate.slice("step:".length) };
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
