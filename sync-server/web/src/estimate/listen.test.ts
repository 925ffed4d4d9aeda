import assert from "node:assert/strict";
import { test } from "node:test";
import { listen } from "./listen";

/** A form whose server answers when it is told to. */
function desk() {
  const waiting = new Map<number, () => void>();
  const asked: { text: string; answer: (text: string | null) => void; fail: () => void }[] = [];
  const shown: string[] = [];
  let says = "";
  let timers = 0;
  const changed = listen({
    now: () => says,
    later(work) {
      waiting.set(++timers, work);
      return timers;
    },
    never: (timer) => void waiting.delete(timer),
    ask: (text) => new Promise((answer, fail) => void asked.push({ text, answer, fail: () => fail(new Error("not reached")) })),
    show: (text) => void shown.push(text),
  });
  const type = (text: string) => {
    says = text;
    changed();
  };
  const pause = () => {
    for (const [timer, work] of [...waiting]) {
      waiting.delete(timer);
      work();
    }
  };
  const settled = () => new Promise<void>((done) => setImmediate(done));
  return { asked, shown, type, pause, settled };
}

test("the server is asked once for what was typed in one go", async () => {
  const { asked, shown, type, pause, settled } = desk();
  type("1");
  type("12");
  pause();
  assert.deepEqual(asked.map((one) => one.text), ["12"]);
  asked[0]!.answer("twelve");
  await settled();
  assert.deepEqual(shown, ["twelve"]);
  type("12");
  pause();
  assert.equal(asked.length, 1, "nothing changed");
});

test("an answer to what is no longer typed is not shown", async () => {
  const { asked, shown, type, pause, settled } = desk();
  type("1");
  pause();
  type("2");
  pause();
  asked[1]!.answer("two");
  await settled();
  asked[0]!.answer("one");
  await settled();
  assert.deepEqual(shown, ["two"]);
});

test("what was refused or not reached leaves what stands there, and what was not reached is asked again", async () => {
  const { asked, shown, type, pause, settled } = desk();
  type("1");
  pause();
  asked[0]!.answer(null);
  await settled();
  type("2");
  pause();
  asked[1]!.fail();
  await settled();
  type("2");
  pause();
  assert.deepEqual(asked.map((one) => one.text), ["1", "2", "2"]);
  asked[2]!.answer("two");
  await settled();
  assert.deepEqual(shown, ["two"]);
});
