// Who wishes the agency ill: words that are meant to run, forms of other pages, planted sessions, and more than anybody types.

import { createServer, request, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Browser, Locator, Page } from "@playwright/test";
import { COOKIE, complaints, expect, letIn, signedIn, test } from "../fixtures.ts";
import type { Stage } from "../stage.ts";
import { shown, visit } from "../tour.ts";

/** Words that would leave their place wherever they were not written as words: elements, attributes, addresses, styles. */
const WORDS = [
  `<script>window.evil=1</script><x-evil>`,
  `"><img src=x onerror="window.evil=1"><x-evil>`,
  `' autofocus onfocus='window.evil=1' x='`,
  `</title></textarea></option><x-evil>`,
  `javascript:window.evil=1//`,
  `{{7*7}}\${7*7}`,
  `\u202Etxt.exe\u2066 &lt;x-evil&gt;`,
];
const ALL = WORDS.join(" ");
/** Those that are taken where any words are: what turns the direction of writing is refused. */
const TAKEN = WORDS.filter((words) => !/[\u202E\u2066]/.test(words)).join(" ");

/** What of those words has come to be more than words. */
async function done(page: Page): Promise<string[]> {
  return await page.evaluate(() => {
    const found: string[] = [];
    if ("evil" in window) found.push("a script ran");
    if (document.querySelector("x-evil, img[src=x], [onfocus], [onerror]") !== null) found.push("an element was made");
    for (const link of document.querySelectorAll<HTMLAnchorElement>("a[href]")) {
      if (!/^https?:|^mailto:|^tel:/.test(link.href)) found.push(`a link leads to ${link.href}`);
      else if (/^http/.test(link.href) && !link.href.startsWith(location.origin)) found.push(`a link leads out: ${link.href}`);
    }
    return found;
  });
}

test("words that are meant to run are shown as words, on every page", async ({ browser, own: stage }) => {
  test.setTimeout(240_000);
  // A stage of its own, so that the others' pages stay fit to look at.
  await stage.api("POST", "/v1/staff/officers", { record: { name: WORDS[0], employee_number: `"><x-evil>`, rank: "officer" } });
  const { id: customer } = await stage.api<{ id: string }>("POST", "/v1/staff/customers", {
    record: { name: ALL.slice(0, 190), number: `'"><x-evil>` },
  });
  const center = { latitude_e7: 429_411_200, longitude_e7: -707_106_400 };
  await stage.api("POST", "/v1/staff/sites", {
    record: { customer, name: WORDS[1], address: WORDS[3], fence: { circle: { center, radius_m: 150 } }, placement: "surveyed" },
  });
  await stage.tell({ do: "note", officer: "2102", work: "game", words: ALL });
  await stage.tell({ do: "call_off", officer: "2108", work: "market", reason: ALL });
  const found: string[] = [];
  await visit(browser, stage, {}, async (page, stop) => {
    const heard = complaints(page);
    await page.goto(stop.address);
    found.push(...(await done(page)).map((what) => `${stop.path}: ${what}`), ...heard.map((what) => `${stop.path}: ${what}`));
  });
  expect(found).toEqual([]);
});

test("what stands in an address is shown as words, or refused", async ({ browser, stage }) => {
  const found: string[] = [];
  await visit(browser, stage, {}, async (page, stop) => {
    for (const asked of stop.asks) {
      const heard: string[] = [];
      page.on("dialog", (dialog) => void dialog.dismiss().then(() => heard.push("a dialog")));
      const response = await page.goto(`${stop.address}?${asked}=${encodeURIComponent(ALL)}`);
      const status = response!.status();
      if (status >= 500) found.push(`${stop.path}?${asked}: ${status}`);
      found.push(...(await done(page)).map((what) => `${stop.path}?${asked}: ${what}`), ...heard);
    }
  });
  expect(found).toEqual([]);
});

test("what is typed into any form comes back as words, or is refused", async ({ browser, own: stage }) => {
  test.setTimeout(240_000);
  const { found, sent } = await fillEverything(browser, stage, TYPED, ALL);
  expect(found).toEqual([]);
  expect(sent, "there are forms with fields").toBeGreaterThan(3);
});

test("what is typed into any text and taken is shown as words from then on, on every page", async ({ browser, own: stage }) => {
  test.setTimeout(480_000);
  const { found, taken } = await fillEverything(browser, stage, TEXTS, TAKEN);
  // The others hold a time or a number as well, which words are none.
  expect(taken).toEqual(expect.arrayContaining(KEPT));
  await visit(browser, stage, {}, async (page, stop) => {
    await page.goto(stop.address);
    found.push(...(await done(page)).map((what) => `${stop.path}, from then on: ${what}`));
  });
  expect(found).toEqual([]);
});

