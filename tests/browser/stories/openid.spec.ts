// Signing in by an identity provider: a real one, with its own pages, in the same browser.

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Browser, BrowserContextOptions, Page } from "@playwright/test";
import { complaints, expect, signedIn, test } from "../fixtures.ts";
import { LOOKS, picture, unfit } from "../looks.ts";
import { Stage } from "../stage.ts";

const CLIENT = "detailbook";
const SECRET = "a-secret-of-this-story-s-own";

type Accounts = Record<string, { email: string; email_verified: boolean }>;

/** Starts the provider, for that stage and with those accounts. */
async function start(stage: Stage, back: string, accounts: Accounts): Promise<{ issuer: string; program: ChildProcess }> {
  const asked = { client: CLIENT, secret: SECRET, back, accounts, now: await stage.tell<number>({ do: "now" }) };
  const program = spawn(process.execPath, [join(import.meta.dirname, "../provider.mjs"), JSON.stringify(asked)], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const [issuer] = (await once(createInterface({ input: program.stdout! }), "line")) as [string];
  return { issuer, program };
}

/** The administrator's browser at the settings. */
async function settings(browser: Browser, stage: Stage): Promise<Page> {
  const context = await signedIn(browser, stage, stage.person("administrator").login);
  const page = await context.newPage();
  await page.goto("/console/settings/provider");
  return page;
}

async function set(page: Page, stage: Stage, issuer: string, state: string): Promise<void> {
  const form = page.locator("form", { has: page.getByLabel("Issuer") });
  await form.getByLabel("Name").fill("Town login");
  await form.getByLabel("Issuer").fill(issuer);
  await form.getByLabel("Client id").fill(CLIENT);
  await form.getByLabel(/Client secret/).fill(SECRET);
  await form.getByLabel("State").selectOption(state);
  await form.getByLabel("Your password").fill(stage.told.password);
  await form.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("status")).toHaveText(/It was saved/);
}

/** Presses the button, and is somebody at the provider. */
async function goes(page: Page, name: string): Promise<void> {
  await page.goto("/console/account");
  await page.getByRole("button", { name: "Sign in with Town login" }).click();
  await page.locator("input[name=login]").fill(name);
  await page.locator("input[name=password]").fill("whatever it is");
  await page.locator("form button[type=submit]").click();
  await page.getByRole("button", { name: "Continue" }).click();
}

test("people sign in where they have an account already, with a second step here, and nobody else does", async ({ browser }) => {
  // A stage of its own: others look at the sign-in page as it usually is.
  const stage = await Stage.set();
  const person = await stage.somebody("coordinator");
  const administrator = await settings(browser, stage);
  const back = await administrator.locator("code.wrap").innerText();
  expect(back).toContain(`${stage.address}/console/sign-in/provider/`);
  const accounts: Accounts = {
    mine: { email: person.login, email_verified: true },
    claims: { email: stage.person("finance").login, email_verified: false },
    stranger: { email: "stranger@elsewhere.example", email_verified: true },
    successor: { email: person.login, email_verified: true },
  };
  const { issuer, program } = await start(stage, back, accounts);

  await set(administrator, stage, issuer, "off");
  await administrator.getByRole("button", { name: "Try it out" }).click();
  await expect(administrator.getByRole("heading", { name: "Tried out: people can sign in by it" })).toBeVisible();
  await expect(administrator.getByText("It takes the client id and secret.", { exact: true })).toBeVisible();
  expect(await unfit(administrator)).toEqual([]);
  await set(administrator, stage, issuer, "on");

  const opened = async (options: BrowserContextOptions = {}) =>
    await (await browser.newContext({ baseURL: stage.address, ...options })).newPage();
  // Without a script, as with one.
  for (const javaScriptEnabled of [false, true]) {
    const page = await opened({ javaScriptEnabled });
    const heard = complaints(page);
    await goes(page, "mine");
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("Second step");
    await page.goto("/console/account");
    await expect(page, "the provider's word is the first step only").toHaveURL(/\/console\/second-step$/);
    if (javaScriptEnabled) {
      await page.getByLabel("Code").fill(await stage.code(person.secret!));
      await page.getByRole("button", { name: "Go on" }).click();
      await expect(page.getByRole("heading", { level: 1 })).toHaveText("Today");
      expect(heard.filter((it) => it.includes(stage.address) || it.includes("Content Security"))).toEqual([]);
    }
    await page.context().close();
  }

  for (const [name, why] of [
    ["stranger", "is nobody's here"],
    ["claims", "does not say that your e-mail address is yours"],
    ["successor", "Another account at the provider is yours here"],
  ] as const) {
    const page = await opened();
    await goes(page, name);
    await expect(page.getByRole("alert")).toContainText(why);
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("Sign in");
    await page.goto("/console");
    await expect(page).toHaveURL(/\/console\/sign-in/);
    await page.context().close();
  }

  // They change their mind at the provider.
  const page = await opened();
  await page.goto("/console/sign-in");
  await page.getByRole("button", { name: "Sign in with Town login" }).click();
  await page.getByRole("link", { name: /Cancel/ }).click();
  await expect(page.getByRole("alert")).toHaveText(/Town login did not sign you in \(access_denied\)/);
  await page.context().close();

  // The provider is down.
  program.stdin!.end();
  await once(program, "exit");
  const [response] = await Promise.all([
    administrator.waitForResponse(/provider\/test/),
    administrator.getByRole("button", { name: "Try it out" }).click(),
  ]);
  expect(response.status()).toBe(409);
  await expect(administrator.getByRole("alert")).toContainText("Town login cannot be used: 127.0.0.1 cannot be reached.");
  await administrator.context().close();
  await stage.strike();
});

test("the pages about the provider are fit to look at, in every look", async ({ browser }) => {
  const stage = await Stage.set();
  const first = await settings(browser, stage);
  const { issuer, program } = await start(stage, await first.locator("code.wrap").innerText(), {});
  await set(first, stage, issuer, "on");
  await first.context().close();
  for (const [look, options] of Object.entries(LOOKS)) {
    const context = await signedIn(browser, stage, stage.person("administrator").login, "full", options);
    const page = await context.newPage();
    await page.goto("/console/settings/provider");
    expect(await unfit(page)).toEqual([]);
    await picture(page, look, "settings-provider-set");
    await page.getByRole("button", { name: "Try it out" }).click();
    await expect(page.getByRole("heading", { name: /Tried out/ })).toBeVisible();
    expect(await unfit(page)).toEqual([]);
    await picture(page, look, "settings-provider-tried");
    await context.close();
    const stranger = await browser.newContext({ baseURL: stage.address, ...options });
    const door = await stranger.newPage();
    await door.goto("/console/sign-in");
    expect(await unfit(door)).toEqual([]);
    await picture(door, look, "sign-in-provider");
    // The page that leads there, without what takes a browser on by itself.
    await door.route("**/console/sign-in/provider", async (route) => {
      const response = await route.fetch({ maxRedirects: 0 });
      const headers = Object.fromEntries(Object.entries(response.headers()).filter(([name]) => name !== "refresh"));
      await route.fulfill({ response, headers });
    });
    await door.getByRole("button", { name: "Sign in with Town login" }).click();
    await expect(door.getByRole("link", { name: "Go on to Town login" })).toBeVisible();
    expect(await unfit(door)).toEqual([]);
    await picture(door, look, "away");
    await stranger.close();
  }
  program.stdin!.end();
  await stage.strike();
});
