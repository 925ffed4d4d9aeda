// Timesheets, from the punches that phones brought to rulings: the queue by keyboard alone, two people at once, and what stands on one sheet.

import type { Page } from "@playwright/test";
import { expect, signedIn, test } from "../fixtures.ts";
import { kept, sha256 } from "../files.ts";
import { countHands, onward, tabTo, typeMinutes } from "../keyboard.ts";
import { LOOKS, picture, unfit } from "../looks.ts";

const QUEUE = "/console/timesheets";

async function heading(page: Page, words: string): Promise<void> {
  await expect(page.getByRole("heading", { level: 1 })).toContainText(words);
}

/** Opens the row of an officer by the keys of the list. */
async function openRow(page: Page, officer: string): Promise<void> {
  const link = page.getByRole("row").filter({ hasText: `Officer ${officer}` }).getByRole("link");
  for (let row = 0; row < 20; row++) {
    await page.keyboard.press("j");
    if (await link.evaluate((it) => it === document.activeElement)) break;
  }
  await onward(page, "Enter");
  await heading(page, `Officer ${officer}`);
}

test("the whole queue is worked by keyboard, beside a second coordinator and an officer who answers", async ({ browser, own: stage }) => {
  // A stage of its own: whoever else looked would find nothing left to rule on.
  const context = await signedIn(browser, stage, stage.person("coordinator").login);
  const page = await context.newPage();
  const hands = await countHands(page);
  await page.goto(QUEUE);
  const rows = page.locator("tr[data-row]");
  await expect(rows, "three that ask for a look, and two that are clean").toHaveCount(5);
  await expect(rows.first(), "what asks for a look comes first").toContainText(/outside fence|double|changed/);

  await test.step("read one, amend it with a reason, and see the lines follow", async () => {
    await openRow(page, "2102");
    await expect(page.getByText("The officer: The crew starts at the north end")).toBeVisible();
    const lines = page.locator("#lines");
    const before = await lines.innerText();
    await page.keyboard.press("e");
    await expect(page.getByLabel("Start 1")).toBeFocused();
    const end = page.getByLabel("End 1");
    const was = await end.inputValue();
    await tabTo(page, end);
    await typeMinutes(page, was.slice(14, 16) === "07" ? "08" : "07");
    expect(await end.inputValue()).not.toBe(was);
    await expect(lines, "what it comes to follows what is typed").not.toHaveText(before, { useInnerText: true });
    await expect(lines).toContainText("The officer is paid");
    await expect(lines).toContainText("The customer is billed");
  });

  await test.step("a second coordinator rules in between: refused with what changed, and nothing typed is lost", async () => {
    const second = await stage.somebody("coordinator");
    const other = await (await signedIn(browser, stage, second.login)).newPage();
    await other.goto(page.url());
    await onward(other, "a");
    await expect(other.getByRole("status").first()).toContainText("The ruling was made.");
    await other.context().close();

    const typed = await page.getByLabel("End 1").inputValue();
    await tabTo(page, page.getByLabel("Reason"));
    await page.keyboard.type("He stayed until the cones were in.");
    await tabTo(page, page.getByRole("button", { name: "Rule so and go on" }));
    await onward(page, "Enter");
    await expect(page.getByRole("alert").first()).toContainText("This was ruled on since you opened it, so nothing was done.");
    await expect(page.getByRole("alert").first()).toContainText("Approved as the facts show.");
    await expect(page.getByLabel("End 1")).toHaveValue(typed);
    await expect(page.getByLabel("Reason")).toHaveValue("He stayed until the cones were in.");
    // Whoever has seen that may send it once more, over the ruling that is there now.
    await tabTo(page, page.getByRole("button", { name: "Rule so and go on" }));
    await onward(page, "Enter");
    await expect(page.getByRole("status").first()).toContainText("The ruling was made.");
  });

  await test.step("what came after a ruling stands beside it, and is approved", async () => {
    await onward(page, "u");
    await heading(page, "Timesheets");
    await openRow(page, "2109");
    const conflict = page.locator(".conflict").filter({ hasText: "The ruling and what came after it" });
    const sides = conflict.locator(".card");
    await expect(sides).toHaveCount(3);
    await expect(sides.nth(2)).toContainText("Out:");
    const boxes = await Promise.all([0, 1, 2].map(async (side) => await sides.nth(side).boundingBox()));
    expect(new Set(boxes.map((box) => Math.round(box!.y))).size, "side by side").toBe(1);
    await onward(page, "a");
    await expect(page.getByRole("status").first()).toContainText("The ruling was made.");
  });

  await test.step("another is asked back, and its officer answers from the phone", async () => {
    await onward(page, "u");
    await openRow(page, "2108");
    await page.keyboard.press("q");
    await expect(page.getByLabel("Question")).toBeFocused();
    await page.keyboard.type("When did you leave the ring?");
    await tabTo(page, page.getByRole("button", { name: "Ask and go on" }));
    await onward(page, "Enter");
    await expect(page.getByRole("status").first()).toContainText("The officer was asked.");
    await page.goto(QUEUE);
    await expect(rows, "it waits for the officer").toHaveCount(2);
    await stage.tell({ do: "note", officer: "2108", work: "fair", words: "At half past, when the animals were in." });
    await expect(async () => {
      await page.reload();
      await expect(rows).toHaveCount(3, { timeout: 100 });
    }, "what the officer wrote brings it back").toPass({ timeout: 15_000 });
    await expect(rows.filter({ hasText: "Officer 2108" })).toContainText("answered");
    await openRow(page, "2108");
    await expect(page.getByText("When did you leave the ring?")).toBeVisible();
    await expect(page.locator("main")).toContainText("At half past, when the animals were in.");
    await onward(page, "a");
  });

  await test.step("the clean ones are approved at once", async () => {
    await page.goto(QUEUE);
    await expect(rows).toHaveCount(2);
    await onward(page, "A");
    await heading(page, "2 approved");
    await expect(page.getByRole("row").filter({ hasText: "Officer 2107" })).toHaveCount(1);
    await tabTo(page, page.getByRole("link", { name: "Back to the timesheets" }));
    await onward(page, "Enter");
    await expect(page.getByText("Nothing fits.")).toBeVisible();
  });

  await page.goto(`${QUEUE}?state=ruled`);
  await expect(rows, "every one of them is ruled on").toHaveCount(7);
  expect(await hands(), "nobody touched a mouse").toBe(0);
  await context.close();
});

