// What stories begin with: a stage for each worker, and browsers in which somebody is signed in.

import { test as base, type Browser, type BrowserContext, type BrowserContextOptions, type Page, type TestInfo } from "@playwright/test";
import { Stage, type Store, usualStore } from "./stage.ts";

export { expect } from "@playwright/test";

export interface OfWorker {
  /** The database that stages are set on. */
  store: Store;
  stage: Stage;
}

interface OfTest {
  /** A stage that no other story sees: for whoever moves its clock, or leaves nothing for others to look at. */
  own: Stage;
  /** Says of a story that failed which pages stood open. */
  whereabouts: undefined;
  /** A page in which somebody of that role is signed in. */
  as: (role: string, options?: BrowserContextOptions) => Promise<Page>;
}

/** What the session's cookie is called where the server is reached by http. */
export const COOKIE = "detailbook";

export const test = base.extend<OfTest, OfWorker>({
  store: [usualStore(), { scope: "worker", option: true }],
  stage: [
    async ({ store }, use) => {
      const stage = await Stage.set(store);
      await use(stage);
      await stage.strike();
    },
    { scope: "worker", timeout: 120_000 },
  ],
  own: [
    async ({ store }, use) => {
      const stage = await Stage.set(store);
      await use(stage);
      await stage.strike();
    },
    { timeout: 120_000 },
  ],
  whereabouts: [
    async ({ browser }, use, info) => {
      await use(undefined);
      await tellWhere(info, browser.contexts());
    },
    { auto: true },
  ],
  as: async ({ browser, stage }, use, info) => {
    const opened: BrowserContext[] = [];
    await use(async (role, options) => {
      const context = await signedIn(browser, stage, stage.person(role).login, "full", options);
      opened.push(context);
      return await context.newPage();
    });
    await tellWhere(info, opened);
    for (const context of opened) await context.close();
  },
  baseURL: async ({ stage }, use) => {
    await use(stage.address);
  },
});

/** Says of a story that failed which pages stood open then. */
async function tellWhere(info: TestInfo, windows: BrowserContext[]): Promise<void> {
  if (info.status === info.expectedStatus) return;
  for (const page of windows.flatMap((context) => context.pages())) {
    console.error(`  ${info.title}: ${page.url()} stood open, "${await page.title().catch(() => "?")}"`);
  }
}

/** A browser in which somebody has come so far with signing in. */
export async function signedIn(
  browser: Browser,
  stage: Stage,
  login: string,
  step = "full",
  options: BrowserContextOptions = {},
): Promise<BrowserContext> {
  const context = await browser.newContext({ baseURL: stage.address, ...options });
  await letIn(context, stage, login, step);
  return context;
}

/** Gives a browser another session, in the place of the one it has. */
export async function letIn(context: BrowserContext, stage: Stage, login: string, step = "full"): Promise<void> {
  const value = await stage.tell<string>({ do: "session", login, step });
  await context.addCookies([{ name: COOKIE, value, url: stage.address, httpOnly: true, sameSite: "Lax" }]);
}

/** Writes down what a page complains of: errors of scripts, what its policy forbade, files that are not there. */
export function complaints(page: Page): string[] {
  const heard: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") heard.push(message.text());
  });
  page.on("pageerror", (error) => heard.push(error.message));
  page.on("requestfailed", (request) => {
    const why = request.failure()?.errorText ?? "failed";
    // Whoever goes on to another page stops listening to the one before.
    if (why !== "net::ERR_ABORTED") heard.push(`${request.url()}: ${why}`);
  });
  page.on("dialog", (dialog) => {
    heard.push(`a dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  return heard;
}
