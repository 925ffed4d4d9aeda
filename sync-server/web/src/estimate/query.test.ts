import assert from "node:assert/strict";
import { test } from "node:test";
import { asks, query } from "./query";

function form(pairs: [string, string][]) {
  return {
    get: (name: string) => pairs.find(([known]) => known === name)?.[1] ?? null,
    getAll: (name: string) => pairs.filter(([known]) => known === name).map(([, value]) => value),
  };
}

const DETAIL = asks("job_type starts", "day:days place_name:names place_rank:ranks");
const RULING = asks("ruling basis", "start start_which end end_which");

test("a page says which fields are asked with, and under which name", () => {
  assert.deepEqual(asks(" starts  ends ", "day:days start"), { fields: ["starts", "ends"], columns: [["day", "days"], ["start", "start"]] });
  assert.deepEqual(asks(), { fields: [], columns: [] });
});

test("rows keep their order, empty ones too", () => {
  const found = new URLSearchParams(query(DETAIL, form([
    ["starts", "2026-05-16T19:00"], ["place_name", "Gate"], ["place_rank", ""], ["place_name", ""], ["place_rank", ""],
    ["place_name", "Lead"], ["place_rank", "SGT"], ["title", "Parade"], ["form", "a seal"],
  ])));
  assert.equal(found.get("names"), "Gate\n\nLead");
  assert.equal(found.get("ranks"), "\n\nSGT");
  assert.equal(found.get("starts"), "2026-05-16T19:00");
  assert.equal(found.get("form"), null, "the seal never stands in an address");
  assert.equal(found.get("title"), null, "nor what is not asked about");
});

test("lines of accepted time go with what the form was made from", () => {
  const found = new URLSearchParams(query(RULING, form([
    ["ruling", ""], ["basis", "ab12"], ["start", "2019-05-14T20:00"], ["start_which", ""], ["end", "2019-05-15T00:00"], ["end_which", ""],
    ["start", ""], ["start_which", ""], ["end", ""], ["end_which", ""], ["reason", "Left early."],
  ])));
  assert.equal(found.get("start"), "2019-05-14T20:00\n");
  assert.equal(found.get("end"), "2019-05-15T00:00\n");
  assert.deepEqual([...found.keys()], ["basis", "start", "end"], "no column in which nothing stands, and no words for the officer");
});

test("what is empty is not asked with", () => {
  assert.equal(query(DETAIL, form([["starts", ""], ["place_name", ""]])), "");
});
