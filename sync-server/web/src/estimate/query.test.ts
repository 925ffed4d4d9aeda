import assert from "node:assert/strict";
import { test } from "node:test";
import { query } from "./query";

function form(pairs: [string, string][]) {
  return {
    get: (name: string) => pairs.find(([known]) => known === name)?.[1] ?? null,
    getAll: (name: string) => pairs.filter(([known]) => known === name).map(([, value]) => value),
  };
}

test("rows keep their order, empty ones too", () => {
  const found = new URLSearchParams(query(form([
    ["starts", "2026-05-16T19:00"], ["place_name", "Gate"], ["place_rank", ""], ["place_name", ""], ["place_rank", ""],
    ["place_name", "Lead"], ["place_rank", "SGT"], ["title", "Parade"], ["form", "a seal"],
  ])));
  assert.equal(found.get("names"), "Gate\n\nLead");
  assert.equal(found.get("ranks"), "\n\nSGT");
  assert.equal(found.get("starts"), "2026-05-16T19:00");
  assert.equal(found.get("form"), null, "the seal never stands in an address");
  assert.equal(found.get("title"), null, "nor what an estimate does not ask about");
});

test("what is empty is not asked with", () => {
  assert.equal(query(form([["starts", ""], ["place_name", ""]])), "");
});
