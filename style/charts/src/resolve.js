// Turns an option that came as JSON into one for ECharts: "tok:…" becomes a colour of the theme,
// "fmt:…" a formatter function. Everything else is copied as it is.
import { formats } from "./format.js";

/** The colour behind a token: c1…c8, a key of the theme's `benchwatch` block ("ghost", "state.hold", "seq.3"). */
export function colour(token, theme) {
  const series = /^c([1-8])$/.exec(token);
  if (series) return theme.color[Number(series[1]) - 1];
  const [group, key] = token.split(".");
  const found = theme.benchwatch[group];
  if (key === undefined) return found;
  return Array.isArray(found) ? found[Number(key) - 1] : found?.[key];
}

/** The dashes of the design; the ones that ECharts would draw run together at 1 px. */
const DASHES = { dotted: [2, 3], dashed: [5, 4] };

export function resolve(node, theme, lang) {
  if (Array.isArray(node)) return node.map((item) => resolve(item, theme, lang));
  if (node && typeof node === "object") {
    return Object.fromEntries(Object.entries(node).map(([key, item]) => [key, resolve(item, theme, lang)]));
  }
  if (typeof node !== "string") return node;
  if (node.startsWith("tok:")) return colour(node.slice(4), theme);
  if (node.startsWith("fmt:")) {
    const format = formats[node.slice(4)] ?? String;
    return (value) => format(value && typeof value === "object" ? value.value : value, lang);
  }
  return DASHES[node] ?? node;
}
