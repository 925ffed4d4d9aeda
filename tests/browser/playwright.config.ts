import { existsSync } from "node:fs";
import { join } from "node:path";
import { defineConfig } from "@playwright/test";
import type { OfWorker } from "./fixtures.ts";
import { usualStore } from "./stage.ts";

const target = process.env["TARGET"] ?? join(import.meta.dirname, "../../target");

/** The browser that is installed: none is fetched. */
function chromium(): string {
  const named = process.env["CHROMIUM"];
  const usual = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"].map((name) => `/usr/bin/${name}`);
  const found = [named, ...usual].find((path) => path !== undefined && existsSync(path));
  if (found === undefined) throw new Error("no Chromium: scripts/setup browser installs it, or CHROMIUM says where it is");
  return found;
}

/** Every story on one database; and where that is SQLite, one file of them on PostgreSQL too: what writes most, and counts. */
function projects() {
  const store = usualStore();
  const all = { name: store, use: { store } };
  const skipped = process.env["ALLOW_NO_POSTGRES"] === "1" && !process.env["CI"];
  if (store === "postgres" || skipped) return [all];
  return [all, { name: "postgres", use: { store: "postgres" as const }, testMatch: "invoices.spec.ts" }];
}

export default defineConfig<object, OfWorker>({
  projects: projects(),
  testDir: "stories",
  outputDir: join(target, "browser"),
  // A test that passes when it is tried again has not passed.
  retries: 0,
  forbidOnly: Boolean(process.env["CI"]),
  fullyParallel: true,
  workers: 2,
  timeout: 120_000,
  // Whatever hangs, the run ends.
  globalTimeout: 20 * 60_000,
  expect: { timeout: 10_000 },
  reporter: [["list"]],
  use: {
    locale: "en-US",
    timezoneId: "America/New_York",
    viewport: { width: 1280, height: 800 },
    actionTimeout: 15_000,
    navigationTimeout: 20_000,
    trace: "off",
    screenshot: "only-on-failure",
    launchOptions: {
      executablePath: chromium(),
      args: [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    },
  },
});
