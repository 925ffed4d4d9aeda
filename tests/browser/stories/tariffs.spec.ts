// Tariffs in the settings: one is written from the one before, checked, tried on last month, and added; and what does not fit is refused.

import type { Locator, Page } from "@playwright/test";
import { expect, signedIn, test } from "../fixtures.ts";
import { kept } from "../files.ts";
import { press, said } from "../forms.ts";
import { LOOKS, picture, unfit } from "../looks.ts";
import type { Stage } from "../stage.ts";

const NAME = "Harbor Falls details";

/** Lets time go by until the month of yesterday's work is over, where it is not. */
async function nextMonth(stage: Stage): Promise<void> {
  const month = (days: number) => stage.at(days, "").slice(0, "2025-01".length);
  let days = 0;
  while (month(days) === month(-1)) days++;
  if (days > 0) await stage.tell({ do: "pass", minutes: days * 24 * 60 });
}

/** Somebody of finance at the editor, which begins with the version after the last one; what it begins with. */
async function writeTheNext(page: Page, last: string): Promise<{ text: Locator; before: string }> {
  await page.goto("/console/settings/tariffs");
  await page.getByRole("link", { name: last, exact: true }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(last);
  await page.getByRole("link", { name: "Write the next version" }).click();
  const text = page.getByLabel("The tariff, as TOML");
  return { text, before: await text.inputValue() };
}

/** The text with other words in the place of some that stand in it. */
function changed(text: string, words: Record<string, string>): string {
  for (const [old, fresh] of Object.entries(words)) {
    expect(text).toContain(old);
    text = text.replace(old, fresh);
  }
  return text;
}

/** The text with another first day. */
function from(day: string, text: string): string {
  const says = /^effective_from = "[^"]*"$/m;
  expect(text).toMatch(says);
  return text.replace(says, `effective_from = "${day}"`);
}

/** Sums of the dry run, in cents: as it is, and by the draft. */
async function sums(page: Page, of: string): Promise<[number, number]> {
  const run = page.getByRole("region", { name: "Last month, had it been in force" });
  const words = await run.locator("dl.facts div").filter({ hasText: of }).locator("dd").innerText();
  const [now, by] = [...words.matchAll(/\d+\.\d\d/g)].map(([digits]) => Math.round(Number(digits) * 100));
  return [now!, by!];
}

