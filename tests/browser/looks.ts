// What every page is looked at for.

import { mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import type { BrowserContextOptions, Page } from "@playwright/test";
import axe from "axe-core";

const SCREENS = join(process.env["TARGET"] ?? join(import.meta.dirname, "../../target"), "screens");

export const LOOKS: Record<string, BrowserContextOptions> = {
  light: { colorScheme: "light", viewport: { width: 1280, height: 800 } },
  dark: { colorScheme: "dark", viewport: { width: 1280, height: 800 } },
  phone: { colorScheme: "light", viewport: { width: 375, height: 740 }, hasTouch: true },
};

/** Of a page that is longer, a picture shows no more than this. */
const TALLEST = 4_000;

/** Keeps a picture of a page. */
export async function picture(page: Page, look: string, name: string): Promise<void> {
  const path = join(SCREENS, look, `${name}.png`);
  mkdirSync(dirname(path), { recursive: true });
  const [width, height] = await page.evaluate(() => [document.documentElement.clientWidth, document.documentElement.scrollHeight]);
  const clip = { x: 0, y: 0, width: width!, height: Math.min(height!, TALLEST) };
  await page.screenshot({ path, fullPage: true, clip });
}

/** What is wrong with how a page is made. `colours`: nothing but its colours is in question, for it was looked at whole in others. */
export async function unfit(page: Page, colours = false): Promise<string[]> {
  const wrong: string[] = [];
  // By the browser's own tools, which no policy of the page keeps out.
  await page.evaluate(axe.source);
  const options: axe.RunOptions = colours ? { runOnly: ["color-contrast"] } : {};
  const { violations } = await page.evaluate(
    async (asked) => await (window as unknown as { axe: typeof axe }).axe.run(document, asked),
    options,
  );
  for (const { id, help, nodes } of violations) {
    wrong.push(`${id}: ${help}: ${nodes.map((node) => `${node.target.join(" ")} (${node.failureSummary ?? ""})`).join("; ")}`);
  }
  const { wide, seen } = await page.evaluate(() => {
    const root = document.documentElement;
    return { wide: root.scrollWidth, seen: root.clientWidth };
  });
  if (wide > seen) wrong.push(`the page is ${wide} wide where ${seen} are seen`);
  const headings = await page.locator("h1").count();
  if (headings !== 1) wrong.push(`${headings} headings of the first level`);
  return wrong;
}
