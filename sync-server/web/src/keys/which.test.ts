import assert from "node:assert/strict";
import { test } from "node:test";
import { isFree } from "./which";

const inside = (selector: string | null) => ({ closest: (asked: string) => (selector && asked.includes(selector) ? {} : null) });
const pressed = (key: string, more: object = {}) => ({
  key, defaultPrevented: false, ctrlKey: false, altKey: false, metaKey: false, isComposing: false, repeat: false,
  target: inside(null) as unknown as EventTarget, ...more,
});

test("keys are not taken from who types, chooses or talks to the browser", () => {
  assert.equal(isFree(pressed("a")), true);
  assert.equal(isFree(pressed("?", { target: null })), true);
  for (const place of ["textarea", "select", "[contenteditable]", "dialog", "detail-map", "input:not("]) {
    assert.equal(isFree(pressed("a", { target: inside(place) })), false, place);
  }
  for (const held of ["ctrlKey", "altKey", "metaKey", "isComposing", "defaultPrevented"]) {
    assert.equal(isFree(pressed("a", { [held]: true })), false, held);
  }
  for (const key of ["Enter", " ", "Tab", "F5", "ArrowDown"]) assert.equal(isFree(pressed(key)), false, key);
});

test("a key held down goes through rows, but does a thing once", () => {
  assert.equal(isFree(pressed("j", { repeat: true })), true);
  assert.equal(isFree(pressed("a", { repeat: true })), false);
});
