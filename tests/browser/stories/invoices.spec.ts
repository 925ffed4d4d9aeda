// From rulings to invoices, to what is credited when a ruling changes, and to books that sum to zero.

import type { Page } from "@playwright/test";
import { expect, signedIn, test } from "../fixtures.ts";
import { kept, wordsOf } from "../files.ts";
import { again, press, said } from "../forms.ts";
import { tabTo, typeMinutes } from "../keyboard.ts";

/** Figures such as `1,234.50` in cents. */
function cents(text: string): number {
  const digits = text.replaceAll(/[^\d.()\u2212-]/g, "");
  const sum = Math.round(Number(digits.replaceAll(/[()\u2212-]/g, "")) * 100);
  return /[(\u2212-]/.test(digits) ? -sum : sum;
}

/** Runs until yesterday, and waits until the run has ended. */
async function run(page: Page): Promise<void> {
  await page.goto("/console/invoices/runs");
  await press(page, /^Begin the run through/);
  await said(page, "The run has begun.");
  await again(page, async () => await expect(page.locator("dl.facts")).not.toContainText("under way", { timeout: 100 }));
}

/** The numbers and kinds of the invoices of a run, as the list shows them. */
async function made(page: Page): Promise<{ number: string; kind: string; total: string }[]> {
  await page.getByRole("link", { name: "Its invoices" }).click();
  const rows = page.getByRole("region", { name: "Invoices and credit memos" }).locator("tbody tr");
  await expect(rows.first()).toBeVisible();
  return await rows.evaluateAll((all) =>
    all.map((row) => {
      const cells = [...row.children].map((cell) => cell.textContent?.trim() ?? "");
      return { number: cells[0]!, kind: cells[1]!, total: cells[7]! };
    }),
  );
}

/** What the trial balance comes to. */
async function booksSum(page: Page): Promise<number> {
  await page.goto("/console/invoices/books");
  await expect(page.getByText("Every posting balances, and the books sum to zero.")).toBeVisible();
  const lines = page.getByRole("region", { name: "Trial balance: the table" }).locator("tbody tr td:last-child");
  const balances = (await lines.allInnerTexts()).map(cents);
  expect(balances.some((balance) => balance !== 0), "something is in the books").toBe(true);
  return balances.reduce((sum, balance) => sum + balance, 0);
}

test("a ruling becomes an invoice, another ruling a credit memo and a new invoice, and the books sum to zero", async ({ browser, own: stage }) => {
  // A stage of its own: what is invoiced stays invoiced.
  const desk = await (await signedIn(browser, stage, stage.person("coordinator").login)).newPage();
  const finance = await (await signedIn(browser, stage, stage.person("finance").login)).newPage();
  const sheet = `/console/timesheets/${stage.assignment("2103", "lobby")}`;
  let first = { number: "", kind: "", total: "" };

  await test.step("what a coordinator approves, a run invoices", async () => {
    await desk.goto(sheet);
    await press(desk, "Approve as proposed and go on");
    await said(desk, "The ruling was made.");
    await finance.goto("/console/invoices/runs");
    await expect(finance.getByRole("region", { name: "What would be invoiced and credited" })).toContainText("Lantern Hall");
    await run(finance);
    await expect(finance.locator("main")).toContainText("Lantern Hall");
    const all = await made(finance);
    expect(all).toHaveLength(1);
    [first] = all as [typeof first];
    expect(first.kind).toMatch(/^invoice$/i);
  });

  await test.step("it is looked at, and kept as PDF and CSV", async () => {
    await finance.getByRole("link", { name: first.number, exact: true }).click();
    await expect(finance.getByRole("heading", { level: 1 })).toContainText(first.number);
    const lines = finance.getByRole("region", { name: "Lines" });
    await expect(lines.locator("tfoot")).toContainText(first.total);
    await expect(lines.locator("tbody tr").first()).toContainText("Harbor Falls details");
    const pdf = await kept(finance, async () => await finance.getByRole("link", { name: "Download the PDF" }).click());
    expect(pdf.bytes.subarray(0, 4).toString("latin1")).toBe("%PDF");
    expect(pdf.name).toMatch(/\.pdf$/);
    const words = wordsOf(pdf.bytes);
    if (words === null) test.info().annotations.push({ type: "not read", description: "no pdftotext on this machine" });
    else for (const word of [first.number, first.total, "Lantern Hall", "Harbor Falls Police Department"]) expect(words).toContain(word);
    const csv = await kept(finance, async () => await finance.getByRole("link", { name: "Lines as CSV" }).click());
    const rows = csv.bytes.toString("utf8").trim().split(/\r?\n/);
    expect(rows.length).toBeGreaterThan(1);
    expect(rows.at(-1)).toContain(first.total);
    expect(await booksSum(finance)).toBe(0);
  });

  await test.step("ruled anew, it is credited and invoiced again", async () => {
    await desk.goto(sheet);
    const end = desk.getByLabel("End 1");
    const was = await end.inputValue();
    await end.evaluate((it) => (it as HTMLInputElement).focus());
    await typeMinutes(desk, "58");
    expect(await end.inputValue()).not.toBe(was);
    await desk.getByLabel("Reason").fill("The hall kept her until the queue had gone.");
    await tabTo(desk, desk.getByRole("button", { name: "Rule so and go on" }));
    await Promise.all([desk.waitForEvent("domcontentloaded"), desk.keyboard.press("Enter")]);
    await said(desk, "The ruling was made.");
    await run(finance);
    const all = await made(finance);
    expect(all.map((it) => it.kind.toLowerCase()).sort()).toEqual(["credit memo", "invoice"]);
    const [credit, bill] = [all.find((it) => /credit/i.test(it.kind))!, all.find((it) => /^invoice$/i.test(it.kind))!];
    expect(Math.abs(cents(credit.total)), "all of it is credited").toBe(cents(first.total));
    expect(cents(bill.total), "and more is billed").toBeGreaterThan(cents(first.total));
    await finance.getByRole("link", { name: credit.number, exact: true }).click();
    await finance.getByRole("link", { name: `invoice ${first.number}` }).click();
    await expect(finance.locator("dl.facts")).toContainText(`credit memo ${credit.number}`);
    expect(await booksSum(finance)).toBe(0);
  });

  await test.step("numbers have no gaps, and what is owed is the sum", async () => {
    await finance.goto("/console/invoices");
    const numbers = await finance.getByRole("region", { name: "Invoices and credit memos" }).locator("tbody th").allInnerTexts();
    const sorted = numbers.map(Number).sort((one, other) => one - other);
    expect(sorted).toEqual(sorted.map((_, at) => at + 1));
    await finance.goto("/console/invoices/balances");
    await expect(finance.getByRole("row").filter({ hasText: "Lantern Hall" })).toHaveCount(1);
    const file = await kept(finance, async () => await finance.getByRole("link", { name: "Export as CSV" }).click());
    expect(file.name).toMatch(/\.csv$/);
  });
  await desk.context().close();
  await finance.context().close();
});

test("how a customer is invoiced is set by one person at a time", async ({ browser, stage, as }) => {
  const page = await as("finance");
  const address = `/console/invoices/customers/${stage.told.works["paving"]!.customer}`;
  await page.goto(address);
  await page.getByLabel("Days until an invoice is due").fill("21");
  const second = await signedIn(browser, stage, (await stage.somebody("finance")).login);
  const other = await second.newPage();
  await other.goto(address);
  await other.getByLabel("How often").selectOption("weekly");
  await press(other, "Save");
  await said(other, "How the customer is invoiced was changed");
  await second.close();
  await press(page, "Save");
  await expect(page.getByRole("alert").first()).toContainText(/weekly|every week/i);
  await expect(page.getByLabel("Days until an invoice is due"), "nothing typed is lost").toHaveValue("21");
});
