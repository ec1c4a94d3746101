import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { resolve } from "../src/resolve.js";
import { rowsAt, sentence } from "../src/tooltip.js";

const themes = ["light", "dark"].map((name) =>
  JSON.parse(readFileSync(new URL(`../themes/benchwatch-${name}.json`, import.meta.url))),
);

test("every kind of token becomes a colour in both themes", () => {
  for (const theme of themes) {
    for (const token of ["c1", "c8", "ghost", "closed", "target", "state.hold", "status.late", "seq.3", "heat.7"]) {
      assert.match(resolve(`tok:${token}`, theme, "en"), /^#[0-9A-F]{6}$/, token);
    }
  }
});

test("formats become functions, inside lists and objects, and other text stays", () => {
  const made = resolve({ yAxis: [{ axisLabel: { formatter: "fmt:days" } }], name: "fmtless" }, themes[0], "en");
  assert.equal(made.yAxis[0].axisLabel.formatter(86400), "1\u00a0d");
  assert.equal(made.name, "fmtless");
});

test("a label formatter takes the value out of what ECharts passes", () => {
  const made = resolve({ formatter: "fmt:count" }, themes[0], "es");
  assert.equal(made.formatter({ value: 11528 }), "11.528");
});

const option = {
  series: [
    { name: "Tests received", data: [527, { value: 96, itemStyle: { opacity: 0.45 } }] },
    { name: "Tests reported", data: [540, 31] },
  ],
};
const meta = {
  lang: "en",
  rows: [
    { series: 0, format: "count", before: [560, 595] },
    { series: 1, format: "count" },
    { name: "p90", values: [7200, null], format: "duration" },
  ],
};

test("a tooltip lists values, changes and rows of their own", () => {
  const rows = rowsAt(meta, option, 0, new Set());
  assert.equal(
    sentence("Wed 4 Nov", rows),
    "Wed 4 Nov, Tests received 527 \u22126%, Tests reported 540, p90 2\u00a0h",
  );
});

test("a hidden series is not in the tooltip, and an empty bucket shows a dash", () => {
  const rows = rowsAt(meta, option, 1, new Set([0]));
  assert.deepEqual(rows.map((row) => row.text), ["31", "\u2013"]);
});
