// Details, from the ground on which they are worked to whoever gets them and why.

import type { Locator, Page } from "@playwright/test";
import { expect, letIn, signedIn, test } from "../fixtures.ts";
import { again, choose, press, said } from "../forms.ts";
import type { Stage } from "../stage.ts";

async function heading(page: Page, words: string): Promise<void> {
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(words);
}

/** The form of a site, reached as whoever makes a detail reaches it. */
async function newSite(page: Page, name: string): Promise<Locator> {
  await page.goto("/console/details/new");
  await page.getByRole("link", { name: "Enter a new site" }).click();
  await choose(page.getByLabel("Customer"), "Lantern Hall");
  await page.getByLabel("Name", { exact: true }).fill(name);
  // Where in the world; the map follows.
  await page.getByLabel("Latitude of the middle").fill("42.9411");
  await page.getByLabel("Longitude of the middle").fill("-70.7106");
  const map = page.locator("detail-map");
  await map.scrollIntoViewIfNeeded();
  await expect(map.locator(".map-handle").first()).toBeVisible();
  return map;
}

/** A place on the map, as parts of its width and height. */
async function spot(map: Locator, across: number, down: number): Promise<{ x: number; y: number }> {
  const box = (await map.boundingBox())!;
  return { x: Math.round(box.width * across), y: Math.round(box.height * down) };
}

async function drag(page: Page, handle: Locator, by: number): Promise<void> {
  const box = (await handle.boundingBox())!;
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  await page.mouse.move(x, y);
  await page.mouse.down();
  for (const part of [0.3, 0.6, 1]) await page.mouse.move(x + by * part, y);
  await page.mouse.up();
}

test("a fence is drawn on the map: a circle, and an outline", async ({ as }) => {
  const page = await as("coordinator");
  await test.step("a circle is placed by a click, and widened by its edge", async () => {
    const map = await newSite(page, "Boat shed");
    await press(page, "Place a circle");
    await map.click({ position: await spot(map, 0.6, 0.4) });
    const latitude = page.getByLabel("Latitude of the middle");
    await expect(latitude).not.toHaveValue("42.9411");
    expect(Math.abs(Number(await latitude.inputValue()) - 42.9411), "close to where it was").toBeLessThan(0.01);
    const radius = page.getByLabel("Radius in meters");
    await expect(radius).toHaveValue("150");
    await drag(page, map.getByTitle(/^Edge of the circle/), 40);
    await expect(radius).not.toHaveValue("150");
    const metres = Number(await radius.inputValue());
    expect(metres).toBeGreaterThan(150);
    await press(page, "Add");
    await page.goto("/console/details/new");
    await choose(page.getByLabel("Site", { exact: true }), "Boat shed");
    await press(page, "Work out the estimate");
    await expect(page.locator("main")).toContainText(`Circle of ${metres} m`);
  });
  await test.step("an outline is drawn corner by corner, moved by an arrow key, and a corner taken away", async () => {
    const map = await newSite(page, "Old pier");
    await press(page, "Draw an outline");
    const outline = page.getByLabel(/^Or an outline/);
    for (const [across, down] of [[0.3, 0.3], [0.7, 0.3], [0.7, 0.7], [0.3, 0.7]] as const) {
      await map.click({ position: await spot(map, across, down) });
    }
    const corners = async () => (await outline.inputValue()).trim().split("\n");
    expect(await corners()).toHaveLength(4);
    const before = await corners();
    await map.getByTitle(/^Outline, point 2 of 4/).focus();
    await page.keyboard.press("Shift+ArrowUp");
    expect((await corners())[1]).not.toBe(before[1]);
    await map.click({ position: await spot(map, 0.2, 0.5) });
    expect(await corners()).toHaveLength(5);
    await map.getByTitle(/^Outline, point 5 of 5/).focus();
    await page.keyboard.press("Delete");
    expect(await corners()).toHaveLength(4);
    await press(page, "Add");
    await page.goto("/console/details/new");
    await choose(page.getByLabel("Site", { exact: true }), "Old pier");
    await press(page, "Work out the estimate");
    await expect(page.locator("main")).toContainText(/4 (corners|points)/);
  });
});

