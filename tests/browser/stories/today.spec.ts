// Is everyone where they should be? The page is open at the desk while the phones act, and nobody loads it again.

import type { Locator, Page } from "@playwright/test";
import { expect, test } from "../fixtures.ts";

/** The line of an officer on the board. */
function line(desk: Page, officer: string): Locator {
  return desk.getByRole("row").filter({ hasText: `Officer ${officer}` });
}

test("an officer who is late clocks in, and the desk sees it", async ({ stage, as }) => {
  const desk = await as("coordinator");
  await desk.goto("/console");
  await expect(line(desk, "2108")).toContainText("late");
  await stage.tell({ do: "punch", officer: "2108", work: "market", kind: "in", place: "site", signal: false });
  await expect(line(desk, "2108"), "a phone without a signal has told nobody").toContainText("late");
  await stage.tell({ do: "sync", officer: "2108" });
  await expect(line(desk, "2108")).toContainText("there");
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
