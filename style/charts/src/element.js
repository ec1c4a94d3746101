// <bench-chart data-option="…JSON…" data-title="…" aria-label="…" role="img">: draws an option that the server made.
//
// Besides the keys of ECharts the option has a block `benchwatch`, all of it optional:
//   lang      "en" | "es"
//   titles    one text a bucket, the tooltip's first line; with it the chart is read bucket by bucket
//   rows      what the tooltip lists: { series | values, name, format, token, before }
//   asks      one text a bucket, what Enter or a click opens
//   links     { bucket: [href…], series: { "0": [href…] } }
//   brush     { href: "…{from}…{to}…", buckets: [[from, to]…], hint }: dragging over buckets opens that range
//   named     true where the buckets are names and not points of time: wide bars, labels in several lines
//   closed    buckets in which the laboratory was closed
//   ticks     [{ bar, values }]: previous values, marked on the bars of that series
//   lines     [{ value, text, token, ink, axis, grid }]: horizontal reference lines
//   marks     [{ at, text }]: vertical marks, in buckets from the left edge
//   ends      [{ axis, value, text, quiet, series }]: labels at the right end
import { init } from "echarts/core";
import { resolve } from "./resolve.js";
import { download } from "./export.js";
import { Overlay } from "./overlay.js";
import { Reader } from "./reader.js";

export const themes = {};
const darkMedia = matchMedia("(prefers-color-scheme: dark)");
const stillMedia = matchMedia("(prefers-reduced-motion: reduce)");
const drawn = new Set();
const COMPACT = 560; // below this width, labels at the right end have no room
const NARROW = 60; // below this width of a bucket, its name stands aslant
const WIDE = 64; // bars over names

function themeName() {
  const forced = document.documentElement.dataset.theme;
  return forced === "dark" || forced === "light" ? forced : darkMedia.matches ? "dark" : "light";
}

const redrawAll = () => drawn.forEach((element) => element.redraw());
darkMedia.addEventListener("change", redrawAll);
new MutationObserver(redrawAll).observe(document.documentElement, { attributeFilter: ["data-theme"] });

export class BenchChart extends HTMLElement {
  static observedAttributes = ["data-option"];

  connectedCallback() {
    drawn.add(this);
    this.hiddenSeries = new Set();
    this.resized = new ResizeObserver(() => this.fit());
    this.redraw();
    this.resized.observe(this);
  }

  disconnectedCallback() {
    drawn.delete(this);
    this.resized?.disconnect();
    this.drop();
  }

  attributeChangedCallback(name, before, after) {
    if (this.chart && before !== after) this.update();
  }

  /** Starts anew: at first, and when the theme changed. */
  redraw() {
    this.drop();
    if (!this.dataset.option || !this.clientWidth) return;
    this.theme = themes[themeName()];
    this.canvas = document.createElement("div");
    this.canvas.className = "canvas";
    this.append(this.canvas);
    this.chart = init(this.canvas, `benchwatch-${themeName()}`, { renderer: "svg" });
    this.overlay = new Overlay(this.chart, this.theme);
    this.reader = new Reader(this);
    this.update(true);
  }

  drop() {
    this.reader?.end();
    this.chart?.dispose();
    this.canvas?.remove();
    this.chart = this.overlay = this.reader = this.canvas = undefined;
  }

  update(first = false) {
    const { benchwatch, ...plain } = JSON.parse(this.dataset.option);
    this.meta = { lang: "en", ...benchwatch };
    this.option = resolve(plain, this.theme, this.meta.lang);
    this.lay(!first && !stillMedia.matches);
  }

  /** Sets the option and draws what depends on its layout. */
  lay(animation) {
    this.compact = this.clientWidth < COMPACT;
    const series = this.option.series.map((one, index) => ({
      ...one,
      ...(this.hiddenSeries.has(index) && { data: [] }),
      ...(this.compact && one.endLabel && { endLabel: { show: false } }),
      ...(this.meta.named && { barMaxWidth: WIDE }),
    }));
    const grid = this.option.grid.map((one) => (this.compact ? { ...one, right: 8 } : one));
    const xAxis = this.meta.named ? this.namedAxis() : this.option.xAxis;
    this.chart.setOption({ ...this.option, xAxis, series, grid, animation }, { notMerge: true });
    this.overlay.draw(this.option, this.meta, this.hiddenSeries, this.compact);
    this.reader.refresh();
  }

  /** An axis that shows every name in the room that there is. */
  namedAxis() {
    return this.option.xAxis.map((axis) => {
      const width = this.clientWidth / axis.data.length - 8;
      const room = width < NARROW ? { rotate: 50 } : { width, overflow: "break", lineHeight: 14 };
      return { ...axis, axisLabel: { ...axis.axisLabel, interval: 0, ...room } };
    });
  }

  fit() {
    if (!this.chart) {
      this.redraw();
      return;
    }
    const [width, height] = [this.canvas.clientWidth, this.canvas.clientHeight];
    if (!width || (width === this.chart.getWidth() && height === this.chart.getHeight())) return;
    this.chart.resize({ animation: { duration: 0 } });
    this.lay(false);
  }

  /** Shows or hides series; the axes follow what is left. */
  show(indices, shown) {
    for (const index of indices) {
      if (shown) this.hiddenSeries.delete(index);
      else this.hiddenSeries.add(index);
    }
    if (this.chart) this.lay(!stillMedia.matches);
  }

  download(kind) {
    return this.chart && download(this.chart, this.theme, this.dataset.title ?? document.title, kind);
  }
}
