// What stories do with forms over and over.

import { expect, type Locator, type Page } from "@playwright/test";

/** Chooses the option in which those words stand. */
export async function choose(field: Locator, words: string): Promise<void> {
  const option = field.locator("option", { hasText: words });
  await expect(option, `there is one option with ${words}`).toHaveCount(1);
  await field.selectOption((await option.getAttribute("value")) ?? "");
}

/** What was just done, as the page says it. */
export async function said(page: Page, words: string | RegExp): Promise<void> {
  await expect(page.getByRole("status").first()).toContainText(words);
}

/** Presses a button of that name and waits for the page that comes of it. */
export async function press(page: Page, name: string | RegExp): Promise<void> {
  await page.getByRole("button", { name, exact: typeof name === "string" }).click();
}

/** Loads a page again until something holds of it: what is done meanwhile takes its time. */
export async function again(page: Page, holds: () => Promise<void>): Promise<void> {
  await expect(async () => {
    await page.reload();
    await holds();
  }).toPass({ timeout: 30_000, intervals: [300] });
}