/** Pages with a form of nothing but words, which are kept: reasons, and a question. */
const KEPT = [
  "/console/details/{id}/release/{assignment}",
  "/console/details/{id}/end",
  "/console/requests/{id}",
  "/console/timesheets/{id}",
  "/console/invoices/cancellations/{id}",
  "/console/officers/{id}/approvals/{approval}",
  "/console/phones/{id}",
  "/console/held/documents/{id}",
];

/** What came of filling in every form: where words were more than words, how many were sent, and which were taken. */
type Came = { found: string[]; sent: number; taken: string[] };

/** Fills words into those fields of every form of every page, and sends it. */
async function fillEverything(browser: Browser, stage: Stage, fields: string, words: string): Promise<Came> {
  const found: string[] = [];
  const taken: string[] = [];
  let sent = 0;
  const context = await browser.newContext({ baseURL: stage.address });
  const page = await context.newPage();
  page.on("dialog", (dialog) => void dialog.dismiss().then(() => found.push(`${page.url()}: a dialog`)));
  for (const stop of await shown(stage)) {
    if (stop.gate === "anybody" || stop.gate.startsWith("step:")) continue;
    // Somebody whose passwords nobody counts elsewhere: five that do not fit lock a name.
    const { login } = await stage.somebody("administrator");
    for (let number = 0; ; number++) {
      // Each form in a session of its own: the one before may have signed out.
      await letIn(context, stage, login);
      await page.goto(stop.address);
      const form = page.locator("main form").filter({ has: page.locator(fields) }).nth(number);
      if ((await form.count()) === 0) break;
      await fillIn(form, fields, words);
      const [response] = await Promise.all([page.waitForNavigation(), form.evaluate((it) => (it as HTMLFormElement).requestSubmit())]);
      sent++;
      // Whatever is taken leads on to another page.
      if (response?.request().redirectedFrom() !== null && response?.ok() === true) taken.push(stop.path);
      const told = [...(await done(page)), ...((response?.status() ?? 0) >= 500 ? [`${response!.status()}`] : [])];
      found.push(...told.map((what) => `${stop.path}, form ${number}: ${what}`));
    }
  }
  await context.close();
  return { found, sent, taken };
}

/** Fields that take any words. */
const TEXTS = "input[type=text], input:not([type]), textarea";
/** Fields that one types into. */
const TYPED = "input:not([type=hidden], [type=checkbox], [type=radio], [type=file]), textarea";

/** Fills words into those fields of a form, past what the browser would keep out. */
async function fillIn(form: Locator, fields: string, words: string): Promise<void> {
  await form.evaluate(
    (it, [fields, words]) => {
      for (const field of it.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>(fields)) {
        if (field instanceof HTMLInputElement) field.type = "text";
        field.value = words;
      }
      (it as HTMLFormElement).noValidate = true;
    },
    [fields, words] as const,
  );
}

/** A page of somebody else's, on this machine: another origin, but for the browser the same site, so that it sends our cookies. */
async function elsewhere(html: string): Promise<{ address: string; server: Server }> {
  const server = createServer((_, response) => response.setHeader("content-type", "text/html").end(html));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { address: `http://localhost:${(server.address() as AddressInfo).port}`, server };
}

test("a form of somebody else's page does nothing", async ({ stage, as }) => {
  const person = await stage.somebody("finance");
  const administrator = await as("administrator");
  const address = `${stage.address}/console/users/${person.id}`;
  // Even where that page has come by a seal that is good.
  await administrator.goto(address);
  const seal = await administrator.locator(`form[action$="/disable"] input[name=form]`).inputValue();
  const form = `<form method="post" action="${address}/disable"><input name="form" value="${seal}"></form>`;
  const plain = `${form}<script>document.forms[0].submit()</script>`;
  const open = await elsewhere(plain);
  const sent = administrator.waitForRequest(`${address}/disable`);
  await administrator.goto(open.address).catch(() => undefined);
  expect((await (await sent).response())?.status()).toBe(403);
  open.server.close();
  // In a frame nothing is shown of it and no status told: once the answer has come, the browser says that it is not to be framed.
  const boxed = await elsewhere(`<iframe sandbox="allow-forms allow-scripts" srcdoc='${plain}'></iframe>`);
  await administrator.goto(boxed.address);
  await expect(administrator.frameLocator("iframe").locator("body")).toContainText("refused to connect");
  boxed.server.close();
  await administrator.goto(address);
  await expect(administrator.locator(".facts")).toContainText("active");
  // The seal itself was good all the while.
  await administrator.locator(`form[action$="/disable"]`).getByRole("button").click();
  await expect(administrator.locator(".facts")).toContainText("disabled");
});

