// Signing in, and who may.

import type { Page } from "@playwright/test";
import { COOKIE, expect, test } from "../fixtures.ts";
import type { Person, Stage } from "../stage.ts";
import { code } from "../totp.ts";

async function password(page: Page, login: string, words: string): Promise<void> {
  await page.goto("/console/sign-in");
  await page.getByLabel("E-mail address").fill(login);
  await page.getByLabel("Password").fill(words);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
}

async function signIn(page: Page, stage: Stage, person: Person): Promise<void> {
  await password(page, person.login, stage.told.password);
  await page.getByLabel("Code").fill(await stage.code(person.secret!));
  await page.getByRole("button", { name: "Go on" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Today" })).toBeVisible();
}

test("with a password and a code, and out again", async ({ page, stage, as }) => {
  const person = await stage.somebody("coordinator");
  await page.goto("/console/account");
  await expect(page).toHaveURL(/\/console\/sign-in\?next=%2Fconsole%2Faccount$/);
  await signIn(page, stage, person);
  await expect(page.getByRole("navigation", { name: "Pages" })).toContainText("Today");
  await page.getByRole("button", { name: "Sign out", exact: true }).click();
  await expect(page.getByRole("status")).toContainText("signed out");
  await page.goBack();
  await expect(page, "what was shown is not kept").toHaveURL(/\/console\/sign-in/);

  const auditor = await as("auditor");
  await auditor.goto("/console/audit");
  const table = auditor.getByRole("table");
  await expect(table.getByRole("row").filter({ hasText: person.login }).filter({ hasText: "sign_out" })).toHaveCount(1);
  await expect(table.getByRole("row").filter({ hasText: person.login }).filter({ hasText: "sign_in" })).toHaveCount(1);
});

test("a code is good once", async ({ page, browser, stage }) => {
  const person = await stage.somebody("finance");
  const shown = await stage.code(person.secret!);
  await password(page, person.login, stage.told.password);
  await page.getByLabel("Code").fill(shown);
  await page.getByRole("button", { name: "Go on" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Today" })).toBeVisible();

  const other = await (await browser.newContext({ baseURL: stage.address })).newPage();
  await password(other, person.login, stage.told.password);
  await other.getByLabel("Code").fill(shown);
  await other.getByRole("button", { name: "Go on" }).click();
  await expect(other.getByText("Each code is good once")).toBeVisible();
  await expect(other.getByRole("heading", { level: 1 })).toHaveText("Second step");
  await other.context().close();
});

test("five failures lock a name, and an administrator unlocks it", async ({ page, stage, as }) => {
  const person = await stage.somebody("dispatcher");
  for (let failure = 0; failure < 5; failure++) {
    await password(page, person.login, "not the password");
    await expect(page.getByText("That name and password do not fit")).toBeVisible();
  }
  await password(page, person.login, stage.told.password);
  await expect(page.getByText("That name and password do not fit"), "locked, and says no more than that").toBeVisible();

  const administrator = await as("administrator");
  await administrator.goto("/console/users");
  await administrator.getByLabel("Name or e-mail").fill(person.login);
  await administrator.getByRole("button", { name: "Show" }).click();
  const row = administrator.getByRole("row").filter({ hasText: person.login });
  await expect(row).toContainText("locked");
  await row.getByRole("link").click();
  await administrator.getByRole("button", { name: "Unlock" }).click();
  await expect(administrator.getByRole("status")).toBeVisible();
  await signIn(page, stage, person);
});

test("a new user: a link, a password, a second step, and a recovery code for the day without the phone", async ({ page, stage, as }) => {
  const administrator = await as("administrator");
  const login = `new.${Date.now()}@harborfalls.example`;
  await administrator.goto("/console/users/new");
  await administrator.getByLabel("E-mail address").fill(login);
  await administrator.getByLabel("Name").fill("New hand");
  await administrator.getByLabel("Role").selectOption("supervisor");
  await administrator.getByRole("button", { name: "Add" }).click();
  const link = await administrator.locator("code").filter({ hasText: "/console/welcome/" }).innerText();

  const words = "seventeen boats at anchor";
  await page.goto(new URL(link).pathname);
  await page.getByLabel("New password", { exact: true }).fill(words);
  await page.getByLabel("New password once more").fill(words);
  await page.getByRole("button", { name: "Set the password" }).click();
  await password(page, login, words);
  await expect(page.getByRole("heading", { level: 1, name: "Set up your second step" })).toBeVisible();
  const secret = await page.locator("code.secret").innerText();
  await page.getByLabel("Code that the app shows now").fill(await stage.code(secret));
  await page.getByRole("button", { name: "Confirm" }).click();
  const recovery = await page.locator(".codes li").first().innerText();
  await page.getByRole("link", { name: "I have kept them" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Today" })).toBeVisible();

  await page.getByRole("button", { name: "Sign out", exact: true }).click();
  await password(page, login, words);
  await page.getByLabel("Code").fill(recovery);
  await page.getByRole("button", { name: "Go on" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Today" })).toBeVisible();
  await page.goto("/console/account");
  await expect(page.getByText("9 of 10 recovery codes are left")).toBeVisible();

  await page.goto(new URL(link).pathname);
  await expect(page.getByRole("heading", { level: 1 }), "the link is used up").toHaveText("Not found");
});

test("half an hour without a page ends a session", async ({ browser, own: stage }) => {
  // A stage of its own: time goes by for everybody on it.
  const context = await browser.newContext({ baseURL: stage.address });
  const page = await context.newPage();
  await signIn(page, stage, stage.person("supervisor"));
  await stage.tell({ do: "pass", minutes: 29 });
  await page.reload();
  await expect(page.getByRole("heading", { level: 1, name: "Today" })).toBeVisible();
  await stage.tell({ do: "pass", minutes: 31 });
  await page.reload();
  await expect(page).toHaveURL(/\/console\/sign-in/);
  await context.close();
});

test("a role opens its pages and no others, until it is edited", async ({ stage, as }) => {
  const dispatcher = await as("dispatcher");
  await dispatcher.goto("/console");
  await expect(dispatcher.getByRole("navigation", { name: "Pages" })).not.toContainText("Users");
  await dispatcher.goto("/console/users");
  await expect(dispatcher.getByRole("heading", { level: 1 })).toHaveText("Not allowed");

  const administrator = await as("administrator");
  await administrator.goto("/console/roles/dispatcher");
  const right = administrator.locator("input[name=scope][value='users:read']");
  await right.check();
  await administrator.getByRole("button", { name: "Set" }).click();
  await expect(administrator.getByRole("status")).toBeVisible();

  // Whose rights were edited signs in again.
  await dispatcher.goto("/console");
  await expect(dispatcher).toHaveURL(/sign-in/);
  const again = await as("dispatcher");
  await again.goto("/console/users");
  await expect(again.getByRole("heading", { level: 1 })).toHaveText("Users");

  await administrator.goto("/console/roles/dispatcher");
  await right.uncheck();
  await administrator.getByRole("button", { name: "Set" }).click();
  await expect(administrator.getByRole("status")).toBeVisible();
  expect(stage.person("dispatcher").role).toBe("dispatcher");
});

test("the audit log is filtered, exported and found whole", async ({ as }) => {
  const auditor = await as("auditor");
  await auditor.goto("/console/audit");
  await expect(auditor.getByRole("table").getByRole("row")).not.toHaveCount(1);
  const [file] = await Promise.all([
    auditor.waitForEvent("download"),
    auditor.getByRole("link", { name: /CSV/ }).first().click(),
  ]);
  expect(file.suggestedFilename()).toMatch(/\.csv$/);
  await auditor.getByRole("button", { name: "Check the chain" }).click();
  await expect(auditor.getByRole("status")).toContainText("none was changed, and none is missing");
});

test("a form is taken once", async ({ stage, as }) => {
  const person = await stage.somebody("finance");
  const administrator = await as("administrator");
  const address = `/console/users/${person.id}`;
  await administrator.goto(address);
  const form = administrator.locator(`form[action="${address}/disable"]`);
  const seal = await form.locator("input[name=form]").inputValue();
  await form.getByRole("button").click();
  await expect(administrator.getByRole("status")).toHaveText(/can no longer sign in/);
  await administrator.locator(`form[action="${address}/enable"]`).getByRole("button").click();
  await expect(administrator.getByRole("status")).toHaveText("They can sign in again.");

  // The same bytes once more, as somebody who listened would send them.
  const again = await administrator.request.post(`${address}/disable`, {
    form: { form: seal },
    headers: { origin: stage.address },
    maxRedirects: 0,
  });
  expect(await again.text()).toContain("<h1>Sent before</h1>");
  await administrator.goto(address);
  await expect(administrator.locator(".facts")).toContainText("active");
});

test("what an app shows is worked out as RFC 6238 does", () => {
  // Appendix B: the secret is the ASCII of 12345678901234567890; of its eight digits the last six.
  expect(code("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", 59_000)).toBe("287082");
  expect(code("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", 1_111_111_109_000)).toBe("081804");
  expect(COOKIE).toBe("detailbook");
});