/** Fills in the form of a detail three days ahead. */
async function fillIn(page: Page, stage: Stage, title: string): Promise<void> {
  await choose(page.getByLabel("Site", { exact: true }), "Lantern Hall: Lantern Hall");
  await page.getByLabel("Title").fill(title);
  await choose(page.getByLabel("Type of job"), "event");
  await page.getByLabel("Begins").fill(stage.at(3, "18:00"));
  await page.getByLabel("Ends").fill(stage.at(3, "22:00"));
  await page.getByRole("group", { name: "Place 1" }).getByLabel("Name").fill("Gate");
  await page.getByLabel("Places without a rank count as").fill("officer");
}

async function make(page: Page): Promise<string> {
  await press(page, "Make the detail");
  await said(page, "The detail was made.");
  return new URL(page.url()).pathname;
}

test("a detail is made while its estimate follows, phones apply, and the award says why", async ({ browser, own: stage }) => {
  // A stage of its own: time goes by.
  const login = stage.person("coordinator").login;
  const context = await signedIn(browser, stage, login);
  const page = await context.newPage();
  let address = "";
  await test.step("the estimate follows what is typed", async () => {
    await page.goto("/console/details/new");
    await fillIn(page, stage, "Lantern night");
    const total = page.locator("#estimate-now strong").first();
    await expect(total).toHaveText("234.00");
    await page.getByLabel("Ends").fill(stage.at(3, "22:20"));
    await expect(total, "half an hour more is begun").toHaveText("263.25");
    await press(page, "Add a place");
    await page.getByRole("group", { name: "Place 2" }).getByLabel("Name").fill("Stage door");
    await expect(total).toHaveText("526.50");
    await page.getByLabel(/^Post orders/).fill("Nobody leaves by the quay.");
    await page.getByLabel(/^Applications close/).fill(stage.at(0, "18:20"));
    address = await make(page);
    await heading(page, "Lantern night");
    await expect(page.locator("main")).toContainText("Nobody leaves by the quay.");
  });
  await test.step("phones apply, and the page says so", async () => {
    const detail = address.split("/").pop()!;
    for (const officer of ["2107", "2108", "2109"]) await stage.tell({ do: "apply_for", officer, detail });
    await page.reload();
    const applied = page.getByRole("region", { name: "Applications: the table" });
    await expect(applied.getByRole("row")).toHaveCount(4);
    await expect(applied.getByRole("row").filter({ hasText: "Officer 2107" })).toContainText("waits");
  });
  await test.step("the window closes, and the award says of everybody why", async () => {
    await stage.tell({ do: "pass", minutes: 45 });
    await letIn(context, stage, login);
    const why = page.getByRole("region", { name: "Why, for everybody: the table" });
    await again(page, async () => await expect(why).toBeVisible({ timeout: 200 }));
    await page.getByRole("link", { name: "Decide it again from what was kept" }).click();
    await expect(page.locator("main")).toContainText("it comes out the same");
    await expect(why.getByRole("row")).toHaveCount(4);
    for (const officer of ["2107", "2108", "2109"]) {
      const row = why.getByRole("row").filter({ hasText: `Officer ${officer}` });
      await expect(row.locator(".mark")).toHaveText(/\w/);
      await expect(row.locator("td.wrap"), "a sentence for the officer").toContainText(/\w+ \w+.*\./);
    }
    const places = page.getByRole("region", { name: "Places: the table" });
    await expect(places.getByText("empty")).toHaveCount(0);
  });
  await test.step("another like it, and what the rules say while a place is given", async () => {
    await page.getByRole("link", { name: "Make another like this" }).click();
    await expect(page.getByLabel("Title")).toHaveValue("Lantern night");
    await expect(page.getByRole("group", { name: "Place 2" }).getByLabel("Name")).toHaveValue("Stage door");
    await page.getByLabel("Title").fill("Lantern night, the quay");
    await page.getByLabel("Begins").fill(stage.at(3, "18:00"));
    await page.getByLabel("Ends").fill(stage.at(3, "22:00"));
    const second = await make(page);
    const winner = (await stage.api<{ items: { officer_id?: string; record: { officer: string } }[] }>(
      "GET", `/v1/staff/details/${address.split("/").pop()!}/assignments`)).items[0]!.record.officer;
    await page.goto(`${second}/assign`);
    await page.getByLabel("Officer", { exact: true }).selectOption(winner);
    await press(page, "See what the rules say");
    await expect(page.locator(".notice.bad").first()).toContainText("The officer has another detail at that time: Lantern night");
    await expect(page.locator("main")).toContainText("Rules stand in the way.");
    await expect(page.getByRole("region", { name: "What the rules say" })).toContainText("Overlaps another detail by 4 h.");
    await page.getByLabel("Officer", { exact: true }).selectOption(stage.told.officers["2101"]!);
    await press(page, "See what the rules say");
    await expect(page.locator("main")).not.toContainText("Rules stand in the way.");
    await page.getByLabel("Why this officer").fill("Knows the quay.");
    await press(page, "Give the place");
    await said(page, "The officer has the place, and is told.");
    await expect(page.getByRole("region", { name: "Places: the table" })).toContainText("Officer 2101");
  });
  await context.close();
});

