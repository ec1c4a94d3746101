// Reading a chart: crosshair and tooltip under the pointer or by arrow keys, opening what is behind a point,
// dragging over buckets to choose a range.
import { band } from "./overlay.js";
import { fill, place, rowsAt, sentence } from "./tooltip.js";

const DRAG = 8; // pixels before a press is a drag
const hovers = matchMedia("(hover: hover)"); // fingers scroll where a mouse drags

/** One polite live region for all charts of the page. */
function announce(text) {
  let region = document.getElementById("chart-live");
  if (!region) {
    region = document.createElement("div");
    region.id = "chart-live";
    region.className = "vh";
    region.setAttribute("role", "status");
    document.body.append(region);
  }
  region.textContent = text;
}

/** Goes to a page through a link, so that the router of the page may take it. */
function open(href, newTab) {
  const link = document.createElement("a");
  link.href = href;
  if (newTab) link.target = "_blank";
  document.body.append(link);
  link.click();
  link.remove();
}

export class Reader {
  constructor(host) {
    this.host = host;
    this.listening = new AbortController();
    this.cross = this.layer("cross");
    this.selection = this.layer("sel");
    this.tip = this.layer("tip float");
    this.over = undefined; // the item under the pointer
    this.index = undefined; // the bucket that is read
    const on = (type, act) => host.addEventListener(type, act, { signal: this.listening.signal });
    on("pointermove", (event) => this.move(event));
    on("pointerdown", (event) => this.press(event));
    on("pointerup", (event) => this.release(event));
    on("pointerleave", () => this.leave());
    on("pointercancel", () => this.leave());
    on("keydown", (event) => this.key(event));
    on("blur", () => this.leave());
    host.chart.on("mouseover", (item) => (this.over = item));
    host.chart.on("mouseout", () => (this.over = undefined));
    host.tabIndex = 0;
  }

  layer(className) {
    const made = document.createElement("div");
    made.className = className;
    made.setAttribute("aria-hidden", "true");
    made.hidden = true;
    this.host.append(made);
    return made;
  }

  end() {
    this.listening.abort();
    for (const made of [this.cross, this.selection, this.tip]) made.remove();
  }

  refresh() {
    const { meta } = this.host;
    this.host.classList.toggle("opens", Boolean(meta.links));
    if (this.index >= this.count()) this.leave();
    else if (this.index !== undefined) this.read(this.index, false);
  }

  count() {
    return this.host.meta.titles?.length ?? 0;
  }

  band(index) {
    return band(this.host.chart, index, this.count());
  }

  bucketAt(event) {
    const box = this.host.getBoundingClientRect();
    const found = Math.round(this.host.chart.convertFromPixel({ xAxisIndex: 0 }, event.clientX - box.left));
    return Math.max(0, Math.min(this.count() - 1, found));
  }

  move(event) {
    if (!this.count()) return;
    const index = this.bucketAt(event);
    if (this.from !== undefined && Math.abs(event.clientX - this.pressedAt) > DRAG) this.select(this.from, index);
    const box = this.host.getBoundingClientRect();
    this.read(index, false, event.clientY - box.top);
  }

  press(event) {
    if (!this.count() || event.button !== 0) return;
    this.pressed = this.bucketAt(event);
    this.known = this.index;
    if (this.host.meta.brush && event.pointerType === "mouse") {
      this.from = this.pressed;
      this.pressedAt = event.clientX;
    }
  }

  release(event) {
    if (this.range) {
      this.openRange();
    } else if (this.pressed !== undefined) {
      // A first tap reads, the next one on the same bucket opens.
      const first = event.pointerType !== "mouse" && this.known !== this.pressed;
      this.read(this.pressed, false);
      if (!first) this.open(this.pressed, event.ctrlKey || event.metaKey);
    }
    this.from = this.range = this.pressed = undefined;
    this.selection.hidden = true;
  }

  leave() {
    this.index = this.from = this.range = this.pressed = undefined;
    for (const made of [this.cross, this.selection, this.tip]) made.hidden = true;
  }

  key(event) {
    const last = this.count() - 1;
    if (last < 0) return;
    const at = this.index ?? (event.key === "ArrowLeft" ? last + 1 : -1);
    const steps = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: last };
    if (event.key in steps && !event.altKey && !event.ctrlKey && !event.metaKey) {
      const to = Math.max(0, Math.min(last, steps[event.key]));
      if (event.shiftKey && this.host.meta.brush) this.select(this.from ?? (this.from = Math.min(at, last)), to);
      else this.from = this.range = undefined;
      this.selection.hidden = !this.range;
      this.read(to, true);
      event.preventDefault();
    } else if (event.key === "Enter") {
      if (this.range) this.openRange();
      else if (this.index !== undefined) this.open(this.index, event.ctrlKey || event.metaKey);
    } else if (event.key === "Escape" && this.index !== undefined) {
      this.leave();
      event.stopPropagation();
    }
  }

  read(index, aloud, y = 8) {
    const { host } = this;
    this.index = index;
    const { left, width, centre } = this.band(index);
    const bars = host.option.series.some((one) => one.type === "bar");
    this.cross.className = bars ? "cross" : "cross line";
    const edge = bars ? left : centre;
    Object.assign(this.cross.style, { left: `${edge}px`, width: bars ? `${width}px` : "", top: "0", bottom: "24px" });
    const { titles, asks, brush } = host.meta;
    const chosen = this.range?.map((end) => titles[end]);
    const title = chosen ? [...new Set(chosen)].join(" – ") : titles[index];
    const rows = chosen ? [] : rowsAt(host.meta, host.option, index, host.hiddenSeries);
    fill(this.tip, title, rows, chosen ? [] : [asks?.[index], hovers.matches && brush?.hint]);
    this.cross.hidden = this.tip.hidden = false;
    place(this.tip, host, centre, y);
    if (aloud) announce(sentence(title, rows));
  }

  select(from, to) {
    this.range = [Math.min(from, to), Math.max(from, to)];
    const [start, end] = this.range.map((index) => this.band(index));
    const size = { left: `${start.left}px`, width: `${end.left + end.width - start.left}px`, top: "0", bottom: "24px" };
    Object.assign(this.selection.style, size);
    this.selection.hidden = false;
  }

  openRange() {
    const { href, buckets } = this.host.meta.brush;
    const [start, end] = this.range;
    open(href.replace("{from}", buckets[start][0]).replace("{to}", buckets[end][1]), false);
    this.leave();
  }

  open(index, newTab) {
    const links = this.host.meta.links;
    const series = this.over?.dataIndex === index ? links?.series?.[this.over.seriesIndex] : undefined;
    const href = series?.[index] ?? links?.bucket?.[index];
    if (href) open(href, newTab);
  }
}
