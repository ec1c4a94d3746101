// The tooltip: built from elements and text nodes only, so no text of a record is ever read as HTML.
import { change, formats } from "./format.js";

function node(tag, className, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

const valueOf = (item) => (item && typeof item === "object" && !Array.isArray(item) ? item.value : item);

/** The rows of one bucket: name, text, change. `meta.rows` says which; a row of a hidden series is left out. */
export function rowsAt(meta, option, index, hidden) {
  const rows = [];
  for (const row of meta.rows ?? []) {
    if (row.series !== undefined && hidden.has(row.series)) continue;
    const data = row.values ?? option.series[row.series]?.data ?? [];
    const value = valueOf(data[index]);
    const before = row.before ? valueOf(row.before[index]) : undefined;
    rows.push({
      name: row.name ?? option.series[row.series]?.name ?? "",
      token: row.token,
      value,
      text: (formats[row.format] ?? formats.count)(value, meta.lang),
      change: before === undefined ? "" : change(value, before, meta.lang),
    });
  }
  return rows;
}

/** Plain text of the same facts, for the live region. */
export function sentence(title, rows) {
  return [title, ...rows.map((row) => `${row.name} ${row.text}${row.change ? ` ${row.change}` : ""}`)].join(", ");
}

export function fill(tip, title, rows, asks) {
  tip.replaceChildren(node("b", "", title));
  for (const row of rows) {
    const line = node("div");
    const swatch = node("i");
    if (row.token) swatch.style.setProperty("--k", `var(--${row.token})`);
    line.append(swatch, node("span", "", row.name), node("b", "", row.text), node("span", "d", row.change));
    tip.append(line);
  }
  for (const ask of asks) if (ask) tip.append(node("span", "ask", ask));
}

/** Keeps the tooltip inside its plot, on the side with more room. */
export function place(tip, plot, x, y) {
  const room = plot.clientWidth;
  const left = x + 16 + tip.offsetWidth <= room ? x + 16 : Math.max(0, x - 16 - tip.offsetWidth);
  tip.style.left = `${Math.round(left)}px`;
  tip.style.top = `${Math.round(Math.max(0, Math.min(y, plot.clientHeight - tip.offsetHeight)))}px`;
}
