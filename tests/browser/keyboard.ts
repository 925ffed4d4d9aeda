// Working a page by its keyboard alone, and proof that it was.

import { expect, type Locator, type Page } from "@playwright/test";

/** More stops than any page has. */
const MOST = 250;

/** Presses the tab key until one is there. */
export async function tabTo(page: Page, target: Locator): Promise<void> {
  await expect(target, "there is something to come to").toHaveCount(1);
  for (let press = 0; press < MOST; press++) {
    if (await target.evaluate((it) => it === document.activeElement)) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`the tab key does not come to ${String(target)} on ${page.url()}`);
}

/** Presses a key that leads to another page, and waits until that is there. */
export async function onward(page: Page, key: string): Promise<void> {
  await Promise.all([page.waitForEvent("domcontentloaded"), page.keyboard.press(key)]);
}

/** Types over the minutes of a moment, the field of which has the keyboard from its months on. */
export async function typeMinutes(page: Page, minutes: string): Promise<void> {
  // Month, day, year, hour, then minutes.
  for (let press = 0; press < 4; press++) await page.keyboard.press("Tab");
  await page.keyboard.type(minutes);
}

/** Counts whatever a mouse, a finger or a pen does from now on, over all pages of that window. */
export async function countHands(page: Page): Promise<() => Promise<number>> {
  let hands = 0;
  await page.exposeFunction("handUsed", () => void hands++);
  await page.addInitScript(() => {
    for (const kind of ["pointerdown", "mousedown", "touchstart", "wheel"]) {
      addEventListener(kind, () => void (window as unknown as { handUsed: () => void }).handUsed(), { capture: true });
    }
  });
  return async () => hands;
}
