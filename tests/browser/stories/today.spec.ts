// Is everyone where they should be? The page is open at the desk while the phones act.

import { expect, test } from "../fixtures.ts";

test("an officer who is late clocks in, and the desk sees it", async ({ stage, as }) => {
  const desk = await as("coordinator");
  await desk.goto("/console");
  const row = desk.getByRole("row").filter({ hasText: "Officer 2108" });
  await expect(row).toContainText("late");
  await stage.tell({ do: "punch", officer: "2108", work: "market", kind: "in", place: "site", signal: false });
  await desk.reload();
  await expect(row, "a phone without a signal has told nobody").toContainText("late");
  await stage.tell({ do: "sync", officer: "2108" });
  await desk.reload();
  await expect(row).toContainText("there");
});

test("who has not come, whose phone is silent and who is on the way is told apart", async ({ as }) => {
  const desk = await as("dispatcher");
  await desk.goto("/console");
  for (const [officer, state] of [["2101", "there"], ["2102", "en route"], ["2104", "no-show"], ["2105", "no contact"]] as const) {
    await expect(desk.getByRole("row").filter({ hasText: `Officer ${officer}` })).toContainText(state);
  }
});

test("an officer who is asked comes instead of one who called off, and the desk sees who", async ({ stage, as }) => {
  const desk = await as("coordinator");
  await desk.goto("/console");
  await expect(desk.getByRole("row").filter({ hasText: "Officer 2102" })).toHaveCount(1);
  await expect(desk.getByRole("row").filter({ hasText: "Officer 2103" }), "called off this morning").toHaveCount(0);
  await expect(desk.getByRole("row").filter({ hasText: "Officer 2109" })).toHaveCount(0);
  await stage.tell({ do: "relieve", officer: "2109", comes: true });
  await desk.reload();
  await expect(desk.getByRole("row").filter({ hasText: "Officer 2109" })).toContainText("Evening game");
});
