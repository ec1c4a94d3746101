import assert from "node:assert/strict";
import { test } from "node:test";
import { change, count, days, duration, number, percent } from "../src/format.js";

const s = "\u00a0";

test("counts are grouped from four digits in English and from five in Spanish", () => {
  assert.equal(count(11528, "en"), "11,528");
  assert.equal(count(3068, "en"), "3,068");
  assert.equal(count(3068, "es"), "3068");
  assert.equal(count(11528, "es"), "11.528");
  assert.equal(count(-1234567, "en"), "\u22121,234,567");
  assert.equal(count(0, "en"), "0");
});

test("halves are rounded away from zero and a rounded zero has no sign", () => {
  assert.equal(number(2.5, 0, "en"), "3");
  assert.equal(number(-2.5, 0, "en"), "\u22123");
  assert.equal(number(-0.2, 0, "en"), "0");
  assert.equal(number(12.34, 1, "es"), "12,3");
});

test("a missing value is a dash and never zero", () => {
  for (const nothing of [null, undefined, Number.NaN]) {
    assert.equal(count(nothing, "en"), "\u2013");
    assert.equal(duration(nothing), "\u2013");
  }
  assert.equal(percent(null, "en"), "\u2013");
});

test("durations have two units at most and are rounded down", () => {
  assert.equal(duration(3 * 86400 + 14 * 3600 + 3599), `3${s}d${s}14${s}h`);
  assert.equal(duration(2 * 86400), `2${s}d${s}0${s}h`);
  assert.equal(duration(14 * 3600 + 59 * 60), `14${s}h`);
  assert.equal(duration(42 * 60), `42${s}min`);
  assert.equal(duration(4.9), `4${s}s`);
  assert.equal(duration(-7200), `\u22122${s}h`);
});

test("a duration axis shows whole days", () => {
  assert.equal(days(0), "0");
  assert.equal(days(172800), `2${s}d`);
  assert.equal(days(43200), `12${s}h`);
});

test("a change has its sign and is empty without an earlier value", () => {
  assert.equal(change(105.8, 100, "en"), "+6%");
  assert.equal(change(97, 100, "en"), "\u22123%");
  assert.equal(change(97, 100, "es"), `\u22123${s}%`);
  assert.equal(change(100, 100, "en"), "0%");
  assert.equal(change(5, 0, "en"), "");
});