test("a photo is shown, and its original comes down as the phone took it", async ({ stage, as }) => {
  const page = await as("supervisor");
  const hands = await countHands(page);
  const assignment = stage.assignment("2107", "fair");
  await page.goto(`${QUEUE}/${assignment}`);
  const shown = page.getByRole("img", { name: /^Photo of/ });
  await shown.scrollIntoViewIfNeeded();
  await expect.poll(async () => await shown.evaluate((it) => (it as HTMLImageElement).naturalWidth)).toBe(240);
  const named = await page.locator(".sayings code").innerText();
  const link = page.getByRole("link", { name: "Download the original" });
  await tabTo(page, link);
  const { bytes } = await kept(page, async () => await page.keyboard.press("Enter"));
  expect(sha256(bytes)).toBe(named);
  expect(bytes.subarray(0, 4).toString("latin1")).toBe("\u0089PNG");
  // One more, taken while the page is open.
  const hash = await stage.tell<string>({ do: "photo", officer: "2101", work: "concert", caption: "The stage door." });
  await page.goto(`${QUEUE}/${stage.assignment("2101", "concert")}`);
  await expect(page.locator("main")).toContainText("The stage door.");
  await expect(page.locator(".sayings code")).toHaveText(hash);
  expect(await hands()).toBe(0);
});

test("evidence is drawn: the fence, each fix with its circle, and the words of both", async ({ stage, as }) => {
  const page = await as("coordinator");
  const assignment = stage.assignment("2102", "paving");
  await page.goto(`${QUEUE}/${assignment}`);
  const map = page.locator("detail-map");
  await expect(map).toBeVisible();
  await expect(map.locator("svg, canvas").first()).toBeVisible();
  const evidence = page.locator("table.evidence");
  await expect(evidence).toContainText("outside");
  await expect(evidence).toContainText("signed");
  await expect(evidence, "and where there was no fix").toContainText("Uncertain: the phone had no location.");
});

test("refused forms and the page after many approvals are fit to be looked at", async ({ browser, stage }) => {
  const person = await stage.somebody("coordinator");
  const assignment = stage.assignment("2108", "fair");
  for (const [look, options] of Object.entries(LOOKS)) {
    const context = await signedIn(browser, stage, person.login, "full", options);
    const page = await context.newPage();
    await page.goto(`${QUEUE}/${assignment}`);
    await page.getByRole("button", { name: "Rule so and go on" }).click();
    await expect(page.locator("#e-reason")).toBeVisible();
    expect(await unfit(page)).toEqual([]);
    await picture(page, look, "timesheets-id-refused");
    await context.close();
  }
});
