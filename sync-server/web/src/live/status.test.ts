import assert from "node:assert/strict";
import { test } from "node:test";
import { clock } from "./status";

test("times are the agency's, whatever zone the browser is in", () => {
  const at = new Date(Date.UTC(2026, 6, 1, 16, 3));
  assert.equal(clock(at, "America/New_York"), "12:03");
  assert.equal(clock(at, "UTC"), "16:03");
  assert.match(clock(at, "No/Such"), /^\d\d:\d\d$/);
});