test("no page of somebody else's shows the console in a frame, or reads it", async ({ stage, as }) => {
  const administrator = await as("administrator");
  const { address: theirs, server } = await elsewhere(
    `<iframe src="${stage.address}/console/users"></iframe><img src="${stage.address}/console/users.csv">`,
  );
  await administrator.goto(theirs);
  const frame = administrator.frames().find((it) => it !== administrator.mainFrame())!;
  await expect.poll(() => frame.url()).toMatch(/^chrome-error:/);
  const read = await administrator.evaluate(
    (url) => fetch(url, { credentials: "include" }).then((response) => response.text(), () => "nothing"),
    `${stage.address}/console/users`,
  );
  expect(read).toBe("nothing");
  server.close();
});

test("a session that somebody planted is not the one that is signed in", async ({ browser, stage }) => {
  const attacker = await signedIn(browser, stage, stage.person("dispatcher").login, "second_step");
  const [planted] = (await attacker.cookies()).filter((cookie) => cookie.name === COOKIE);
  const victim = await browser.newContext({ baseURL: stage.address });
  await victim.addCookies([{ ...planted!, expires: -1 }]);
  const page = await victim.newPage();
  const person = await stage.somebody("coordinator");
  await page.goto("/console/sign-in");
  await page.getByLabel("E-mail address").fill(person.login);
  await page.getByLabel("Password").fill(stage.told.password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.getByLabel("Code").fill(await stage.code(person.secret!));
  await page.getByRole("button", { name: "Go on" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Today" })).toBeVisible();
  const [own] = (await victim.cookies()).filter((cookie) => cookie.name === COOKIE);
  expect(own!.value).not.toBe(planted!.value);
  expect(own!.httpOnly).toBe(true);
  const theirs = await attacker.newPage();
  await theirs.goto("/console/account");
  await expect(theirs).toHaveURL(/sign-in/);
  await attacker.close();
  await victim.close();
});

interface Raw {
  status: number;
  headers: NodeJS.Dict<string | string[]>;
  text: string;
}

/** A request as no browser makes it. */
async function raw(stage: Stage, method: string, path: string, headers: Record<string, string>, body?: Buffer): Promise<Raw> {
  const { hostname, port } = new URL(stage.address);
  return await new Promise((resolve, reject) => {
    const sent = request({ hostname, port, method, path, headers }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (part: string) => (text += part));
      response.on("end", () => resolve({ status: response.statusCode!, headers: response.headers, text }));
    });
    sent.on("error", reject);
    sent.end(body);
  });
}

test("tricks of paths and headers lead nowhere", async ({ stage }) => {
  const cookie = `${COOKIE}=${await stage.tell<string>({ do: "session", login: stage.person("auditor").login, step: "full" })}`;
  const paths = ["/console/../v1/staff/officers", "/console/%2e%2e/v1/staff/officers", "/console//users", "/console/users%00",
    "/console/users/..", "/console/static/../../../etc/passwd", "/console/static/%2e%2e%2fconsole.css", "/CONSOLE/users", "/console;/users"];
  for (const path of paths) {
    const answer = await raw(stage, "GET", path, { cookie });
    expect([401, 404], path).toContain(answer.status);
    expect(answer.text, path).not.toContain("employee_number");
  }
  const elsewhere = { host: "evil.example", "x-forwarded-host": "evil.example", "x-original-url": "/console/users", "x-http-method-override": "POST" };
  for (const path of ["/", "/console", "/console/sign-in", "/console/nowhere"]) {
    const answer = await raw(stage, "GET", path, elsewhere);
    expect(JSON.stringify(answer.headers) + answer.text, path).not.toContain("evil.example");
    expect(String(answer.headers["location"] ?? "/"), path).toMatch(/^\/(?!\/)/);
  }
  const two = await raw(stage, "GET", "/console/users", { cookie: `${cookie}; ${cookie}` });
  expect(two.status, "of two sessions none is believed").toBe(303);
  const smuggled = await raw(stage, "POST", "/console/sign-out", { cookie, origin: stage.address, "content-type": "text/plain" }, Buffer.from("form=x"));
  expect(smuggled.status).toBeGreaterThanOrEqual(400);
  expect((await raw(stage, "GET", "/console/users", { cookie })).status, "and is still signed in").toBe(200);
});

test("a field of ten megabytes is refused in words, and nothing is lost", async ({ stage, as }) => {
  const administrator = await as("administrator");
  await administrator.goto("/console/users/new");
  const before = Date.now();
  await administrator.getByLabel("Name").evaluate((it) => ((it as HTMLInputElement).value = "x".repeat(10_000_000)));
  await administrator.getByLabel("E-mail address").fill("large@harborfalls.example");
  await administrator.getByRole("button", { name: "Add" }).click();
  await expect(administrator.getByRole("heading", { level: 1 })).toHaveText("Too large");
  expect(Date.now() - before).toBeLessThan(20_000);
  await administrator.goto("/console/users?find=large%40harborfalls.example");
  await expect(administrator.locator("main")).toContainText("0 found");
  expect(stage.told.people.length).toBeGreaterThan(0);
});
