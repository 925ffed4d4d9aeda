// Is everyone where they should be? The page is open at the desk while the phones act.

import { expect, test } from "../fixtures.ts";

test("an officer who is late clocks in, and the desk sees it", async ({ stage, as }) => {
  const desk = await as("coordinator");
  await desk.goto("/console");
  const row = desk.getByRole("row").filter({ hasText: "Officer 2104" });
  await expect(row).toContainText(/late|no-show|no contact/);
  await stage.tell({ do: "punch", officer: "2104", work: "concert", kind: "in", place: "site", signal: false });
  await desk.reload();
  await expect(row, "a phone without a signal has told nobody").not.toContainText("there");
  await stage.tell({ do: "sync", officer: "2104" });
  await desk.reload();
  await expect(row).toContainText("there");
});

test("who is not at the site is seen, and so is who is on the way", async ({ as }) => {
  const desk = await as("dispatcher");
  await desk.goto("/console");
  await expect(desk.getByRole("row").filter({ hasText: "Officer 2107" })).toContainText("en route");
  await expect(desk.getByRole("row").filter({ hasText: "Officer 2101" })).toContainText("there");
});

test("an officer calls off, and the place is no longer theirs on the page", async ({ stage, as }) => {
  const desk = await as("coordinator");
  await desk.goto("/console");
  await expect(desk.getByRole("row").filter({ hasText: "Officer 2108" })).toHaveCount(1);
  const said = await stage.tell<string>({ do: "call_off", officer: "2108", work: "market", reason: "Ill since noon." });
  expect(said).not.toBe("");
  await desk.reload();
  const row = desk.getByRole("row").filter({ hasText: "Officer 2108" });
  await expect(row.filter({ hasNotText: "a replacement is being sought" })).toHaveCount(0);
});
