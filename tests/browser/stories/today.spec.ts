// Is everyone where they should be? The page is open at the desk while the phones act, and nobody loads it again.

import type { Locator, Page, Request } from "@playwright/test";
import { expect, signedIn, test } from "../fixtures.ts";

/** The line of an officer on the board. */
function line(desk: Page, officer: string): Locator {
  return desk.getByRole("row").filter({ hasText: `Officer ${officer}` });
}

/** The streams that a page holds open, and those that it ever opened. */
function streams(page: Page): { open: Set<Request>; all: Request[] } {
  const held = { open: new Set<Request>(), all: [] as Request[] };
  page.on("request", (request) => {
    if (new URL(request.url()).pathname !== "/console/live") return;
    held.open.add(request);
    held.all.push(request);
  });
  // Whatever ends one: the page closes it, or the server.
  page.on("requestfailed", (request) => held.open.delete(request));
  page.on("requestfinished", (request) => held.open.delete(request));
  return held;
}

/** Tells a page that it is hidden, or shown, as a browser does that has another one in front; without a screen none ever is. */
async function turn(page: Page, state: DocumentVisibilityState): Promise<void> {
  await page.evaluate((state) => {
    Object.defineProperty(document, "visibilityState", { configurable: true, get: () => state });
    Object.defineProperty(document, "hidden", { configurable: true, get: () => state === "hidden" });
    document.dispatchEvent(new Event("visibilitychange"));
  }, state);
}

test("a page that is hidden closes its stream, and shown again it opens one and is up to date", async ({ browser, own: stage }) => {
  // A stage of its own: nobody else's doings are told to this page.
  const { login } = stage.person("coordinator");
  const [mine, theirs] = [await signedIn(browser, stage, login), await signedIn(browser, stage, login)];
  const [desk, other] = [await mine.newPage(), await theirs.newPage()];
  const held = streams(desk);
  const live = (page: Page) => page.locator("p.live .mark.good");
  await desk.goto("/console");
  await expect(live(desk)).toContainText("Live");
  expect([held.open.size, held.all.length]).toEqual([1, 1]);
  await turn(desk, "hidden");
  await expect.poll(() => held.open.size, "it listens no more").toBe(0);
  // That what happens now is told to whoever listens is seen on another page.
  await other.goto("/console");
  await expect(live(other)).toContainText("Live");
  await expect(line(other, "2108")).toContainText("late");
  await stage.tell({ do: "punch", officer: "2108", work: "market", kind: "in", place: "site", signal: true });
  await expect(line(other, "2108")).toContainText("there");
  await expect(line(desk, "2108"), "nobody told the page that nobody sees").toContainText("late");
  expect(held.all.length, "nor did it ask").toBe(1);
  await turn(desk, "visible");
  await expect(line(desk, "2108")).toContainText("there");
  await expect.poll(() => held.open.size).toBe(1);
  expect(held.all.length, "one stream, opened once").toBe(2);
  await mine.close();
  await theirs.close();
});

test("an officer who is late clocks in, and the desk sees it", async ({ browser, own: stage }) => {
  // A stage of its own: five minutes after it was set nobody is late any more, but a no-show or not heard of.
  const context = await signedIn(browser, stage, stage.person("coordinator").login);
  const desk = await context.newPage();
  await desk.goto("/console");
  await expect(line(desk, "2108")).toContainText("late");
  await stage.tell({ do: "punch", officer: "2108", work: "market", kind: "in", place: "site", signal: false });
  await expect(line(desk, "2108"), "a phone without a signal has told nobody").toContainText("late");
  await stage.tell({ do: "sync", officer: "2108" });
  await expect(line(desk, "2108")).toContainText("there");
  await context.close();
});

test("who has not come, whose phone is silent, who is elsewhere and who is on the way is told apart", async ({ as }) => {
  const desk = await as("dispatcher");
  await desk.goto("/console");
  const seen = [["2101", "there"], ["2102", "en route"], ["2104", "no-show"], ["2105", "no contact"], ["2106", "outside"]] as const;
  for (const [officer, state] of seen) await expect(line(desk, officer)).toContainText(state);
});

test("an officer who is asked comes instead of one who called off, and the desk sees who", async ({ stage, as }) => {
  const desk = await as("coordinator");
  await desk.goto("/console");
  await expect(line(desk, "2102")).toHaveCount(1);
  await expect(line(desk, "2109")).toHaveCount(0);
  await stage.tell({ do: "relieve", officer: "2109", comes: true });
  await expect(line(desk, "2109")).toContainText("Evening game");
});

test("the desk sends somebody in the place of one who does not come, and Enter sends nobody", async ({ browser, own: stage }) => {
  const context = await signedIn(browser, stage, stage.person("coordinator").login);
  const desk = await context.newPage();
  await desk.goto("/console");
  await line(desk, "2104").getByRole("link", { name: "Officer 2104" }).click();
  await desk.getByRole("link", { name: "Find who comes instead" }).click();
  await desk.getByLabel("Why this officer").fill("Lives around the corner.");
  await desk.getByLabel("Why this officer").press("Enter");
  await expect(desk.getByText("Nobody was sent yet.")).toBeVisible();
  await expect(desk.getByLabel("Why this officer"), "what was typed stays").toHaveValue("Lives around the corner.");
  const first = desk.getByRole("button", { name: /^Send / }).first();
  const sent = (await first.textContent())!.replace(/^Send (Officer \d+).*$/s, "$1");
  expect(sent).toMatch(/^Officer \d+$/);
  await first.click();
  await expect(desk).toHaveURL(/said=sent/);
  await expect(desk.getByText(sent).first()).toBeVisible();
  await desk.goto("/console");
  await expect(line(desk, "2104"), "somebody else has the place").toHaveCount(0);
  await context.close();
});

test("the board is asked for problems only, and kept as a file", async ({ as }) => {
  const desk = await as("coordinator");
  await desk.goto("/console");
  await desk.getByLabel("Only problems").check();
  await desk.getByRole("button", { name: "Show" }).click();
  await expect(line(desk, "2104")).toHaveCount(1);
  await expect(line(desk, "2101")).toHaveCount(0);
  const [file] = await Promise.all([desk.waitForEvent("download"), desk.getByRole("link", { name: "Export as CSV" }).click()]);
  expect(file.suggestedFilename()).toMatch(/\.csv$/);
});
