import assert from "node:assert/strict";
import { test } from "node:test";
import { length, lines, place, read, rings, round } from "./fence";

test("a line is a place only where both numbers are degrees", () => {
  assert.deepEqual(place(" 42.36, -71.05 "), [42.36, -71.05]);
  assert.deepEqual(place("42.36 -71.05"), [42.36, -71.05]);
  for (const none of ["", "42.36", "91, 0", "0, 181", "42,36, -71", "1e1, 0", "a, b"]) assert.equal(place(none), undefined, none);
});

test("an outline reads as it was written, holes after empty lines", () => {
  const outline: [number, number][][] = [[[1, 2], [3, 4], [5, 6]], [[1.5, 2.5], [2, 3], [1, 3]]];
  assert.deepEqual(rings(lines(outline)), outline);
  assert.deepEqual(rings("1, 2\r\n3, 4\r\n\r\n\r\n5, 6"), [[[1, 2], [3, 4]], [[5, 6]]]);
  assert.deepEqual(rings("  \n"), []);
});

test("an outline comes before a circle, and half a circle is none", () => {
  assert.deepEqual(read("1", "2", "150", ""), { center: [1, 2], radius: 150 });
  assert.deepEqual(read("1", "2", "150", "3, 4"), { rings: [[[3, 4]]] });
  assert.equal(read("1", "", "150", ""), undefined);
  assert.deepEqual(read("1", "2", "-3", ""), { center: [1, 2], radius: 0 });
});

test("grids have round widths", () => {
  assert.deepEqual([1, 1.2, 3, 7, 20, 64, 101].map(round), [1, 2, 5, 10, 20, 100, 200]);
  assert.deepEqual([15.2, 999, 1_500, 25_000].map(length), ["15 m", "999 m", "1.5 km", "25 km"]);
});