test("a tariff is written, mended, tried on last month and added, and nobody writes over another's", async ({ browser, own: stage }) => {
  // A stage of its own: time goes by, and versions stay.
  await nextMonth(stage);
  const page = await (await signedIn(browser, stage, stage.person("finance").login)).newPage();
  const { text, before } = await writeTheNext(page, `${NAME} v5`);
  expect(before).toContain("version = 6");
  const mine = changed(before, { "cents_per_hour = 5850": "cents_per_hour = 11700" });

  await test.step("a mistake is named by its line", async () => {
    const wrong = changed(before, { "cents_per_hour = 5850": "cents_per_hour = 58.5" });
    const line = wrong.slice(0, wrong.indexOf("58.5")).split("\n").length;
    await text.fill(wrong);
    await press(page, "Check it");
    const fault = page.locator(".notice.bad li").filter({ hasText: "cents_per_hour" });
    await expect(fault).toContainText(`Line ${line}, column`);
    await expect(fault).toContainText("expected a whole number");
    await expect(text, "nothing typed is lost").toHaveValue(/cents_per_hour = 58\.5/);
    await expect(page.getByRole("button", { name: /^Put it in force/ })).toHaveCount(0);
  });

  await test.step("mended, it is shown against the one before", async () => {
    await text.fill(mine);
    await page.getByLabel("In force from").fill("2061-01-01");
    await press(page, "Check it");
    await expect(text, "the day of the field is written into the text").toHaveValue(/^effective_from = "2061-01-01"$/m);
    await expect(page.locator("main")).toContainText("Nothing is wrong with it.");
    await expect(page.getByRole("heading", { name: `What differs from ${NAME} v5` })).toBeVisible();
    const differs = page.getByRole("region", { name: "What differs, entry by entry" });
    const rate = differs.getByRole("row").filter({ hasText: "rate of officer: an hour" });
    await expect(rate.locator("del")).toHaveText("58.50");
    await expect(rate.locator("ins")).toHaveText("117.00");
    await expect(differs.getByRole("row").filter({ hasText: "first day" }).locator("ins")).toHaveText("2061-01-01");
  });

  await test.step("and tried on the work of last month", async () => {
    const customers = page.getByRole("region", { name: "What customers are billed, by line" });
    await expect(customers.getByRole("row").filter({ hasText: "Lantern Hall" })).toHaveCount(1);
    const [paid, twice] = await sums(page, "Officers are paid");
    expect(paid).toBeGreaterThan(0);
    expect(twice, "whoever was ruled on is an officer, and an hour of them is twice as dear").toBe(2 * paid);
    const [billed, more] = await sums(page, "Customers are billed");
    expect(more).toBeGreaterThan(billed);
    const file = await kept(page, async () => await press(page, "Export every line as CSV"));
    expect(file.name).toMatch(/^harbor-falls-details-v6-.*\.csv$/);
    expect(file.bytes.toString("utf8")).toContain("Lantern Hall");
  });

  await test.step("what was added meanwhile is shown, and not written over", async () => {
    const person = await stage.somebody("finance");
    const second = await signedIn(browser, stage, person.login);
    const other = await second.newPage();
    const { text: theirs, before: begun } = await writeTheNext(other, `${NAME} v5`);
    await theirs.fill(from("2061-01-01", changed(begun, { "cents_per_hour = 5850": "cents_per_hour = 6000" })));
    await press(other, "Check it");
    await other.getByLabel("Why").fill("The council agreed.");
    await press(other, "Put it in force from 2061-01-01");
    await said(other, "The tariff is in force from its first day on.");
    await second.close();
    await page.getByLabel("Why").fill("The mayor agreed.");
    await press(page, "Put it in force from 2061-01-01");
    await expect(page.locator("main")).toContainText("The next version of this tariff is 7, not 6.");
    const differs = page.getByRole("region", { name: `What differs from ${NAME} v6` });
    await expect(differs).toContainText(person.login);
    await expect(differs.getByRole("row").filter({ hasText: "rate of officer: an hour" }).locator("del")).toHaveText("60.00");
    await expect(text, "nothing typed is lost").toHaveValue(/cents_per_hour = 11700/);
    await expect(page.getByRole("button", { name: /^Put it in force/ })).toHaveCount(0);
  });

  await test.step("as the one after that, it is added, listed and read", async () => {
    await text.fill(from("2062-01-01", changed(mine, { "version = 6": "version = 7" })));
    await press(page, "Check it");
    await page.getByLabel("Why").fill("The mayor agreed.");
    await press(page, "Put it in force from 2062-01-01");
    await said(page, "The tariff is in force from its first day on.");
    const row = (version: number) => page.getByRole("row").filter({ hasText: `${NAME} v${version}` });
    await expect(row(7)).toContainText("from its day on");
    await expect(row(7)).toContainText("2062-01-01");
    await expect(row(6), "the one before ends on the day before").toContainText("2061-12-31");
    await row(7).getByRole("link").click();
    const officer = page.getByRole("rowheader", { name: "officer", exact: true });
    await expect(page.getByRole("region", { name: "Rates by rank" }).getByRole("row").filter({ has: officer })).toContainText("117.00");
    await expect(page.getByRole("heading", { name: `What differs from ${NAME} v6` })).toBeVisible();
  });

  await test.step("one of another name is refused the days that are taken", async () => {
    const { text: rival, before: begun } = await writeTheNext(page, `${NAME} v7`);
    await rival.fill(from("2063-01-01", changed(begun, { [`"${NAME}"`]: '"Rival"' })));
    await press(page, "Check it");
    await expect(page.locator("main")).toContainText(`The tariff ${NAME} v7 is in force on some of the same days.`);
    await expect(page.getByRole("button", { name: /^Put it in force/ })).toHaveCount(0);
  });
  await page.context().close();
});

test("a tariff that was checked, and one that was refused, are fit to be looked at", async ({ browser, stage }) => {
  const person = await stage.somebody("finance");
  for (const [look, options] of Object.entries(LOOKS)) {
    const context = await signedIn(browser, stage, person.login, "full", options);
    const page = await context.newPage();
    const { text, before } = await writeTheNext(page, `${NAME} v5`);
    await text.fill(changed(before, { "cents_per_hour = 5850": "cents_per_hour = 58.5" }));
    await press(page, "Check it");
    await expect(page.locator(".notice.bad li").first()).toBeVisible();
    expect(await unfit(page)).toEqual([]);
    await picture(page, look, "settings-tariffs-refused");
    await text.fill(from("2061-01-01", changed(before, { "cents_per_hour = 5850": "cents_per_hour = 6000" })));
    await press(page, "Check it");
    await expect(page.getByRole("button", { name: /^Put it in force/ })).toBeVisible();
    expect(await unfit(page)).toEqual([]);
    await picture(page, look, "settings-tariffs-checked");
    await context.close();
  }
});
