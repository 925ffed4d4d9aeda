import assert from "node:assert/strict";
import { test } from "node:test";
import { GOING, Once, PAUSE, type Shelf } from "./once";

function browser() {
  const kept = new Map<string, string>();
  const clock = { now: 50_000 };
  const shelf: Shelf = {
    getItem: (name) => kept.get(name) ?? null,
    setItem: (name, value) => void kept.set(name, value),
    removeItem: (name) => void kept.delete(name),
  };
  const page = () => {
    const once = new Once(() => clock.now, () => shelf);
    once.shown();
    return once;
  };
  return { clock, page };
}

test("the second press of an impatient finger does nothing, here or on the page that comes", () => {
  const { clock, page } = browser();
  const first = page();
  assert.equal(first.press(), true, "a page that was opened otherwise waits for nobody");
  first.sent();
  clock.now += 300;
  assert.equal(first.press(), false, "it is on its way");
  const next = page();
  clock.now += PAUSE - 1;
  assert.equal(next.press(), false, "nobody has seen that page yet");
  clock.now += 1;
  assert.equal(next.press(), true);
});

test("a form that takes long is not sent a second time", () => {
  const { clock, page } = browser();
  const here = page();
  here.press();
  here.sent();
  clock.now += GOING - 1;
  assert.equal(here.press(), false);
});

test("what the browser did not send, for a field is empty, can be sent after a moment", () => {
  const { clock, page } = browser();
  const here = page();
  assert.equal(here.press(), true);
  assert.equal(here.press(), false);
  clock.now += PAUSE;
  assert.equal(here.press(), true);
});

test("a page that one comes back to is fresh", () => {
  const { clock, page } = browser();
  const here = page();
  here.press();
  here.sent();
  page();
  clock.now += 10;
  here.shown();
  assert.equal(here.press(), true);
});

test("where nothing can be kept every page waits", () => {
  let now = 0;
  const once = new Once(() => now, () => {
    throw new Error("refused");
  });
  once.shown();
  assert.equal(once.press(), false);
  now = PAUSE;
  assert.equal(once.press(), true);
});
