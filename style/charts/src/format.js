// Numbers and durations as the server writes them (app/src/format.rs); tests on both sides hold the same cases.

const NBSP = "\u00a0";
const MINUS = "\u2212";
const MISSING = "\u2013";

/** Groups an absolute integer: English from four digits on, Spanish from five. */
function grouped(digits, lang) {
  if (lang === "es" && digits.length < 5) return digits;
  return digits.replace(/\B(?=(\d{3})+(?!\d))/g, lang === "es" ? "." : ",");
}

/** A number with a fixed count of decimals, halves rounded away from zero. */
export function number(value, decimals, lang) {
  if (value === null || value === undefined || !Number.isFinite(Number(value))) return MISSING;
  const scale = 10 ** decimals;
  const [whole, part] = (Math.round(Math.abs(Number(value)) * scale) / scale).toFixed(decimals).split(".");
  const text = grouped(whole, lang) + (part ? (lang === "es" ? "," : ".") + part : "");
  return Number(value) < 0 && /[1-9]/.test(text) ? MINUS + text : text;
}

export function count(value, lang) {
  return number(value, Number.isInteger(Number(value)) ? 0 : 1, lang);
}

/** A share of one as a percentage without decimals: 0.812 is "81%". */
export function percent(value, lang) {
  if (value === null || value === undefined) return MISSING;
  return number(value * 100, 0, lang) + (lang === "es" ? NBSP : "") + "%";
}

/** Two units at most, rounded down: "3 d 14 h", "14 h", "42 min", "4 s". The value is in seconds. */
export function duration(value) {
  if (value === null || value === undefined || !Number.isFinite(Number(value))) return MISSING;
  const seconds = Math.floor(Math.abs(Number(value)));
  const sign = Number(value) < 0 && seconds > 0 ? MINUS : "";
  const unit = (n, name) => `${n}${NBSP}${name}`;
  if (seconds >= 86400) {
    return sign + unit(Math.floor(seconds / 86400), "d") + NBSP + unit(Math.floor((seconds % 86400) / 3600), "h");
  }
  if (seconds >= 3600) return sign + unit(Math.floor(seconds / 3600), "h");
  if (seconds >= 60) return sign + unit(Math.floor(seconds / 60), "min");
  return sign + unit(seconds, "s");
}

/** Duration axes: whole days from one day on ("0", "1 d"), else the plain duration. */
export function days(value) {
  if (value === 0) return "0";
  return value % 86400 === 0 ? `${value / 86400}${NBSP}d` : duration(value);
}

/** The relative change in whole percent with its sign; nothing when there is nothing to compare with. */
export function change(now, before, lang) {
  if (!before || now === null || now === undefined) return "";
  const ratio = (now - before) / before;
  const text = percent(ratio, lang);
  return ratio > 0 && /[1-9]/.test(text) ? `+${text}` : text;
}

export const formats = { count, percent, duration, days, number: (v, lang) => number(v, 1, lang) };
