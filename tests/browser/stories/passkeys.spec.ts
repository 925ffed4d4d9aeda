// Passkeys, with an authenticator that the browser itself simulates.

import type { CDPSession, Page } from "@playwright/test";
import { expect, signedIn, test } from "../fixtures.ts";
import { LOOKS, picture, unfit } from "../looks.ts";

/** Gives a page's browser an authenticator that its owner has unlocked. */
async function authenticator(page: Page): Promise<{ client: CDPSession; authenticatorId: string }> {
  const client = await page.context().newCDPSession(page);
  await client.send("WebAuthn.enable");
  const { authenticatorId } = await client.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2",
      transport: "internal",
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  return { client, authenticatorId };
}

async function add(page: Page, password: string, name: string): Promise<void> {
  await page.goto("/console/account");
  const card = page.getByRole("region", { name: "Passkeys" });
  await card.getByLabel("What it is on").fill(name);
  await card.getByLabel("Your password").fill(password);
  await card.getByRole("button", { name: "Add a passkey" }).click();
}

test("a passkey is added, signs in alone, stands in for a code, and is removed", async ({ browser, stage }) => {
  const person = await stage.somebody("coordinator");
  const context = await signedIn(browser, stage, person.login);
  const page = await context.newPage();
  await authenticator(page);
  await add(page, stage.told.password, "Desk PC");
  await expect(page.getByRole("status")).toHaveText(/Your passkey is kept/);
  const card = page.getByRole("region", { name: "Passkeys" });
  await expect(card.getByRole("listitem")).toContainText("Desk PC");
  await expect(card.getByRole("listitem")).toContainText("not used yet");

  await page.getByRole("button", { name: "Sign out", exact: true }).click();
  await page.goto("/console/account");
  await page.getByRole("button", { name: "Sign in with a passkey" }).click();
  await expect(page, "to where they wanted to go").toHaveURL(/\/console\/account$/);
  await expect(card.getByRole("listitem")).toContainText("last used");

  await page.getByRole("button", { name: "Sign out", exact: true }).click();
  await page.getByLabel("E-mail address").fill(person.login);
  await page.getByLabel("Password").fill(stage.told.password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.getByRole("button", { name: "Use a passkey" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Today");

  await page.goto("/console/account");
  await card.getByRole("button", { name: "Remove Desk PC" }).click();
  await expect(card.getByRole("listitem")).toHaveCount(0);
  await page.getByRole("button", { name: "Sign out", exact: true }).click();
  await page.getByRole("button", { name: "Sign in with a passkey" }).click();
  await expect(page.getByText("That passkey does not fit")).toBeVisible();
  await context.close();
});

test("a copy of a key that has counted less far is refused", async ({ browser, stage }) => {
  const person = await stage.somebody("finance");
  const context = await signedIn(browser, stage, person.login);
  const page = await context.newPage();
  const { client, authenticatorId } = await authenticator(page);
  await add(page, stage.told.password, "Desk PC");
  await expect(page.getByRole("status")).toHaveText(/Your passkey is kept/);
  const { credentials } = await client.send("WebAuthn.getCredentials", { authenticatorId });
  const copied = credentials[0]!;
  const signIn = async () => {
    await page.getByRole("button", { name: "Sign out", exact: true }).click();
    await page.getByRole("button", { name: "Sign in with a passkey" }).click();
  };
  for (let time = 0; time < 3; time++) {
    await signIn();
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("Today");
  }
  await client.send("WebAuthn.removeCredential", { authenticatorId, credentialId: copied.credentialId });
  await client.send("WebAuthn.addCredential", { authenticatorId, credential: { ...copied, signCount: 1 } });
  await signIn();
  await expect(page.getByText("That passkey does not fit")).toBeVisible();
  await context.close();
});

test("the page that asks for a passkey says what went wrong, in every look, and without a script", async ({ browser, stage }) => {
  const person = await stage.somebody("auditor");
  for (const [look, options] of Object.entries(LOOKS)) {
    const context = await signedIn(browser, stage, person.login, "full", options);
    const page = await context.newPage();
    const { client, authenticatorId } = await authenticator(page);
    // Its owner does not unlock it.
    await client.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified: false });
    await add(page, stage.told.password, "Desk PC");
    await expect(page.getByRole("status")).toHaveText(/Your browser gave no passkey/);
    expect(await unfit(page)).toEqual([]);
    await picture(page, look, "account-passkeys-new");
    await client.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified: true });
    await page.getByRole("button", { name: "Ask again" }).click();
    await expect(page.getByRole("status")).toHaveText(/Your passkey is kept/);
    await context.close();
  }
  const context = await signedIn(browser, stage, person.login, "full", { javaScriptEnabled: false });
  const page = await context.newPage();
  await add(page, stage.told.password, "Another");
  await expect(page.getByText("Your browser must run scripts to use a passkey.")).toBeVisible();
  await page.getByRole("button", { name: "Ask again" }).click();
  await expect(page.getByText("Your browser sent no passkey")).toBeVisible();
  await context.close();
});
