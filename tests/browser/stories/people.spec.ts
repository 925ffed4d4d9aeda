// Officers and their phones, customers and sites, the rules they work by, and files of them that come in.

import type { Page } from "@playwright/test";
import { expect, signedIn, test } from "../fixtures.ts";
import { kept } from "../files.ts";
import { choose, press, said } from "../forms.ts";
import { LOOKS, picture, unfit } from "../looks.ts";

/** The pairs of a list of facts. */
async function fact(page: Page, name: string): Promise<string> {
  return await page.locator("dl.facts div").filter({ has: page.locator("dt", { hasText: name }) }).locator("dd").first().innerText();
}

test("an officer is entered, a phone reads the code, and once it is ended it is refused", async ({ browser, stage, as }) => {
  const page = await as("administrator");
  let address = "";
  await test.step("entered, and entered once", async () => {
    await page.goto("/console/officers");
    await page.getByRole("link", { name: "Add an officer" }).click();
    await page.getByLabel("Name", { exact: true }).fill("Officer 2140");
    await page.getByLabel(/^Employee number/).fill("2101");
    await page.getByLabel(/^Rank/).fill("officer");
    await press(page, "Add");
    await expect(page.getByRole("alert").first(), "the number is another officer's").toBeVisible();
    await expect(page.getByLabel("Name", { exact: true })).toHaveValue("Officer 2140");
    await page.getByLabel(/^Employee number/).fill("2140");
    await press(page, "Add");
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("Officer 2140");
    address = new URL(page.url()).pathname;
  });
  let invitation = "";
  await test.step("the code enrols a phone, once", async () => {
    await press(page, "Enrol a phone");
    await expect(page.locator("svg").first()).toBeVisible();
    invitation = await page.locator("code.secret").innerText();
    await stage.tell({ do: "enrol", phone: "phone of 2140", invitation });
    await expect(stage.tell({ do: "enrol", phone: "a thief's", invitation })).rejects.toThrow(/phone of officer a thief's/);
    await page.getByRole("link", { name: "Done" }).click();
    const phones = page.getByRole("region", { name: "Phones: the table" });
    await expect(phones.getByRole("row")).toHaveCount(2);
    await phones.getByRole("link").click();
    await expect(page.getByRole("heading", { level: 1 })).toContainText("phone of 2140");
  });
  await test.step("ended, it is refused, and what it still held is kept for a look", async () => {
    await stage.tell({ do: "begin", phone: "phone of 2140" });
    await page.getByLabel("Why").fill("Left on a bench.");
    await press(page, "End it");
    await said(page, "The enrolment has ended.");
    await expect(stage.tell({ do: "exchange", phone: "phone of 2140" })).rejects.toThrow(/revoked|ended|enrol/i);
    await page.goto("/console/held");
    const pushes = page.getByRole("region", { name: "What is held: the table" });
    await pushes.getByRole("link", { name: "Officer 2140" }).click();
    await expect(page.getByRole("region", { name: "Facts" })).toContainText("verified");
  });
  await test.step("the page of the code is fit to be looked at", async () => {
    const person = await stage.somebody("administrator");
    for (const [look, options] of Object.entries(LOOKS)) {
      const context = await signedIn(browser, stage, person.login, "full", options);
      const other = await context.newPage();
      await other.goto(address);
      await press(other, "Enrol a phone");
      await expect(other.locator("code.secret")).toBeVisible();
      expect(await unfit(other)).toEqual([]);
      await picture(other, look, "officers-id-invited");
      await context.close();
    }
  });
});

test("hours stand against limits as bars and as words, and what was charged line by line", async ({ stage, as }) => {
  const page = await as("coordinator");
  await page.goto(`/console/officers/${stage.told.officers["2104"]!}`);
  const bar = page.getByRole("region", { name: "Hours against limits: the table" }).getByRole("row").nth(1);
  await expect(bar).toContainText("At most 55 hours a week");
  const meter = bar.locator("meter");
  const [used, most] = await meter.evaluate((it) => [(it as HTMLMeterElement).value, (it as HTMLMeterElement).max]);
  expect(most).toBe(55 * 60);
  expect(used, "duty of the week is in it").toBeGreaterThan(0);
  await expect(bar).toContainText(`${Math.floor(used! / 60)}:${String(used! % 60).padStart(2, "0")} of 55:00`);
  await page.getByRole("link", { name: "opportunity ledger" }).click();
  await expect(page.getByRole("region", { name: "Entries", exact: true })).toContainText("Carried over from the old book.");
});

test("an approval is signed role by role, and in no other role", async ({ stage, as }) => {
  const coordinator = await as("administrator");
  await coordinator.goto(`/console/officers/${stage.told.officers["2106"]!}/approvals/new`);
  await coordinator.getByLabel("Kind").fill("outside_work");
  await choose(coordinator.getByLabel("For which customer"), "Lantern Hall");
  await coordinator.getByLabel(/^Who signs, in order/).fill("supervisor; administrator");
  await coordinator.locator("main form button").click();
  await said(coordinator, "The approval was asked for.");
  expect(await fact(coordinator, "State")).toBe("waits for supervisor");
  const address = new URL(coordinator.url()).pathname;
  await expect(coordinator.getByRole("heading", { name: /^Sign as/ }), "it is not the administrator's turn").toHaveCount(0);
  const supervisor = await as("supervisor");
  await supervisor.goto(address);
  await supervisor.getByLabel("Approve").check();
  await press(supervisor, "Sign");
  await said(supervisor, "You have signed.");
  expect(await fact(supervisor, "State")).toBe("waits for administrator");
  await coordinator.reload();
  await coordinator.getByLabel("Approve").check();
  await press(coordinator, "Sign");
  expect(await fact(coordinator, "State")).toBe("granted");
});

test("a customer is entered, changed by two people, and its papers kept", async ({ browser, stage, as }) => {
  const page = await as("coordinator");
  await page.goto("/console/customers/new");
  await page.getByLabel("Name", { exact: true }).fill("Quay Theatre");
  await page.getByLabel(/^Number/).fill("C-077");
  await press(page, "Add");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Quay Theatre");
  const second = await signedIn(browser, stage, (await stage.somebody("coordinator")).login);
  const other = await second.newPage();
  await other.goto(new URL(page.url()).pathname);
  const edit = (it: Page) => it.getByRole("region", { name: "Edit" });
  await edit(other).getByLabel("Name", { exact: true }).fill("Quay Theatre Company");
  await press(other, "Save");
  await said(other, "It was saved.");
  await second.close();
  await edit(page).getByLabel(/^Number/).fill("C-078");
  await press(page, "Save");
  const changed = page.getByRole("region", { name: "What changed meanwhile" });
  await expect(changed.getByRole("row").filter({ hasText: "Name" })).toContainText("Quay Theatre Company");
  await expect(edit(page).getByLabel(/^Number/), "nothing typed is lost").toHaveValue("C-078");
  await edit(page).getByLabel("Name", { exact: true }).fill("Quay Theatre Company");
  await press(page, "Save");
  await said(page, "It was saved.");
  const papers = page.getByRole("region", { name: "Enter a paper" });
  await papers.getByLabel("Kind").fill("insurance");
  await papers.locator("input[type=date]").first().fill(stage.at(-30, ""));
  await papers.locator("input[type=date]").last().fill(stage.at(300, ""));
  await papers.getByRole("button", { name: "Enter" }).click();
  await said(page, "The paper was entered.");
  await expect(page.getByRole("region", { name: "Papers" })).toContainText(`to ${stage.at(300, "")}`);
  await page.goto("/console/customers");
  await page.getByLabel("Name or number").fill("c-078");
  await press(page, "Show");
  await expect(page.locator("main")).toContainText("1 found");
});

test("a set of rules is checked, shown against the one before and the last month, and put in force", async ({ as }) => {
  const page = await as("administrator");
  await page.goto("/console/settings/rules");
  await page.getByRole("row").filter({ hasText: "Harbor Falls rules v" }).first().getByRole("link").click();
  await page.getByRole("link", { name: "Write the next version" }).click();
  const text = page.getByLabel("The set, as TOML or JSON");
  const before = await text.inputValue();
  await text.fill(before.replace("limit", "limti"));
  await press(page, "Check it");
  await expect(page.locator(".notice.bad").first()).toContainText(/Line \d+, column \d+/);
  // At most one hour a week: whoever worked longer would have been kept out.
  const harder = before.replace(/55:00/g, "1:00").replace(/effective_from = "[^"]*"/, 'effective_from = "2199-01-01"');
  expect(harder).not.toBe(before);
  await text.fill(harder);
  await press(page, "Check it");
  await expect(page.locator("main")).toContainText("Nothing is wrong with it.");
  await expect(page.locator("del").filter({ hasText: "55:00" })).toHaveCount(1);
  await expect(page.locator("ins").filter({ hasText: "1:00" })).toHaveCount(1);
  const other = page.getByRole("region", { name: "Assignments of which something else would have been said" });
  await expect(other.getByRole("row").filter({ hasText: "Officer 21" }).first()).toBeVisible();
  await page.getByLabel("Why").fill("The council agreed.");
  await press(page, "Put it in force from 2199-01-01");
  await said(page, "The set is in force from its first day on.");
  await expect(page.getByRole("row").filter({ hasText: "2199-01-01" })).toHaveCount(1);
});

const NEW_OFFICERS = [
  "employee_number,name,rank",
  "2151,Officer 2151,officer",
  '2152,"Officer 2152, junior",officer',
  "2153,,officer",
  "2151,Officer 2151 again,officer",
  "",
].join("\r\n");

test("a file says which of its lines it cannot take before anything is written, and then writes the rest", async ({ browser, stage, as }) => {
  const page = await as("administrator");
  await page.goto("/console/import");
  await page.locator("main").getByRole("link", { name: "Officers", exact: true }).click();
  await page.getByLabel("CSV file").setInputFiles({ name: "autumn.csv", mimeType: "text/csv", buffer: Buffer.from(NEW_OFFICERS) });
  await press(page, "Show what it would do");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Preview: Officers");
  await expect(page.locator("ul.counts")).toContainText(/[23] rejected/);
  const rejected = page.getByRole("region", { name: "Lines" }).getByRole("row").filter({ hasText: "rejected" });
  for (const row of await rejected.all()) await expect(row.locator("td").last()).toHaveText(/\w+ \w+/);
  const file = await kept(page, async () => await page.getByRole("link", { name: "Export the rejected lines as CSV" }).click());
  expect(file.bytes.toString("utf8").trim().split(/\r?\n/).length).toBe((await rejected.count()) + 1);
  const written = await page.getByRole("button", { name: /^Write \d/ }).innerText();
  await press(page, written);
  await expect(page.locator("#e-leave_out"), "nothing is left out unasked").toBeVisible();
  await page.goto("/console/officers?find=215");
  await expect(page.locator("main")).toContainText("0 found");
  await page.goto("/console/import");
  await page.getByRole("link", { name: "autumn.csv" }).click();
  await page.getByLabel("Leave the rejected lines out and write the rest").check();
  await press(page, written);
  await said(page, "The file was imported.");
  await page.goto("/console/officers?find=215");
  await expect(page.locator("main")).not.toContainText("0 found");
  await expect(page.getByRole("row").filter({ hasText: "Officer 2152, junior" })).toHaveCount(1);
  // What a file with a fault in it looks like.
  const person = await stage.somebody("administrator");
  for (const [look, options] of Object.entries(LOOKS)) {
    const context = await signedIn(browser, stage, person.login, "full", options);
    const other = await context.newPage();
    await other.goto("/console/import/officers");
    await other.getByLabel(/^Or its lines/).fill("number;name\n1;2");
    await press(other, "Show what it would do");
    await expect(other.locator("#e-file")).toBeVisible();
    expect(await unfit(other)).toEqual([]);
    await picture(other, look, "import-officers-refused");
    await context.close();
  }
});
