import assert from "node:assert/strict";
import { test } from "node:test";

import { Turns } from "./turns";

test("what is asked for during a turn is told once when it is over", async () => {
  let [again, worked, finish] = [0, 0, () => {}];
  const turns = new Turns(() => void (again += 1));
  const work = () => new Promise<void>((done) => { worked += 1; finish = done; });
  const first = turns.take(work);
  await Promise.all([turns.take(work), turns.take(work)]);
  assert.deepEqual([worked, again], [1, 0]);
  finish();
  await first;
  assert.deepEqual([worked, again], [1, 1]);
  const second = turns.take(work);
  finish();
  await second;
  assert.deepEqual([worked, again], [2, 1], "nothing was missed in the second");
});

test("a turn that fails is over", async () => {
  const turns = new Turns(() => {});
  await assert.rejects(turns.take(() => Promise.reject(new Error("lost"))));
  let worked = false;
  await turns.take(async () => void (worked = true));
  assert.ok(worked);
});
