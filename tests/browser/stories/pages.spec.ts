// What holds of every page: it can be looked at in light, dark and on a phone, by whoever sees, hears or types; nothing in it
// complains; and it is all there without a script.

import type { Page } from "@playwright/test";
import { complaints, expect, signedIn, test } from "../fixtures.ts";
import { onward, tabTo } from "../keyboard.ts";
import { LOOKS, picture, unfit } from "../looks.ts";
import { type Shown, unseen, visit } from "../tour.ts";

/** More than so many stops of the tab key are not walked. */
const STOPS = 120;

function named(stop: Shown): string {
  const name = stop.path.replace(/^\/console\/?/, "").replaceAll(/[{}]/g, "").replaceAll("/", "-");
  return name === "" ? "today" : name;
}

test("every page of the table is looked at", async ({ stage }) => {
  expect(await unseen(stage)).toEqual([]);
});

for (const [look, options] of Object.entries(LOOKS)) {
  test(`every page, ${look}`, async ({ browser, stage }) => {
    test.setTimeout(240_000);
    const wrong: string[] = [];
    await visit(browser, stage, options, async (page, stop) => {
      const heard = complaints(page);
      await page.goto(stop.address);
      await picture(page, look, named(stop));
      wrong.push(...(await unfit(page, look === "dark")).map((what) => `${stop.path}: ${what}`));
      wrong.push(...heard.map((what) => `${stop.path}: ${what}`));
    });
    expect(wrong).toEqual([]);
  });
}

test("every page is all there without a script", async ({ browser, stage }) => {
  const heading = new Map<string, string>();
  await visit(browser, stage, {}, async (page, stop) => {
    await page.goto(stop.address);
    heading.set(stop.path, await page.locator("h1").innerText());
  });
  const other: string[] = [];
  await visit(browser, stage, { javaScriptEnabled: false }, async (page, stop) => {
    await page.goto(stop.address);
    const without = await page.locator("h1").innerText();
    if (without !== heading.get(stop.path)) other.push(`${stop.path}: ${without} and not ${heading.get(stop.path)}`);
    // What only a script can do is not offered without one.
    const dead = await page.locator("button[type=button]:visible").allInnerTexts();
    if (dead.length > 0) other.push(`${stop.path}: nothing happens on ${dead.join(", ")}`);
  });
  expect(other).toEqual([]);
});

/** Lines that the header takes: what stands beside something else shares one with it. */
async function headerLines(page: Page): Promise<number> {
  return await page.evaluate(() => {
    const boxes = [...document.querySelectorAll(".brand, .top nav > ul > li, .who > *")].map((it) => it.getBoundingClientRect());
    let [lines, below] = [0, -1];
    for (const { top, bottom } of boxes.sort((one, other) => one.top - other.top)) {
      if (top >= below) lines++;
      below = Math.max(below, bottom);
    }
    return lines;
  });
}

for (const [look, options] of Object.entries(LOOKS)) {
  test(`the way to what is rarely wanted is a menu, ${look}`, async ({ as }) => {
    const page = await as("administrator", options);
    await page.goto("/console");
    if (look !== "phone") expect(await headerLines(page)).toBeLessThanOrEqual(2);
    const menu = page.getByRole("navigation", { name: "Pages" }).locator("summary");
    await expect(menu).toHaveText("More");
    await tabTo(page, menu);
    await page.keyboard.press("Enter");
    const settings = page.getByRole("link", { name: "Settings", exact: true });
    await expect(settings).toBeVisible();
    expect(await unfit(page), "fit to look at while it is open").toEqual([]);
    await picture(page, look, "menu");
    await tabTo(page, settings);
    await onward(page, "Enter");
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("Settings");
    await expect(menu, "and it says where one is").toHaveText("More: Settings");
  });
}

test("the menu opens without a script", async ({ browser, stage }) => {
  const person = await stage.somebody("administrator");
  const plain = await signedIn(browser, stage, person.login, "full", { javaScriptEnabled: false });
  const page = await plain.newPage();
  await page.goto("/console");
  await page.locator("nav summary").click();
  await page.getByRole("link", { name: "Users", exact: true }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Users");
  await plain.close();
});

test("every page is worked by keyboard, and shows where one is", async ({ browser, stage }) => {
  test.setTimeout(240_000);
  const wrong: string[] = [];
  // What moves into sight would be looked at on its way.
  await visit(browser, stage, { reducedMotion: "reduce" }, async (page, stop) => {
    await page.goto(stop.address);
    wrong.push(...(await unreached(page)).map((what) => `${stop.path}: ${what}`));
  });
  expect(wrong).toEqual([]);
});

/** Walks a page by the tab key; gives what it does not come to, and where one does not see where one is. */
async function unreached(page: Page): Promise<string[]> {
  const { wanted, inner } = await page.evaluate(() => {
    const all = document.querySelectorAll<HTMLElement>(
      "a[href], button:not(:disabled, [tabindex='-1']), input:not([type=hidden]):not(:disabled), select, textarea, summary, [tabindex='0']",
    );
    const groups = new Set<string>();
    let number = 0;
    for (const it of all) {
      if (!it.checkVisibility()) continue;
      // Of radio buttons the tab key comes to one; arrows go on from there.
      if (it instanceof HTMLInputElement && it.type === "radio") {
        if (groups.has(it.name)) continue;
        groups.add(it.name);
        it.dataset["group"] = it.name;
      }
      it.dataset["stop"] = String(number++);
    }
    // From the top of the page on.
    (document.activeElement as HTMLElement | null)?.blur();
    window.scrollTo(0, 0);
    // Within a moment the key comes to day, month, year, hour, minute, second, half of the day and the button.
    return { wanted: number, inner: 8 * document.querySelectorAll("input[type=date], input[type=time], input[type=datetime-local]").length };
  });
  const wrong: string[] = [];
  const reached = new Set<string>();
  for (let press = 0; press < Math.min(wanted, STOPS) + inner + 2; press++) {
    await page.keyboard.press("Tab");
    const at = await page.evaluate(() => {
      const it = document.activeElement as HTMLElement | null;
      if (it === null || it === document.body) return null;
      const group = it instanceof HTMLInputElement && it.type === "radio" ? it.name : undefined;
      const stop = group === undefined ? it : (document.querySelector<HTMLElement>(`[data-group="${group}"]`) ?? it);
      const style = getComputedStyle(it);
      const box = it.getBoundingClientRect();
      const marked = style.outlineStyle !== "none" && Number.parseFloat(style.outlineWidth) > 0;
      const inside = box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
      return { stop: stop.dataset["stop"], marked, inside, html: it.outerHTML.slice(0, 120) };
    });
    if (at?.stop === undefined) continue;
    reached.add(at.stop);
    if (!at.marked) wrong.push(`nobody sees that one is at ${at.html}`);
    if (!at.inside) wrong.push(`out of sight: ${at.html}`);
  }
  const least = Math.min(wanted, STOPS);
  if (reached.size < least) wrong.push(`the tab key comes to ${reached.size} of ${least}`);
  return wrong;
}