test("a detail is changed by two people, and neither writes over the other unseen", async ({ browser, stage, as }) => {
  const page = await as("coordinator");
  await page.goto("/console/details/new");
  await fillIn(page, stage, "Book fair");
  const address = await make(page);
  await page.getByRole("link", { name: "Change", exact: true }).click();
  await page.getByLabel("Title").fill("Book fair, upper hall");
  const second = await signedIn(browser, stage, (await stage.somebody("coordinator")).login);
  const other = await second.newPage();
  await other.goto(`${address}/edit`);
  await other.getByLabel(/^Post orders/).fill("The stairs stay free.");
  await press(other, "Change the detail");
  await said(other, "The detail was changed.");
  await second.close();
  await press(page, "Change the detail");
  const changed = page.getByRole("region", { name: "What changed meanwhile" });
  await expect(changed.getByRole("row").filter({ hasText: "Post orders" })).toContainText("The stairs stay free.");
  await expect(page.getByLabel("Title"), "nothing typed is lost").toHaveValue("Book fair, upper hall");
  await page.getByLabel(/^Post orders/).fill("The stairs stay free.");
  await press(page, "Change the detail");
  await said(page, "The detail was changed.");
  await heading(page, "Book fair, upper hall");
  await expect(page.locator("main")).toContainText("The stairs stay free.");
});

test("a form is kept as a template, and another detail begun from it", async ({ stage, as }) => {
  const page = await as("coordinator");
  await page.goto("/console/details/new");
  await fillIn(page, stage, "Market watch");
  // When it is belongs to no template, so it need not be said.
  await page.getByLabel("Begins").fill("");
  await page.getByLabel("Ends").fill("");
  await page.getByLabel(/^Keep this form as a template called/).fill("Saturday market");
  await press(page, "Keep as a template");
  await said(page, "The form is kept as a template.");
  const row = page.getByRole("row").filter({ hasText: "Saturday market" });
  await row.getByRole("link").click();
  await expect(page.getByLabel("Title")).toHaveValue("Market watch");
  await expect(page.getByLabel("Begins"), "everything but when it is").toHaveValue("");
  await page.goto("/console/details/templates");
  await row.getByRole("button").click();
  await said(page, "The template was taken away.");
  await expect(row).toHaveCount(0);
});

test("a request that repeats is estimated, accepted, and made into a detail of each shift", async ({ stage, as }) => {
  const page = await as("coordinator");
  await page.goto("/console/requests/new");
  await page.getByLabel("Who asks, for the customer").fill("The house manager");
  await fillIn(page, stage, "Rehearsals");
  await page.getByLabel("It repeats").selectOption("daily");
  await page.getByLabel(/^Number of shifts/).fill("3");
  await expect(page.locator("#estimate-now strong").first(), "three times four hours").toHaveText("702.00");
  await press(page, "Enter the request");
  await said(page, "The request was entered.");
  await page.getByLabel("Who accepts, for the customer").fill("The house manager");
  await press(page, "Accepted at 702.00");
  await said(page, "The customer has accepted the estimate.");
  await page.getByRole("link", { name: "Make its details" }).click();
  await press(page, "Make the details");
  await said(page, "Every shift has its detail.");
  await expect(page.getByRole("region", { name: "Shifts" }).getByRole("link")).toHaveCount(3);
  await page.goto(`/console/details/calendar?day=${stage.at(3, "")}`);
  await expect(page.getByRole("link", { name: /Rehearsals/ }).first()).toBeVisible();
});
